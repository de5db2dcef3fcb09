#include "tests/unit/client/daemon/cast_of_dib.h"

#include "sync/check.h"

namespace relais::test {
namespace {

std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const std::string& value : values) {
    all += (all.empty() ? "" : "\x1F") + value;
  }
  return all;
}

std::vector<std::string> incident(const std::string& secret,
                                  const std::vector<std::string>& more = {}) {
  std::vector<std::string> set = an_incident();
  for (std::string& one : set) {
    if (one.starts_with("summary=")) one = "summary=Argent exigé " + secret;
    if (one.starts_with("place_post=") && secret == "Gogui") {
      one = "place_post=GOG";
    }
  }
  set.insert(set.end(), more.begin(), more.end());
  return set;
}

}  // namespace

CastOfDib::CastOfDib() {
  const std::pair<const char*, const char*> persons[] = {
      {"author", officer_of_dib},
      {"colleague", colleague_of_dib},
      {"chief", chief_of_dib},
      {"superior", superior_of_dib},
      {"subject", subject_of_dib}};
  for (const auto& [name, person] : persons) {
    callers.push_back({name, first_pin(person)});
  }
  callers.push_back({"nobody", ""});
  callers.push_back({"other account", "", another_account});

  const std::vector<std::string> statement = {"narrative[+].text=Encore."};
  const std::vector<std::string> notes = {"mid_year_note_ev=Une note",
                                          "mid_year_note_n1=Une note"};
  add("draft", "author", "incident", {"summary=Argent exigé brouillon"},
      {"summary=Argent exigé brouillon, deux fois"}, false);
  add("report", "author", "incident", incident("signalement"), statement);
  add("report of another post", "author", "incident", incident("Gogui"),
      statement);
  add("report naming the chief", "author", "incident",
      incident("chef", {"subjects[+].kind=titulaire",
                        std::string("subjects[+].officer=") + chief_of_dib,
                        "subjects[+].kind=titulaire",
                        std::string("subjects[+].officer=") + subject_of_dib}),
      statement);
  add("his evaluation", "superior", "evaluation",
      {"cycle_id=2026", std::string("officer_id=") + officer_of_dib}, notes);
  add("another's evaluation", "superior", "evaluation",
      {"cycle_id=2026", std::string("officer_id=") + colleague_of_dib}, notes);
  add("commendation of him", "chief", "commendation",
      {std::string("officer_id=") + officer_of_dib, "deed_on=2026-05-12",
       "reasons=Un acte remarquable, désintéressé et courageux"},
      {"reasons=Un acte très remarquable, désintéressé et courageux"});
  add("session", "chief", "training_session",
      {"module_code=INT-101", "mode=face_to_face", "place_post=DIB",
       "starts_on=2026-05-11", "ends_on=2026-05-12",
       std::string("trainers=") + superior_of_dib},
      {"mode=on_the_job"});
  add("his attendance", "chief", "attendance",
      {"session_id=" + pieces.back().record,
       std::string("attendee_key=") + officer_of_dib,
       std::string("officer_id=") + officer_of_dib},
      {"remarks[+].text=En retard"});
  add("his acknowledgement", "author", "policy_acknowledgement",
      {std::string("officer_id=") + officer_of_dib, "policy_text=gifts",
       "policy_version=2026.1"},
      {"questions[+].text=Une question"});
}

void CastOfDib::add(const std::string& kind, const std::string& who,
                    const std::string& form,
                    const std::vector<std::string>& set,
                    const std::vector<std::string>& edits, bool submit) {
  std::map<std::string, std::string> option{{"set", joined(set)}};
  if (submit && form == "incident") option["submit"] = "true";
  const Heard heard = ask(caller(who), "new", {form}, option);
  if (heard.exit_code != 0) fprintf(stderr, "%s\n", heard.said.c_str());
  CHECK(heard.exit_code == 0);
  std::string secret;
  for (const std::string& one : set) {
    if (one.starts_with("summary=")) secret = one.substr(8);
    if (one.starts_with("reasons=")) secret = one.substr(8);
  }
  pieces.push_back({kind, form, heard.rows[0]["reference"],
                    heard.rows[0]["record"], secret, edits});
}

const CastOfDib::Caller& CastOfDib::caller(const std::string& name) const {
  for (const Caller& one : callers) {
    if (one.name == name) return one;
  }
  CHECK(false);
  return callers.front();
}

const Piece& CastOfDib::piece(const std::string& kind) const {
  for (const Piece& one : pieces) {
    if (one.kind == kind) return one;
  }
  CHECK(false);
  return pieces.front();
}

Heard CastOfDib::ask(const Caller& caller, const std::string& verb,
                     const std::vector<std::string>& argument,
                     const std::map<std::string, std::string>& option) {
  return call({.verb = verb,
               .argument = argument,
               .option = option,
               .session = caller.session,
               .uid = caller.uid});
}

std::string CastOfDib::all_of(const Heard& heard) {
  std::string all = heard.data + heard.said;
  for (const auto& row : heard.rows) all += row.dump() + "\n";
  for (const auto& note : heard.notes) all += note + "\n";
  return all;
}

}  // namespace relais::test
