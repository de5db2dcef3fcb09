#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/replica/code_digits.h"
#include "sync/replica/slip.h"

namespace relais::admin {
namespace {

using sync::Call;

/// What goes into the envelope, in both languages, whoever prints it.
std::string paper(const std::string& officer, const std::string& code,
                  const std::string& until) {
  std::string text;
  for (const auto language : {sync::Language::fr, sync::Language::en}) {
    const auto line = [&](const sync::Sentence& sentence) {
      text += sync::say(sentence, language) + "\n";
    };
    line(sync::Sentence{"Relais: personal code of {0}. For nobody else.",
                        {officer}});
    line(sync::Sentence{"Code: {0}", {code}});
    line(sync::Sentence{
        "On a machine of your post: `relais`, or `relais login {0} --slip`. "
        "Type this code, then choose your PIN.",
        {officer}});
    line(sync::Sentence{
        "It works once on each machine, until {0}, with no network. Destroy "
        "this paper afterwards.",
        {until}});
    text += "\n";
  }
  return text;
}

Result<> make_code(Office& office, const Call& call) {
  const std::string& officer = call.argument(0);
  sync::NewSlip slip;
  auto made = office.replica().transact([&]() -> Result<> {
    auto published = sync::publish_slip(office.headquarters(), officer);
    if (!published) return fail(published.error());
    slip = std::move(*published);
    return {};
  });
  if (!made) return made;
  const std::string code = sync::encode_secret(slip.secret);
  const std::string until = server::moment_text(slip.expires).substr(0, 10);
  call.output->note(sync::Sentence{
      "This code is for {0} alone, in a sealed envelope. It works once on "
      "each machine of {1}, until {2}; an earlier one is void",
      {officer, slip.post, until}});
  if (call.has("file")) {
    // On paper alone: a terminal may be read over a shoulder, or kept.
    call.output->data(paper(officer, code, until));
    call.output->note(
        sync::Sentence{"The code lies in {0}", {call.option("file")}});
    return {};
  }
  Json row;
  row["code"] = code;
  row["person"] = officer;
  row["post"] = slip.post;
  row["until"] = until;
  call.output->row(row.dump());
  return {};
}

}  // namespace

void add_officer_verbs(sync::Verbs& verbs, Office& office) {
  verbs["officer code"] = [&office](const Call& call) {
    return make_code(office, call);
  };
}

}  // namespace relais::admin
