#include "sync/record/fold_view.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "sync/record/policy.h"

namespace relais::sync {

FoldView::FoldView(const Graph& graph, std::shared_ptr<const Form> form)
    : graph_(&graph), form_(std::move(form)), facts_(*this) {}

FoldView::FoldView(const FoldView& other)
    : graph_(other.graph_),
      form_(other.form_),
      facts_(*this),
      size_(other.size_),
      steps_(other.steps_),
      last_steps_(other.last_steps_),
      last_material_(other.last_material_),
      life_(other.life_),
      cells_(other.cells_),
      rows_(other.rows_),
      logs_(other.logs_),
      offers_(other.offers_),
      set_aside_(other.set_aside_),
      challenged_(other.challenged_),
      undone_(other.undone_),
      accepted_(other.accepted_),
      form_version_(other.form_version_),
      reference_version_(other.reference_version_),
      root_(other.root_) {}

Merged FoldView::merge(const Address& address) const {
  const auto found = cells_.find(address);
  const proto::Field* spec = form_->spec(address);
  if (found == cells_.end() || spec == nullptr) return {};
  const Cell& cell = found->second;
  const bool moves = spec->policy_from_size() > 0;
  const std::string reached = moves ? life().reached() : std::string();
  const proto::Policy policy =
      moves ? form_->policy(*spec, reached) : spec->policy();
  if (!cell.merged || cell.merged->first != policy) {
    std::vector<const Written*> values;
    for (const Item* item : cell.counted) values.push_back(&item->written);
    cell.merged.emplace(policy, merge_values(*form_, *spec, reached, values));
  }
  return cell.merged->second;
}

RowNow FoldView::row(const Address& row) const {
  const auto found = rows_.find(row);
  if (found == rows_.end()) return {};
  const RowPast& past = found->second;
  const bool annulled =
      std::any_of(past.standing.begin(), past.standing.end(),
                  [](const Annulment& one) { return !one.contested; });
  if (annulled) return {RowStatus::annulled, false};
  if (past.edits.empty()) return {};
  return {RowStatus::live, !past.standing.empty()};
}

std::vector<Dot> FoldView::counting(const Address& address) const {
  std::vector<Dot> dots;
  for (const Item* item : counted(address)) dots.push_back(item->written.dot);
  return dots;
}

std::vector<const Item*> FoldView::counted(const Address& address) const {
  const auto found = cells_.find(address);
  return found == cells_.end() ? std::vector<const Item*>()
                               : found->second.counted;
}

std::vector<Address> FoldView::cells() const {
  std::vector<Address> addresses;
  for (const auto& [address, cell] : cells_) addresses.push_back(address);
  return addresses;
}

bool FoldView::headquarters_wrote(const Address& address) const {
  const auto found = cells_.find(address);
  return found != cells_.end() && found->second.headquarters;
}

std::set<Address> FoldView::headquarters_addresses() const {
  std::set<Address> addresses;
  for (const auto& [address, cell] : cells_) {
    if (cell.headquarters) addresses.insert(address);
  }
  return addresses;
}

bool FoldView::proposed_by_another(const std::string& step,
                                   const std::string& person) const {
  return std::any_of(offers_.begin(), offers_.end(), [&](const Item* offer) {
    return offer->step == step && !offer->written.author.empty() &&
           offer->written.author != person;
  });
}

std::uint32_t FoldView::reference_version(const DeviceId& device) const {
  const auto found = reference_version_.find(device);
  return found == reference_version_.end() ? 0 : found->second;
}

std::string FoldView::root_author() const {
  return root_ == nullptr ? std::string() : root_->author;
}

std::vector<Address> FoldView::decisions(const Dot& dot) const {
  const std::ptrdiff_t found = graph_->place(dot);
  if (found < 0) return {};
  const auto place = static_cast<std::size_t>(found);
  if (!places().test(place) || is_set_aside(place)) return {};
  std::vector<Address> addresses;
  for (const Item& item : graph_->nodes()[place].items) {
    if (item.kind == ItemKind::decide) addresses.push_back(item.address);
  }
  return addresses;
}

const Life& FoldView::life() const {
  if (!life_) life_ = resolve_lifecycle(*graph_, *form_, steps_);
  return *life_;
}

std::vector<const Item*> FoldView::log(const std::string& field) const {
  const auto found = logs_.find(field);
  if (found == logs_.end()) return {};
  std::vector<const Item*> entries = found->second;
  const auto key = [](const Item* e) {
    return std::tie(e->written.stamp, e->written.dot, e->act);
  };
  std::sort(entries.begin(), entries.end(),
            [&](auto* a, auto* b) { return key(a) < key(b); });
  std::set<std::pair<Dot, std::size_t>> seen;  // accepted twice: one entry
  std::erase_if(entries, [&](const Item* e) {
    return !seen.emplace(e->origin, e->act).second;
  });

  // Each entry hangs below one entry left that precedes it; when that one is
  // taken it hangs below the next, or is free.
  std::map<std::size_t, std::size_t> left;  // place -> entries left there
  Bits places;
  for (const Item* e : entries) {
    ++left[e->at];
    places.set(e->at);
  }
  std::map<std::size_t, std::vector<std::size_t>> below;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>>
      free;
  const auto hang = [&](std::size_t index) {
    Bits above = graph_->past(entries[index]->at);
    above &= places;
    if (above.empty()) {
      free.push(index);
    } else {
      below[above.last()].push_back(index);
    }
  };
  for (std::size_t i = 0; i < entries.size(); ++i) hang(i);
  std::vector<const Item*> ordered;
  while (!free.empty()) {
    const Item* next = entries[free.top()];
    free.pop();
    ordered.push_back(next);
    if (--left[next->at] > 0) continue;
    places.reset(next->at);
    for (std::size_t index : below[next->at]) hang(index);
  }
  return ordered;
}

Value FoldView::ViewFacts::value(const std::string& path) const {
  const proto::Field* field = view_->form_->field(path);
  if (field == nullptr) {
    return path == state_field ? Value(Code{view_->state()}) : Value();
  }
  if (view_->form_->spec({path, {}, {}}) == nullptr) return {};
  Value value = view_->merge({path, {}, {}}).value;
  return value.erased() ? Value() : value;
}

std::vector<Value> FoldView::ViewFacts::values(const std::string& path) const {
  const auto point = path.find('.');
  const std::string table = path.substr(0, point);
  const std::string column =
      point == std::string::npos ? std::string() : path.substr(point + 1);
  const auto of_row = [&](const Value& value) {
    const Row* row = value.get<Row>();
    if (row == nullptr || !row->contains(column)) return Value();
    return row->at(column);
  };
  std::vector<Value> values;
  if (view_->logs_.contains(table)) {
    for (const Item* entry : view_->log(table)) {
      values.push_back(of_row(entry->written.value));
    }
    return values;
  }
  for (auto at = view_->rows_.lower_bound({table, {}, {}});
       at != view_->rows_.end() && at->first.field == table; ++at) {
    const Address& row = at->first;
    if (view_->row(row).status != RowStatus::live) continue;
    const proto::Field* unit = view_->form_->spec(row);
    if (column == row_keys_column) {
      values.push_back(Value(row.row));
    } else if (unit != nullptr) {
      values.push_back(of_row(view_->merge(row).value));
    } else {
      Value value = view_->merge({table, row.row, column}).value;
      values.push_back(value.erased() ? Value() : std::move(value));
    }
  }
  return values;
}

}  // namespace relais::sync
