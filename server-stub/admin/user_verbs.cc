#include <sstream>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"

namespace relais::admin {
namespace {

using sync::Call;

constexpr const char* user_table = "headquarters_user";
constexpr std::size_t user_chars_max = 64;

Result<> check_name(const std::string& id) {
  const bool taken = id == "shell" || id == "service" || id == "headquarters";
  const bool plain = id.find_first_of(" \t\r\n,;\"'\x1F") == std::string::npos;
  if (!taken && plain && id.size() <= user_chars_max) return {};
  return fail(Errc::invalid, "{0} cannot be a person's id", {id});
}

/// Roles of headquarters alone: those of the field go by position.
Result<std::string> roles_of(const Call& call, const sync::Tables& tables) {
  const sync::Table* table = tables.find("role");
  std::string roles;
  for (const std::string& role : values_of(call, "role")) {
    const int row = table == nullptr ? -1 : table->find(role);
    if (row < 0 ||
        table->cell(static_cast<std::size_t>(row), "side") != "headquarters") {
      return fail(Errc::invalid,
                  "There is no role {0} at headquarters: the table role names "
                  "them",
                  {role});
    }
    if ((' ' + roles + ' ').find(' ' + role + ' ') != std::string::npos) {
      continue;
    }
    roles += (roles.empty() ? "" : " ") + role;
  }
  return roles;
}

Result<> add_user(Office& office, const Call& call) {
  const std::string& id = call.argument(0);
  if (auto good = check_name(id); !good) return good;
  const auto tables = office.replica().publications().readable_tables();
  if (!tables) return fail(tables.error());
  auto roles = roles_of(call, **tables);
  if (!roles) return fail(roles.error());
  const sync::Table* users = (*tables)->find(user_table);
  const bool known = users != nullptr && users->find(id) >= 0;
  std::vector<std::pair<std::string, std::string>> cells = {{"code", id},
                                                            {"role", *roles}};
  if (call.has("label") || !known) {
    const std::string label = call.has("label") ? call.option("label") : id;
    cells.emplace_back("label_fr", label);
    cells.emplace_back("label_en", label);
  }
  auto draft = TableDraft::of(office.replica(), user_table);
  if (!draft) return fail(draft.error());
  if (!draft->put(cells)) return {};
  return office.replica().transact([&] {
    return office.headquarters().publish_table(user_table, draft->csv());
  });
}

Result<> list_users(Office& office, const Call& call) {
  const auto tables = office.replica().publications().readable_tables();
  if (!tables) return fail(tables.error());
  const sync::Table* users = (*tables)->find(user_table);
  if (users == nullptr) return {};
  for (std::size_t row = 0; row < users->rows().size(); ++row) {
    std::istringstream roles(users->cell(row, "role"));
    Json line;
    line["person"] = users->cell(row, "code");
    line["label"] = users->cell(row, "label_fr");
    line["roles"] = Json::array();
    for (std::string role; roles >> role;) {
      line["roles"].push_back(
          for_people(call)
              ? (*tables)->label("role", role, to_text(language_of(call)))
              : role);
    }
    call.output->row(line.dump());
  }
  return {};
}

}  // namespace

void add_user_verbs(sync::Verbs& verbs, Office& office) {
  verbs["user add"] = [&office](const Call& call) {
    return add_user(office, call);
  };
  verbs["user list"] = [&office](const Call& call) {
    return list_users(office, call);
  };
}

}  // namespace relais::admin
