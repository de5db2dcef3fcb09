#include "sync/record/access.h"

#include <algorithm>
#include <utility>

#include "sync/record/facts.h"

namespace relais::sync {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

/// Where persons stand who must not see a record, in any form that has such a
/// field.
constexpr const char* excluding_paths[] = {
    "excluded_readers", "subjects.officer", "conflicts_of_interest.officer"};

std::vector<std::string> all(const Names& names) {
  return {names.begin(), names.end()};
}

const proto::Relation* relation_for(const Form& form, const std::string& role) {
  for (const proto::Relation& relation : form.definition().relation()) {
    if (relation.role() == role) return &relation;
  }
  return nullptr;
}

/// A closed row gives no right: `to` closes a line of the hierarchy.
bool is_open(const Table& table, std::size_t row) {
  return table.cell(row, "valid_to").empty() && table.cell(row, "to").empty();
}

bool has_word(const std::string& words, const std::string& word) {
  const std::string padded = ' ' + words + ' ';
  return padded.find(' ' + word + ' ') != std::string::npos;
}

bool has_position_role(const Tables& tables, const std::string& person,
                       const std::string& role) {
  const Table* officers = tables.find("officer");
  const Table* roles = tables.find("position_role");
  const int officer = officers == nullptr ? -1 : officers->find(person);
  if (officer < 0 || roles == nullptr) return false;
  const auto row = static_cast<std::size_t>(officer);
  const std::string& position = officers->cell(row, "position");
  if (position.empty() || !is_open(*officers, row)) return false;
  const auto held = roles->where("position", position);
  return std::any_of(held.begin(), held.end(), [&](std::size_t line) {
    return is_open(*roles, line) && roles->cell(line, "role") == role;
  });
}

bool is_user_with(const Tables& tables, const std::string& person,
                  const std::string& role) {
  const Table* users = tables.find("headquarters_user");
  const int user = users == nullptr ? -1 : users->find(person);
  if (user < 0) return false;
  const auto row = static_cast<std::size_t>(user);
  return is_open(*users, row) && has_word(users->cell(row, "role"), role);
}

/// What stands in the record at a relation's source.
std::vector<std::string> named(const proto::Relation::Source& source,
                               const std::string& root_author,
                               const Facts& facts) {
  if (source.root_author()) return {root_author};
  std::vector<std::string> names = {plain_text(facts.value(source.field()))};
  const std::string column =
      source.column().empty() ? row_keys_column : source.column();
  for (const Value& value : facts.values(source.field() + '.' + column)) {
    names.push_back(plain_text(value));
  }
  std::erase(names, "");
  return names;
}

/// As the fold has it (related() in fold.h), but by open rows only: who was
/// somebody's superior once reads no more.
std::vector<std::string> related_now(const proto::Relation& relation,
                                     const Tables& tables,
                                     const std::string& root_author,
                                     const Facts& facts) {
  for (const proto::Relation::Source& source : relation.source()) {
    std::vector<std::string> persons = named(source, root_author, facts);
    if (!source.table().empty()) {
      const std::vector<std::string> keys = std::exchange(persons, {});
      const Table* table = tables.find(source.table());
      for (const std::string& key : keys) {
        if (table == nullptr) break;
        for (const std::size_t row : table->where(source.match(), key)) {
          const std::string& person = table->cell(row, source.value());
          if (!person.empty() && is_open(*table, row)) {
            persons.push_back(person);
          }
        }
      }
    }
    if (!persons.empty()) return persons;
  }
  return {};
}

/// Before a record says of whom: somebody whom the tables name in that
/// relation may begin.
bool is_named_for_anybody(const proto::Relation& relation, const Tables& tables,
                          const std::string& person) {
  return std::any_of(relation.source().begin(), relation.source().end(),
                     [&](const proto::Relation::Source& source) {
                       const Table* table = tables.find(source.table());
                       return !source.table().empty() && table != nullptr &&
                              !table->where(source.value(), person).empty();
                     });
}

bool holds(const Form& form, const Tables& tables, const Asker& asker,
           const proto::Role& role, const std::string& root_author,
           const Facts& facts, bool fresh) {
  const bool of_headquarters = role.side() == proto::SIDE_HEADQUARTERS;
  const bool there = asker.side == proto::SIDE_HEADQUARTERS;
  if (asker.person.empty() || (of_headquarters && !there)) return false;
  if (asker.person == headquarters_itself) return of_headquarters && there;
  if (asker.person == shell_person) {
    return there && role.id() == form.definition().resolver();
  }
  if (asker.person == service_person && role.id() == "field_officer") {
    return !there;
  }
  if (there && is_user_with(tables, asker.person, role.id())) return true;
  const bool by_position = has_position_role(tables, asker.person, role.id());
  const proto::Relation* relation = relation_for(form, role.id());
  if (relation == nullptr) return by_position;
  const auto is_he = [&asker](const std::string& person) {
    return person == asker.person;
  };
  const auto persons = related_now(*relation, tables, root_author, facts);
  if (std::any_of(persons.begin(), persons.end(), is_he)) return true;
  if (persons.empty() && fresh) {
    return is_named_for_anybody(*relation, tables, asker.person);
  }
  const auto& sources = relation->source();
  return by_position &&
         std::any_of(sources.begin(), sources.end(), [&](const auto& source) {
           const auto names = named(source, root_author, facts);
           return std::any_of(names.begin(), names.end(), is_he);
         });
}

std::set<std::string> held_roles(const Form& form, const Tables& tables,
                                 const Asker& asker,
                                 const std::string& root_author,
                                 const Facts& facts, bool fresh) {
  std::set<std::string> roles;
  for (const proto::Role& role : form.definition().role()) {
    if (holds(form, tables, asker, role, root_author, facts, fresh)) {
      roles.insert(role.id());
    }
  }
  return roles;
}

std::vector<std::string> control_roles(const Form& form,
                                       std::string_view kind) {
  for (const auto& right : form.definition().control()) {
    if (right.act() == kind) return all(right.role());
  }
  return {};
}

/// A deliberate lowering asks for both rights.
std::vector<std::string> writers(const proto::Field& field,
                                 const proto::Field& spec, bool lowers) {
  std::vector<std::string> roles =
      all(spec.write_size() > 0 ? spec.write() : field.write());
  if (!lowers) return roles;
  std::erase_if(roles, [&](const std::string& role) {
    const auto& may = spec.lower();
    return std::find(may.begin(), may.end(), role) == may.end();
  });
  return roles;
}

std::vector<std::string> field_roles(const Form& form, const Act& act) {
  const proto::Field* field = form.field(act.address.field);
  if (field == nullptr) return {};
  const bool log = field->policy() == proto::POLICY_LOG;
  const bool table = field->policy() == proto::POLICY_ADD;
  if (act.kind == proto::ACT_KIND_APPEND) {
    return log ? all(field->write()) : std::vector<std::string>{};
  }
  if (act.kind == proto::ACT_KIND_WRITE) {
    const proto::Field* spec = form.spec(act.address);
    if (spec == nullptr || log) return {};
    return writers(*field, *spec, !act.cites.empty());
  }
  if (!table) return {};
  const bool annuls =
      act.kind == proto::ACT_KIND_ANNUL_ROW && field->annul_size() > 0;
  return all(annuls ? field->annul() : field->write());
}

bool belongs(const Form& form, const std::string& part, const Act& act) {
  if (act.kind == proto::ACT_KIND_TRANSITION ||
      act.address.field == state_field) {
    return part == form.definition().lifecycle_part();
  }
  if (act.address.field.empty()) return form.has_part(part);
  const proto::Field* field = form.field(act.address.field);
  return field != nullptr && form.part_of(*field) == part;
}

}  // namespace

std::set<std::string> roles_of(const Form& form, const Tables& tables,
                               const Asker& asker,
                               const std::string& root_author,
                               const Facts& facts) {
  return held_roles(form, tables, asker, root_author, facts, false);
}

std::vector<std::string> roles_allowed(const Form& form, const Act& act) {
  switch (act.kind) {
    case proto::ACT_KIND_WRITE:
    case proto::ACT_KIND_ADD_ROW:
    case proto::ACT_KIND_ANNUL_ROW:
    case proto::ACT_KIND_RESTORE_ROW:
    case proto::ACT_KIND_APPEND:
      return field_roles(form, act);
    case proto::ACT_KIND_TRANSITION: {
      const proto::Transition* step = form.transition(act.step);
      if (step == nullptr) return {};
      const bool completes = step->second_size() > 0 && !act.proposes;
      return all(completes ? step->second() : step->role());
    }
    case proto::ACT_KIND_DECIDE:
    case proto::ACT_KIND_UNDO:
      return form.resolvers(act.address);
    case proto::ACT_KIND_ACCEPT:
      return all(form.definition().accept());
    case proto::ACT_KIND_CHALLENGE:
      return control_roles(form, "challenge");
    case proto::ACT_KIND_LOST:
      return control_roles(form, "lost");
    case proto::ACT_KIND_PURGE:
      return control_roles(form, "purge");
    case proto::ACT_KIND_UNSPECIFIED:
    case proto::ActKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::ActKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

bool excluded(const Form& form, const Facts& facts, const std::string& person) {
  if (person.empty()) return false;
  for (const std::string path : excluding_paths) {
    const auto point = path.find('.');
    const bool keys = point == std::string::npos;
    if (form.field(path.substr(0, point)) == nullptr) continue;
    for (const Value& value :
         facts.values(keys ? path + '.' + row_keys_column : path)) {
      if (plain_text(value) == person) return true;
    }
  }
  return false;
}

Access::Access(const Form& form, const Tables& tables, const Asker& asker,
               const std::string& root_author, const Facts& facts)
    : form_(&form),
      roles_(roles_of(form, tables, asker, root_author, facts)),
      side_(asker.side),
      excluded_(excluded(form, facts, asker.person)) {}

Access Access::to_new(const Form& form, const Tables& tables,
                      const Asker& asker, const Facts& facts) {
  Access access(form, tables, asker, asker.person, facts);
  access.roles_ = held_roles(form, tables, asker, asker.person, facts, true);
  access.fresh_ = true;
  access.excluded_ = false;
  return access;
}

bool Access::may_read(const std::string& part) const {
  const proto::Part* rules = form_->part(part);
  return rules != nullptr && !excluded_ &&
         std::any_of(
             rules->read().begin(), rules->read().end(),
             [this](const auto& role) { return roles_.contains(role); });
}

bool Access::may_see() const {
  const auto& parts = form_->definition().part();
  return std::any_of(parts.begin(), parts.end(),
                     [this](const auto& part) { return may_read(part.id()); });
}

bool Access::may_open() const {
  const auto& open = form_->definition().open();
  return std::any_of(open.begin(), open.end(), [this](const auto& role) {
    return roles_.contains(role);
  });
}

bool Access::blind_allows(const std::vector<Act>& acts) const {
  std::set<Address> added;
  for (const Act& act : acts) {
    if (act.kind == proto::ACT_KIND_ADD_ROW) added.insert(act.address);
  }
  return std::all_of(acts.begin(), acts.end(), [&](const Act& act) {
    return act.kind == proto::ACT_KIND_APPEND ||
           act.kind == proto::ACT_KIND_ADD_ROW ||
           (act.kind == proto::ACT_KIND_WRITE &&
            added.contains(act.address.row_only()));
  });
}

/// What is said of changes by their names alone shows nothing of them.
bool Access::controls(const std::vector<Act>& acts) {
  return std::all_of(acts.begin(), acts.end(), [](const Act& act) {
    return act.kind == proto::ACT_KIND_CHALLENGE ||
           act.kind == proto::ACT_KIND_LOST ||
           act.kind == proto::ACT_KIND_PURGE;
  });
}

std::optional<std::string> Access::role_for(
    const std::string& part, const std::vector<Act>& acts) const {
  if (acts.empty()) return std::nullopt;
  if (fresh_ ? !may_open() : !may_see()) return std::nullopt;
  const bool blind = blind_allows(acts) || controls(acts);
  if (!fresh_ && !may_read(part) && !blind) return std::nullopt;
  std::set<std::string> left = roles_;
  for (const Act& act : acts) {
    if (!belongs(*form_, part, act)) return std::nullopt;
    const auto roles = roles_allowed(*form_, act);
    std::erase_if(left, [&](const std::string& role) {
      return std::find(roles.begin(), roles.end(), role) == roles.end();
    });
  }
  std::optional<std::string> first;
  for (const proto::Role& role : form_->definition().role()) {
    if (!left.contains(role.id())) continue;
    if (!first) first = role.id();
    // Headquarters' word counts as headquarters' where it may.
    if (side_ == proto::SIDE_HEADQUARTERS &&
        role.side() == proto::SIDE_HEADQUARTERS) {
      return role.id();
    }
  }
  return first;
}

}  // namespace relais::sync
