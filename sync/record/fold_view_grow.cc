#include <algorithm>

#include "sync/record/fold_view.h"

namespace relais::sync {

void FoldView::add(std::size_t place) {
  const Graph::Node& node = graph_->nodes()[place];
  steps_.places.set(place);
  ++size_;
  if (!node.verdict.empty()) {
    set_aside_[place] = node.verdict;
    return;
  }
  take_legal(place);
  bool stale = take_challenges(place);
  if (challenged_.contains(place)) {
    set_aside_[place] = "challenged";
  } else {
    take_accept(place);
    for (const Item& item : node.items) {
      if (item.kind == ItemKind::undo && take_undo(item)) stale = true;
    }
    if (!stale) apply_all(place);
  }
  if (stale) rebuild();
}

void FoldView::take_legal(std::size_t place) {
  const Graph::Node& node = graph_->nodes()[place];
  const Change& change = *node.change;
  form_version_ = std::max(form_version_, change.form_version.number);
  std::uint32_t& tables = reference_version_[change.device];
  tables = std::max(tables, change.reference_version.number);
  if (!change.parents.empty() || node.control) return;
  const auto key = [](const Change& c) { return std::pair(c.stamp, c.dot); };
  if (root_ == nullptr || key(change) < key(*root_)) root_ = &change;
}

void FoldView::take_accept(std::size_t place) {
  const Change& change = *graph_->nodes()[place].change;
  for (const Act& act : change.acts) {
    if (act.kind != proto::ACT_KIND_ACCEPT || act.dots.empty()) continue;
    std::vector<Dot>& by = accepted_[act.dots.front()];
    by.insert(std::upper_bound(by.begin(), by.end(), change.dot), change.dot);
  }
}

bool FoldView::take_challenges(std::size_t place) {
  const Graph::Node& node = graph_->nodes()[place];
  if (!node.control) return false;
  bool stale = false;
  for (const Act& act : node.change->acts) {
    if (act.kind != proto::ACT_KIND_CHALLENGE) continue;
    for (const Dot& dot : act.dots) {
      const std::ptrdiff_t found = graph_->place(dot);
      if (found < 0) continue;
      const auto named = static_cast<std::size_t>(found);
      if (!challenged_.insert(named).second) continue;
      stale = stale || (named != place && places().test(named) &&
                        !set_aside_.contains(named));
    }
  }
  return stale;
}

bool FoldView::take_undo(const Item& item) {
  const std::ptrdiff_t found = graph_->place(item.undoes);
  if (found < 0) return false;
  const auto named = static_cast<std::size_t>(found);
  return undone_.insert(named).second && places().test(named);
}

void FoldView::rebuild() {
  steps_.taken.clear();
  steps_.material.clear();
  last_steps_.clear();
  last_material_.clear();
  life_.reset();
  cells_.clear();
  rows_.clear();
  logs_.clear();
  offers_.clear();
  set_aside_.clear();
  undone_.clear();
  accepted_.clear();
  places().for_each([&](std::size_t place) {
    const std::string& verdict = graph_->nodes()[place].verdict;
    if (!verdict.empty()) {
      set_aside_[place] = verdict;
    } else if (challenged_.contains(place)) {
      set_aside_[place] = "challenged";
    } else {
      take_accept(place);
      for (const Item& item : graph_->nodes()[place].items) {
        if (item.kind == ItemKind::undo) take_undo(item);
      }
    }
  });
  places().for_each([&](std::size_t place) {
    if (!set_aside_.contains(place)) apply_all(place);
  });
}

void FoldView::apply_all(std::size_t place) {
  for (const Item& item : graph_->nodes()[place].items) {
    if (item.kind == ItemKind::decide && undone_.contains(place)) continue;
    apply(item);
  }
}

void FoldView::apply(const Item& item) {
  switch (item.kind) {
    case ItemKind::step:
      apply_step(item);
      break;
    case ItemKind::offer:
      offers_.push_back(&item);
      break;
    case ItemKind::append:
      logs_[item.address.field].push_back(&item);
      break;
    case ItemKind::decide:
      item.on_state() ? apply_step(item) : apply_value(item);
      break;
    case ItemKind::write:
      apply_value(item);
      break;
    case ItemKind::add_row:
    case ItemKind::annul_row:
    case ItemKind::restore_row:
    case ItemKind::undo:
      break;
  }
  if (!item.address.row.empty()) apply_row(item);
  if (item.material) apply_material(item);
}

void FoldView::apply_value(const Item& item) {
  Cell& cell = cells_[item.address];
  const proto::Field* spec = form_->spec(item.address);
  if (spec != nullptr && spec->ratchet()) {
    cell.cited.insert(item.cites.begin(), item.cites.end());
    std::erase_if(cell.counted, [&](const Item* one) {
      return cell.cited.contains(one->written.dot);
    });
  } else {
    std::erase_if(cell.counted, [&](const Item* one) {
      const bool own = !item.written.author.empty() &&
                       item.written.author == one->written.author;
      return graph_->before(one->at, item.at) && (!item.own_only || own);
    });
  }
  if (!cell.cited.contains(item.written.dot)) cell.counted.push_back(&item);
  cell.headquarters = cell.headquarters || item.written.headquarters;
  cell.merged.reset();
}

void FoldView::apply_row(const Item& item) {
  RowPast& row = rows_[item.address.row_only()];
  if (item.kind == ItemKind::annul_row) {
    const bool contested = std::any_of(
        row.edits.begin(), row.edits.end(),
        [&](const Item* edit) { return !same_or_before(*edit, item); });
    row.standing.push_back({&item, contested});
    return;
  }
  if (item.kind == ItemKind::restore_row) {
    std::erase_if(row.standing, [&](const Annulment& one) {
      return graph_->before(one.item->at, item.at);
    });
  }
  for (Annulment& one : row.standing) {
    if (!same_or_before(*one.item, item)) one.contested = true;
  }
  std::erase_if(row.edits,
                [&](const Item* edit) { return same_or_before(*edit, item); });
  row.edits.push_back(&item);
}

void FoldView::apply_step(const Item& item) {
  const auto followed = [&](const Item* one) {
    return graph_->before(one->at, item.at);
  };
  const bool last_of_all =
      std::all_of(last_steps_.begin(), last_steps_.end(), followed) &&
      std::all_of(last_material_.begin(), last_material_.end(),
                  [&](const Item* one) { return same_or_before(*one, item); });
  if (last_of_all) {  // it alone decides, over what stood before
    Life now;
    now.state = item.written.state;
    const proto::State* target = form_->state(now.state);
    if (target != nullptr && target->kind() == proto::STATE_KIND_HOLD) {
      now.held = life().reached();
      now.conflict = life().conflict;
    }
    life_ = std::move(now);
  } else {
    life_.reset();
  }
  std::erase_if(last_steps_, followed);
  last_steps_.push_back(&item);
  std::erase_if(offers_, followed);
  steps_.taken.push_back(&item);
}

void FoldView::apply_material(const Item& item) {
  const bool after_all =
      std::all_of(last_steps_.begin(), last_steps_.end(),
                  [&](const Item* one) { return same_or_before(*one, item); });
  if (!after_all) life_.reset();
  std::erase_if(last_material_, [&](const Item* one) {
    return graph_->before(one->at, item.at);
  });
  last_material_.push_back(&item);
  steps_.material.push_back(&item);
}

}  // namespace relais::sync
