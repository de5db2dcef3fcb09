#include <algorithm>
#include <map>
#include <utility>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"

namespace relais::admin {
namespace {

using sync::Call;

using Cells = std::vector<std::pair<std::string, std::string>>;

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 6 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

/// Only what was said: the rest of a known post stays.
Cells cells_of_post(const Call& call, bool known) {
  Cells cells = {{"code", call.argument(0)}};
  cells.emplace_back("label_fr", call.option("label"));
  if (call.has("label-en") || !known) {
    cells.emplace_back("label_en", call.has("label-en")
                                       ? call.option("label-en")
                                       : call.option("label"));
  }
  if (!known) cells.emplace_back("status", "open");
  for (const char* name : {"type", "region", "border", "chief"}) {
    if (call.has(name)) cells.emplace_back(name, call.option(name));
  }
  return cells;
}

Result<> check_codes(const Call& call, const sync::Tables& tables) {
  for (const auto& [option, name] :
       {std::pair<const char*, const char*>{"type", "unit_type"},
        {"region", "region"},
        {"chief", "position"}}) {
    const sync::Table* table = tables.find(name);
    const std::string code = call.option(option);
    if (code.empty() || table == nullptr || table->find(code) >= 0) continue;
    return fail(Errc::invalid, "The table {0} has no code {1}", {name, code});
  }
  if (call.has("hours") && !is_number(call.option("hours"))) {
    return fail(Errc::usage, "--hours {0} is not a whole number",
                {call.option("hours")});
  }
  return {};
}

Result<> publish_row(Office& office, const std::string& table,
                     const Cells& cells) {
  auto draft = TableDraft::of(office.replica(), table);
  if (!draft) return fail(draft.error());
  if (!draft->put(cells)) return {};
  return office.headquarters().publish_table(table, draft->csv());
}

Result<> add_post(Office& office, const Call& call) {
  const std::string& code = call.argument(0);
  const auto allowed = [](unsigned char one) {
    return std::isalnum(one) != 0 || one == '_';
  };
  if (code.size() > 16 || !std::all_of(code.begin(), code.end(), allowed)) {
    return fail(Errc::invalid,
                "A post's code has letters and digits only, 16 at most: {0}",
                {code});
  }
  const auto tables = office.replica().publications().readable_tables();
  if (!tables) return fail(tables.error());
  const sync::Table* posts = (*tables)->find("post");
  const bool known = posts != nullptr && posts->find(code) >= 0;
  if (auto good = check_codes(call, **tables); !good) return good;
  return office.replica().transact([&]() -> Result<> {
    auto put = publish_row(office, "post", cells_of_post(call, known));
    if (!put || !call.has("hours")) return put;
    return publish_row(office, "expected_contact",
                       {{"code", code},
                        {"label_fr", call.option("label")},
                        {"label_en", call.option("label")},
                        {"post", code},
                        {"hours", call.option("hours")}});
  });
}

struct Presence {
  std::int64_t contact = 0;
  std::vector<std::string> machines;
  std::vector<std::string> forked;
  std::vector<std::string> retired;
  std::vector<std::string> wrong_pins;
};

/// Every so many hours a post should be heard of; 0: nobody said.
std::int64_t rhythm_of(const sync::Tables& tables, const std::string& post) {
  const sync::Table* expected = tables.find("expected_contact");
  if (expected == nullptr) return 0;
  for (const std::size_t row : expected->where("post", post)) {
    const std::string& hours = expected->cell(row, "hours");
    if (is_number(hours)) return std::stoll(hours);
  }
  return 0;
}

Json post_row(const Call& call, const sync::Tables& tables,
              const std::string& code, const Presence& presence,
              std::int64_t now) {
  const std::int64_t hours = rhythm_of(tables, code);
  const bool silent = !presence.machines.empty() && hours > 0 &&
                      now - presence.contact > hours * 3'600'000;
  Json row;
  row["code"] = code;
  row["label"] = tables.label("post", code, to_text(language_of(call)));
  row["machines"] = presence.machines;
  row["last_contact"] = moment(call, presence.contact);
  row["hours"] = hours == 0 ? Json() : Json(hours);
  row["silent"] = yes(call, silent);
  row["forked"] = presence.forked;
  row["retired"] = presence.retired;
  row["wrong_pins"] = presence.wrong_pins;
  return row;
}

Result<> list_posts(Office& office, const Call& call) {
  auto roster = office.headquarters().roster();
  if (!roster) return fail(roster.error());
  std::map<std::string, Presence> presence;
  for (const sync::RosterLine& line : *roster) {
    Presence& post = presence[line.post];
    post.contact = std::max(post.contact, line.contact);
    auto& place = line.retired ? post.retired : post.machines;
    place.push_back(name_of(line));
    if (line.forked) post.forked.push_back(name_of(line));
    auto alarms = pin_alarms(office.headquarters(), line.device);
    if (!alarms) return fail(alarms.error());
    for (const std::string& one : *alarms) {
      post.wrong_pins.push_back(name_of(line) + ": " + one);
    }
  }
  const auto tables = office.replica().publications().readable_tables();
  if (!tables) return fail(tables.error());
  const sync::Table* posts = (*tables)->find("post");
  if (posts == nullptr) return {};
  const std::int64_t now = office.replica().clock().wall_ms();
  for (std::size_t row = 0; row < posts->rows().size(); ++row) {
    const std::string& code = posts->cell(row, "code");
    call.output->row(
        post_row(call, **tables, code, presence[code], now).dump());
  }
  return {};
}

}  // namespace

void add_post_verbs(sync::Verbs& verbs, Office& office) {
  verbs["post add"] = [&office](const Call& call) {
    return add_post(office, call);
  };
  verbs["post list"] = [&office](const Call& call) {
    return list_posts(office, call);
  };
}

}  // namespace relais::admin
