#include "tests/unit/forms/cast.h"

#include <algorithm>

#include "tests/support/published.h"

namespace relais::test {
namespace {

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const proto::Relation* relation_of(const proto::Form& form,
                                   const std::string& role) {
  for (const proto::Relation& one : form.relation()) {
    if (one.role() == role) return &one;
  }
  return nullptr;
}

/// A table of the product with lines of our own.
std::string with_rows(
    const sync::Table& table,
    const std::vector<std::map<std::string, std::string>>& more) {
  std::string csv = sync::csv_line(table.columns(), false);
  for (const auto& row : table.rows()) csv += sync::csv_line(row, false);
  for (const auto& row : more) {
    std::vector<std::string> cells;
    for (const std::string& column : table.columns()) {
      const auto cell = row.find(column);
      cells.push_back(cell == row.end() ? std::string() : cell->second);
    }
    csv += sync::csv_line(cells, false);
  }
  return csv;
}

}  // namespace

Cast::Cast(const std::string& form_id)
    : form_(published_form(form_id)),
      tables_(std::make_shared<sync::Tables>(published_tables())),
      persons_{subject, superior, second_superior, intruder} {
  const sync::Table& held = *tables_->find("position_role");
  std::vector<std::map<std::string, std::string>> officers = {
      {{"code", subject}}, {{"code", superior}}, {{"code", second_superior}}};
  for (std::size_t row = 0; row < held.rows().size(); ++row) {
    const std::string& position = held.cell(row, "position");
    position_roles_[position].insert(held.cell(row, "role"));
  }
  for (const auto& [position, roles] : position_roles_) {
    for (const char* number : {".1", ".2"}) {
      const std::string person = position + number;
      officers.push_back({{"code", person}, {"position", position}});
      position_[person] = position;
      persons_.push_back(person);
    }
  }
  std::vector<std::map<std::string, std::string>> users;
  const sync::Table& known = *tables_->find("role");
  for (std::size_t row = 0; row < known.rows().size(); ++row) {
    const std::string& role = known.cell(row, "code");
    roles_.push_back(role);
    if (known.cell(row, "side") != "headquarters") continue;
    users.push_back({{"code", "U." + role}, {"role", role}});
    user_[role] = "U." + role;
    persons_.push_back("U." + role);
  }
  csv_["headquarters_user"] =
      with_rows(*tables_->find("headquarters_user"), users);
  csv_["officer"] = with_rows(*tables_->find("officer"), officers);
  csv_["hierarchy"] =
      with_rows(*tables_->find("hierarchy"), {{{"code", subject},
                                               {"officer", subject},
                                               {"n1", superior},
                                               {"n2", second_superior}}});
  for (const auto& [name, csv] : csv_) {
    tables_->table[name] = sync::Table::parse(csv).value();
  }
  tables_->version.number = 1;

  for (const proto::Role& role : rules().role()) {
    if (!among(roles_, role.id())) roles_.push_back(role.id());
  }
}

void Cast::begin_record() {
  named_.clear();
  wrote_root({});
}

void Cast::name(const std::string& field, const std::string& person) {
  named_[field].push_back(person);
  holders_.clear();
}

void Cast::wrote_root(const std::string& person) {
  root_author_ = person;
  holders_.clear();
}

std::vector<std::string> Cast::related(const std::string& role) const {
  const proto::Relation* relation = relation_of(rules(), role);
  if (relation == nullptr) return {};
  for (const auto& source : relation->source()) {
    std::vector<std::string> found;
    if (source.root_author()) {
      found = {root_author_};
    } else if (const auto named = named_.find(source.field());
               named != named_.end()) {
      found = named->second;
    }
    if (!source.table().empty()) {
      const sync::Table& table = *tables_->find(source.table());
      std::vector<std::string> below;
      for (std::size_t row = 0; row < table.rows().size(); ++row) {
        const std::string& person = table.cell(row, source.value());
        if (!person.empty() && among(found, table.cell(row, source.match()))) {
          below.push_back(person);
        }
      }
      found = below;
    }
    std::erase(found, "");
    if (!found.empty()) return found;
  }
  return {};
}

/// The user of headquarters who is listed in this role.
std::string Cast::user_of(const std::string& role) const {
  const auto user = user_.find(role);
  return user == user_.end() ? std::string() : user->second;
}

bool Cast::by_position(const std::string& person,
                       const std::string& role) const {
  const auto at = position_.find(person);
  return at != position_.end() && position_roles_.at(at->second).contains(role);
}

bool Cast::holds(const std::string& person, const std::string& role,
                 const std::string& part) const {
  const proto::Relation* relation = relation_of(rules(), role);
  if (person == user_of(role)) return true;
  if (relation == nullptr) return by_position(person, role);
  if (part == rules().root_part()) return among(related(role), person);
  // Another part says of nobody whose it is: the tables must know him so.
  const auto& sources = relation->source();
  return by_position(person, role) ||
         std::any_of(sources.begin(), sources.end(), [&](const auto& source) {
           if (source.table().empty()) return false;
           const sync::Table& table = *tables_->find(source.table());
           for (std::size_t row = 0; row < table.rows().size(); ++row) {
             if (table.cell(row, source.value()) == person) return true;
           }
           return false;
         });
}

std::set<std::string> Cast::roles_of(const std::string& person,
                                     const std::string& part) const {
  std::set<std::string> held;
  for (const std::string& role : roles_) {
    if (holds(person, role, part)) held.insert(role);
  }
  return held;
}

std::vector<std::string> Cast::holders(const std::string& role,
                                       const std::string& part) const {
  const auto known = holders_.find({role, part});
  if (known != holders_.end()) return known->second;
  std::vector<std::string>& found = holders_[{role, part}];
  for (const std::string& person : persons_) {
    if (holds(person, role, part)) found.push_back(person);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](const std::string& a, const std::string& b) {
                     return roles_of(a, part).size() < roles_of(b, part).size();
                   });
  if (found.size() > 2) found.resize(2);
  return found;
}

std::vector<std::string> Cast::unnamed() const {
  std::vector<std::string> fields;
  for (const proto::Relation& relation : rules().relation()) {
    if (!related(relation.role()).empty()) continue;
    for (const auto& source : relation.source()) {
      const proto::Field* field = form_->field(source.field());
      if (field == nullptr || form_->part_of(*field) != rules().root_part()) {
        continue;
      }
      fields.push_back(source.field());
      break;
    }
  }
  return fields;
}

std::shared_ptr<const sync::Form> Cast::form(const std::string& id,
                                             std::uint32_t version) const {
  const bool ours = id == form_->id() && version == form_->version().number;
  return ours ? form_ : nullptr;
}

std::shared_ptr<const sync::Tables> Cast::tables(std::uint32_t version) const {
  return version == 1 ? tables_ : nullptr;
}

}  // namespace relais::test
