#include <algorithm>

#include "sync/record/access.h"
#include "sync/record/fold.h"

namespace relais::sync {

namespace {

/// What the post's account is before its first PIN.
constexpr const char* service_role = "field_officer";

bool contains(const std::vector<std::string>& persons,
              const std::string& person) {
  return std::find(persons.begin(), persons.end(), person) != persons.end();
}

const proto::Relation* relation_of(const Form& form, const std::string& role) {
  for (const proto::Relation& relation : form.definition().relation()) {
    if (relation.role() == role) return &relation;
  }
  return nullptr;
}

void add_text(const Value& value, std::vector<std::string>& out) {
  std::string text = plain_text(value);
  if (!text.empty()) out.push_back(std::move(text));
}

/// Whom a source names in this record, before any table is asked.
std::vector<std::string> named(const proto::Relation::Source& source,
                               const std::string& root_author,
                               const Facts& facts) {
  std::vector<std::string> persons;
  if (source.root_author()) {
    add_text(Value(root_author), persons);
    return persons;
  }
  add_text(facts.value(source.field()), persons);
  const std::string column =
      source.column().empty() ? row_keys_column : source.column();
  for (const Value& value : facts.values(source.field() + '.' + column)) {
    add_text(value, persons);
  }
  return persons;
}

std::vector<std::string> look_up(const proto::Relation::Source& source,
                                 const Tables& tables,
                                 const std::vector<std::string>& keys) {
  std::vector<std::string> persons;
  const Table* table = tables.find(source.table());
  if (table == nullptr) return persons;
  for (const std::string& key : keys) {
    for (std::size_t row : table->where(source.match(), key)) {
      const std::string& person = table->cell(row, source.value());
      if (!person.empty()) persons.push_back(person);
    }
  }
  return persons;
}

/// A closed row gives no right.
bool is_open(const Table& table, std::size_t row) {
  return table.cell(row, "valid_to").empty();
}

/// In a part that is not the root nothing says of whom: it is enough that the
/// tables name him there for anybody.
bool related_to_anybody(const proto::Relation& relation, const Tables& tables,
                        const std::string& person) {
  return std::any_of(relation.source().begin(), relation.source().end(),
                     [&](const proto::Relation::Source& source) {
                       const Table* table = tables.find(source.table());
                       return table != nullptr &&
                              !table->where(source.value(), person).empty();
                     });
}

bool is_named(const proto::Relation& relation, const std::string& person,
              const std::string& root_author, const Facts& facts) {
  return std::any_of(relation.source().begin(), relation.source().end(),
                     [&](const proto::Relation::Source& source) {
                       return contains(named(source, root_author, facts),
                                       person);
                     });
}

bool holds_by_position(const Tables& tables, const std::string& person,
                       const std::string& role) {
  const Table* officers = tables.find("officer");
  const Table* roles = tables.find("position_role");
  if (officers == nullptr || roles == nullptr) return false;
  const int officer = officers->find(person);
  if (officer < 0) return false;
  const auto row = static_cast<std::size_t>(officer);
  const std::string& position = officers->cell(row, "position");
  if (position.empty() || !is_open(*officers, row)) return false;
  const std::vector<std::size_t> held = roles->where("position", position);
  return std::any_of(held.begin(), held.end(), [&](std::size_t line) {
    return is_open(*roles, line) && roles->cell(line, "role") == role;
  });
}

/// A user of headquarters has one role or several, spaces between them.
bool holds_at_headquarters(const Tables& tables, const std::string& person,
                           const std::string& role) {
  const Table* users = tables.find("headquarters_user");
  const int user = users == nullptr ? -1 : users->find(person);
  if (user < 0) return false;
  const auto row = static_cast<std::size_t>(user);
  const std::string held = ' ' + users->cell(row, "role") + ' ';
  return is_open(*users, row) &&
         held.find(' ' + role + ' ') != std::string::npos;
}

}  // namespace

bool holds_role(const Form& form, const Tables& tables,
                const std::string& person, const std::string& role,
                const std::string& part, const std::string& root_author,
                const Facts& facts) {
  if (person.empty() || role.empty()) return false;
  if (person == headquarters_itself) return form.is_headquarters(role);
  if (person == shell_person) return role == form.definition().resolver();
  if (person == service_person) return role == service_role;
  if (holds_at_headquarters(tables, person, role)) return true;
  const bool by_position = holds_by_position(tables, person, role);
  const proto::Relation* relation = relation_of(form, role);
  if (relation == nullptr) return by_position;
  if (part != form.definition().root_part()) {
    return by_position || related_to_anybody(*relation, tables, person);
  }
  return contains(related(form, tables, role, root_author, facts), person) ||
         (by_position && is_named(*relation, person, root_author, facts));
}

std::vector<std::string> related(const Form& form, const Tables& tables,
                                 const std::string& role,
                                 const std::string& root_author,
                                 const Facts& facts) {
  const proto::Relation* relation = relation_of(form, role);
  if (relation == nullptr) return {};
  for (const proto::Relation::Source& source : relation->source()) {
    std::vector<std::string> persons = named(source, root_author, facts);
    if (!source.table().empty()) persons = look_up(source, tables, persons);
    if (!persons.empty()) return persons;
  }
  return {};
}

}  // namespace relais::sync
