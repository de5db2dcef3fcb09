#include "sync/replica/edit_acts.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace relais::sync {
namespace {

/// 16 hexadecimal digits, as the form check promises for rows without a key.
constexpr std::size_t row_id_bytes = 8;

const FieldState* state_of(const std::vector<PartState>& parts,
                           const std::string& field) {
  for (const PartState& part : parts) {
    const auto found = part.field.find(field);
    if (found != part.field.end()) return &found->second;
  }
  return nullptr;
}

Act act_at(ActKind kind, Address address) {
  Act act;
  act.kind = kind;
  act.address = std::move(address);
  return act;
}

/// Collects the acts of one command; rows are prepared once.
class Builder {
 public:
  Builder(const Replica& replica, const Form& form,
          const std::vector<PartState>& parts)
      : replica_(&replica), form_(&form), parts_(&parts) {}

  Result<> add(Edit edit);
  std::map<std::string, std::vector<Act>> take();

 private:
  Result<> check_row(const Edit& edit, const proto::Field& field) const;
  Result<> resolve_record(const proto::Field& spec, Value& value);
  Result<> write(Edit& edit, const proto::Field& field);
  void write_scalar(const Edit& edit, const proto::Field& field);
  void write_cell(const Edit& edit, const proto::Field& field);
  void annul(const Edit& edit);
  const RowState* row(const Address& address) const;
  std::string row_name(const Edit& edit);
  void prepare_row(const Address& address);
  std::vector<Act>& acts(const std::string& field);

  const Replica* replica_;
  const Form* form_;
  const std::vector<PartState>* parts_;
  std::map<std::string, std::vector<Act>> by_part_;
  std::map<std::pair<std::string, int>, std::string> new_rows_;
  std::map<Address, bool> prepared_;
  std::map<Address, std::pair<std::string, Row>> units_;  ///< row -> whole row
  std::map<std::pair<std::string, int>, Row> entries_;    ///< log entries
};

std::vector<Act>& Builder::acts(const std::string& field) {
  return by_part_[form_->part_of(*form_->field(field))];
}

const RowState* Builder::row(const Address& address) const {
  const FieldState* state = state_of(*parts_, address.field);
  if (state == nullptr) return nullptr;
  const auto found = state->row.find(address.row);
  return found == state->row.end() ? nullptr : &found->second;
}

std::string Builder::row_name(const Edit& edit) {
  if (edit.new_row == 0) return edit.address.row;
  std::string& name = new_rows_[{edit.address.field, edit.new_row}];
  if (name.empty()) name = to_hex(replica_->random().bytes(row_id_bytes));
  return name;
}

/// Naming a row makes one only where rows have names of their own.
Result<> Builder::check_row(const Edit& edit, const proto::Field& field) const {
  const bool makes =
      edit.new_row > 0 ||
      (edit.kind == Edit::Kind::set &&
       (field.has_row_key() || field.type() == proto::TYPE_CODES));
  if (makes || edit.address.row.empty()) return {};
  const RowState* known = row(edit.address);
  if (known != nullptr && known->status != RowStatus::absent) return {};
  std::string there;
  if (const FieldState* state = state_of(*parts_, field.id())) {
    for (const auto& [name, one] : state->row) {
      if (one.status == RowStatus::live) there += " " + name;
    }
  }
  if (there.empty()) {
    return fail(Errc::not_found,
                "{0}[{1}]: there is no such row; {0} has no row yet",
                {field.id(), edit.address.row});
  }
  return fail(Errc::not_found, "{0}[{1}]: there is no such row; there are:{2}",
              {field.id(), edit.address.row, there});
}

void Builder::prepare_row(const Address& address) {
  if (!prepared_.emplace(address, true).second) return;
  const RowState* known = row(address);
  if (known == nullptr || known->status == RowStatus::absent) {
    acts(address.field).push_back(act_at(proto::ACT_KIND_ADD_ROW, address));
  } else if (known->status == RowStatus::annulled) {
    acts(address.field).push_back(act_at(proto::ACT_KIND_RESTORE_ROW, address));
  }
}

Result<> Builder::resolve_record(const proto::Field& spec, Value& value) {
  const auto* named = value.get<std::string>();
  if (spec.type() != proto::TYPE_RECORD || named == nullptr) return {};
  auto found = replica_->find(*named);
  if (!found) return fail(found.error());
  value = Value(found->record);
  return {};
}

void Builder::write_scalar(const Edit& edit, const proto::Field& field) {
  const FieldState* state = state_of(*parts_, field.id());
  Act act = act_at(proto::ACT_KIND_WRITE, edit.address);
  act.value = edit.value;
  act.reason = edit.reason;
  if (state != nullptr) {
    const CellState& cell = state->cell;
    if (!cell.open && cell.value == edit.value) return;
    const auto order = form_->compare(field, edit.value, cell.value);
    const bool lowers = field.policy() == proto::POLICY_MIN
                            ? order == std::partial_ordering::greater
                            : order == std::partial_ordering::less;
    if (field.ratchet() && lowers) {
      for (const auto* written : {&cell.by, &cell.also}) {
        for (const Written& one : *written) act.cites.push_back(one.dot);
      }
      std::sort(act.cites.begin(), act.cites.end());
    }
  } else if (edit.value.empty()) {
    return;
  }
  acts(field.id()).push_back(std::move(act));
}

void Builder::write_cell(const Edit& edit, const proto::Field& field) {
  const Address address{field.id(), row_name(edit), {}};
  const RowState* known = row(address);
  if (field.unit_size() > 0) {
    auto [place, fresh] = units_.try_emplace(address);
    if (fresh && known != nullptr) {
      if (const auto* whole = known->unit.value.get<Row>()) {
        place->second.second = *whole;
      }
    }
    if (edit.value.empty()) place->second.second.erase(edit.address.column);
    if (!edit.value.empty()) {
      place->second.second[edit.address.column] = edit.value;
    }
    return;
  }
  const CellState* cell = nullptr;
  if (known != nullptr && known->status == RowStatus::live) {
    const auto found = known->column.find(edit.address.column);
    if (found != known->column.end()) cell = &found->second;
  }
  if (cell != nullptr && !cell->open && cell->value == edit.value) return;
  prepare_row(address);
  if (edit.address.column.empty()) return;
  if (cell == nullptr && edit.value.empty()) return;
  Act act = act_at(proto::ACT_KIND_WRITE,
                   {field.id(), address.row, edit.address.column});
  act.value = edit.value;
  acts(field.id()).push_back(std::move(act));
}

void Builder::annul(const Edit& edit) {
  Act act =
      act_at(edit.kind == Edit::Kind::annul_row ? proto::ACT_KIND_ANNUL_ROW
                                                : proto::ACT_KIND_RESTORE_ROW,
             edit.address.row_only());
  act.reason = edit.reason;
  acts(edit.address.field).push_back(std::move(act));
}

Result<> Builder::write(Edit& edit, const proto::Field& field) {
  if (field.policy() == proto::POLICY_LOG) {
    Row& entry = entries_[{field.id(), edit.new_row}];
    if (!edit.value.empty()) entry[edit.address.column] = edit.value;
    return {};
  }
  if (field.policy() == proto::POLICY_ADD) {
    for (const proto::Field& column : field.column()) {
      if (column.id() != edit.address.column) continue;
      auto named = resolve_record(column, edit.value);
      if (!named) return named;
    }
    write_cell(edit, field);
    return {};
  }
  if (auto named = resolve_record(field, edit.value); !named) return named;
  write_scalar(edit, field);
  return {};
}

Result<> Builder::add(Edit edit) {
  const proto::Field* field = form_->field(edit.address.field);
  if (field == nullptr) {
    return fail(Errc::invalid,
                "{0}: the form {1} has no such field; `relais forms {1}` "
                "shows those it has",
                {edit.address.field, form_->id()});
  }
  const bool log = field->policy() == proto::POLICY_LOG;
  if (log && (edit.kind != Edit::Kind::set || edit.new_row == 0)) {
    return fail(Errc::invalid,
                "{0}: what was said stays as it is; add with {0}[+]",
                {field->id()});
  }
  if (auto there = check_row(edit, *field); !there) return there;
  if (edit.kind != Edit::Kind::set) {
    annul(edit);
    return {};
  }
  return write(edit, *field);
}

std::map<std::string, std::vector<Act>> Builder::take() {
  for (auto& [address, unit] : units_) {
    const RowState* known = row(address);
    if (known != nullptr && known->status == RowStatus::live &&
        !known->unit.open && known->unit.value == Value(unit.second)) {
      continue;
    }
    prepare_row(address);
    Act act = act_at(proto::ACT_KIND_WRITE, address);
    act.value = Value(std::move(unit.second));
    acts(address.field).push_back(std::move(act));
  }
  for (auto& [place, entry] : entries_) {
    Act act = act_at(proto::ACT_KIND_APPEND, {place.first, {}, {}});
    act.value = Value(std::move(entry));
    acts(place.first).push_back(std::move(act));
  }
  return std::move(by_part_);
}

/// Within one command a later word on one place replaces an earlier one.
std::vector<Edit> last_words(std::vector<Edit> edits) {
  std::set<std::tuple<Edit::Kind, Address, int>> said;
  std::vector<Edit> kept;
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    if (!said.emplace(edit->kind, edit->address, edit->new_row).second) {
      continue;
    }
    kept.push_back(std::move(*edit));
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

}  // namespace

Result<std::map<std::string, std::vector<Act>>> acts_of(
    const Replica& replica, const Form& form,
    const std::vector<PartState>& parts, std::vector<Edit> edits) {
  Builder builder(replica, form, parts);
  for (Edit& edit : last_words(std::move(edits))) {
    if (auto added = builder.add(std::move(edit)); !added) {
      return fail(added.error());
    }
  }
  return builder.take();
}

}  // namespace relais::sync
