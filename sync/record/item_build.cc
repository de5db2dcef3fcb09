#include "sync/record/item_build.h"

#include "sync/record/graph.h"

namespace relais::sync {

namespace {

std::optional<ItemKind> kind_of(const Act& act) {
  switch (act.kind) {
    case proto::ACT_KIND_WRITE:
      return ItemKind::write;
    case proto::ACT_KIND_ADD_ROW:
      return ItemKind::add_row;
    case proto::ACT_KIND_ANNUL_ROW:
      return ItemKind::annul_row;
    case proto::ACT_KIND_RESTORE_ROW:
      return ItemKind::restore_row;
    case proto::ACT_KIND_APPEND:
      return ItemKind::append;
    case proto::ACT_KIND_TRANSITION:
      return act.proposes ? ItemKind::offer : ItemKind::step;
    case proto::ACT_KIND_DECIDE:
      return ItemKind::decide;
    case proto::ACT_KIND_UNDO:
      return ItemKind::undo;
    case proto::ACT_KIND_ACCEPT:
    case proto::ACT_KIND_CHALLENGE:
    case proto::ACT_KIND_LOST:
    case proto::ACT_KIND_PURGE:
    case proto::ACT_KIND_UNSPECIFIED:
    case proto::ActKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::ActKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return std::nullopt;
}

/// Whether the form has what the item acts on. It has where the act was
/// judged; a verdict taken as given may come with anything.
bool is_known(const Item& item, const Form& form) {
  if (item.kind == ItemKind::undo) return true;
  if (item.kind == ItemKind::step || item.kind == ItemKind::offer ||
      item.on_state()) {
    return form.state(item.written.state) != nullptr;
  }
  if (item.kind == ItemKind::write || item.kind == ItemKind::decide) {
    return form.spec(item.address) != nullptr;
  }
  return form.field(item.address.field) != nullptr &&
         (item.kind == ItemKind::append) == item.address.row.empty();
}

bool is_material(const Item& item, const PastView& past) {
  if (item.kind != ItemKind::write && item.kind != ItemKind::add_row &&
      item.kind != ItemKind::append && item.kind != ItemKind::restore_row) {
    return false;
  }
  const Form& form = past.form();
  const proto::Field* field = form.field(item.address.field);
  const proto::Field* spec = form.spec(item.address);
  if (field->material() || (spec != nullptr && spec->material())) return true;
  if (item.kind != ItemKind::write || item.written.value.erased()) return false;
  if (!field->raises() && !spec->raises()) return false;
  const Value now = past.merge(item.address).value;
  return form.compare(*spec, item.written.value, now) > 0;
}

/// Whether values at the item's address can be in conflict at all.
bool may_be_open(const Item& item, const Form& form) {
  const proto::Field& spec = *form.spec(item.address);
  const proto::Policy policy = spec.policy();
  return spec.policy_from_size() > 0 ||
         (policy != proto::POLICY_MAX && policy != proto::POLICY_MIN &&
          policy != proto::POLICY_OR);
}

void set_target(Item& item, const Act& act, const PastView& past) {
  item.step = act.step;
  const proto::Transition* step = past.form().transition(act.step);
  if (step == nullptr) return;
  item.written.state = step->to();
  if (step->to() == held_target) {
    item.written.state = act.state.empty() ? past.reached() : act.state;
  }
}

}  // namespace

std::vector<Item> build_items(const Change& change, const Change& source,
                              const PastView& past) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < source.acts.size(); ++i) {
    const Act& act = source.acts[i];
    const auto kind = kind_of(act);
    if (!kind) continue;
    Item item;
    item.kind = *kind;
    item.address = act.address;
    item.origin = source.dot;
    item.act = i;
    item.cites = act.cites;
    item.written = {
        change.dot,  act.value,    source.author,
        change.role, change.stamp, *kind == ItemKind::decide,
        {},          {},           past.form().is_headquarters(change.role)};
    if (item.written.decision) item.written.reason = act.reason;
    if (item.kind == ItemKind::undo && !act.dots.empty()) {
      item.undoes = act.dots.front();
    } else if (act.kind == proto::ACT_KIND_TRANSITION) {
      set_target(item, act, past);
    } else if (item.on_state()) {
      item.written.state = act.state;
    }
    if (!is_known(item, past.form())) continue;
    if (item.kind == ItemKind::write && may_be_open(item, past.form())) {
      item.own_only = past.merge(item.address).open;
    }
    item.material = is_material(item, past);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace relais::sync
