#include <algorithm>

#include "sync/record/fold.h"

namespace relais::sync {

namespace {

constexpr const char* headquarters_person = "headquarters";

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

/// In a part that is not the root nothing says of whom: anybody's will do.
bool related_to_anybody(const proto::Relation& relation, const Tables& tables,
                        const std::string& person) {
  return std::any_of(
      relation.source().begin(), relation.source().end(),
      [&](const proto::Relation::Source& source) {
        const bool in_table = !source.table().empty();
        const Table* table = tables.find(in_table ? source.table() : "officer");
        return table != nullptr &&
               !table->where(in_table ? source.value() : "code", person)
                    .empty();
      });
}

bool holds_by_position(const Tables& tables, const std::string& person,
                       const std::string& role) {
  const Table* officers = tables.find("officer");
  const Table* roles = tables.find("position_role");
  if (officers == nullptr || roles == nullptr) return false;
  for (std::size_t officer : officers->where("code", person)) {
    const std::string& position = officers->cell(officer, "position");
    if (position.empty()) continue;
    for (std::size_t row : roles->where("position", position)) {
      if (roles->cell(row, "role") == role) return true;
    }
  }
  return false;
}

bool holds_at_headquarters(const Tables& tables, const std::string& person,
                           const std::string& role) {
  const Table* users = tables.find("headquarters_user");
  if (users == nullptr) return false;
  const std::vector<std::size_t> rows = users->where("code", person);
  return std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
    const std::string held = ' ' + users->cell(row, "role") + ' ';
    return held.find(' ' + role + ' ') != std::string::npos;
  });
}

}  // namespace

bool holds_role(const Form& form, const Tables& tables,
                const std::string& person, const std::string& role,
                const std::string& part, const std::string& root_author,
                const Facts& facts) {
  if (person.empty() || role.empty()) return false;
  if (person == headquarters_person) return form.is_headquarters(role);
  // Nobody's name: what a machine of the field claims so in a role of
  // headquarters is challenged there.
  if (person == "shell") return role == form.definition().resolver();
  if (person == "service") return role == "field_officer";
  if (holds_by_position(tables, person, role) ||
      holds_at_headquarters(tables, person, role)) {
    return true;
  }
  const proto::Relation* relation = relation_of(form, role);
  if (relation == nullptr) return false;
  if (part != form.definition().root_part()) {
    return related_to_anybody(*relation, tables, person);
  }
  const std::vector<std::string> persons =
      related(form, tables, role, root_author, facts);
  return std::find(persons.begin(), persons.end(), person) != persons.end();
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
