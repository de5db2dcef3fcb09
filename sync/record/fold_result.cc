#include "sync/record/fold_result.h"

#include <algorithm>
#include <tuple>

#include "sync/record/conflict.h"

namespace relais::sync {

namespace {

class Writer {
 public:
  Writer(const Graph& graph, const FoldView& view, PartState& state)
      : graph_(graph), view_(view), form_(view.form()), state_(state) {}

  void write() {
    state_.form_version = form_.version().number;
    for (const auto& [row, past] : view_.rows()) write_row(row, past);
    for (const Address& address : view_.cells()) write_cell(address);
    for (const auto& [field, items] : view_.logs()) write_log(field);
    write_history();
    for (const Item* offer : view_.offers()) {
      state_.proposals.push_back(
          {false, offer->step, offer->written.dot, ProposalWhy::proposed});
      state_.cache.offer_author[offer->step].push_back(offer->written.author);
    }
    for (auto& [step, authors] : state_.cache.offer_author) {
      std::sort(authors.begin(), authors.end());
    }
    if (state_.part == form_.definition().lifecycle_part()) write_life();
    sort_proposals(state_.proposals);
    std::sort(state_.conflicts.begin(), state_.conflicts.end(),
              [](const Conflict& a, const Conflict& b) {
                return a.address < b.address;
              });
    write_changes();
  }

 private:
  void write_row(const Address& row, const FoldView::RowPast& past) {
    const RowNow now = view_.row(row);
    state_.field[row.field].row[row.row].status = now.status;
    if (!now.offered) return;
    for (const FoldView::Annulment& one : past.standing) {
      state_.proposals.push_back(
          {true, to_text(row), one.item->written.dot, ProposalWhy::edited});
    }
  }

  void write_cell(const Address& address) {
    CellState cell = cell_of(state_.part, address, view_.merge(address));
    FieldState& field = state_.field[address.field];
    // Nothing is left to decide in an annulled row.
    if (cell.open &&
        (address.row.empty() ||
         view_.row(address.row_only()).status == RowStatus::live)) {
      state_.conflicts.push_back(conflict_of(form_, address, cell));
    }
    if (address.row.empty()) {
      field.cell = std::move(cell);
    } else if (address.column.empty()) {
      field.row[address.row].unit = std::move(cell);
    } else {
      field.row[address.row].column[address.column] = std::move(cell);
    }
  }

  void write_log(const std::string& field) {
    for (const Item* item : view_.log(field)) {
      LogEntry entry{item->written.dot,
                     item->origin,
                     item->written.author,
                     {},
                     item->written.value.erased()};
      if (const Row* row = item->written.value.get<Row>()) entry.entry = *row;
      state_.field[field].entry.push_back(std::move(entry));
    }
  }

  void write_history() {
    std::set<const Item*> counted;
    for (const Address& address : view_.cells()) {
      for (const Item* item : view_.counted(address)) counted.insert(item);
    }
    view_.places().for_each([&](std::size_t place) {
      if (view_.is_set_aside(place)) return;
      for (const Item& item : graph_.nodes()[place].items) {
        const bool decides = item.kind == ItemKind::decide;
        if (item.kind != ItemKind::write && !decides) continue;
        if (item.on_state() || counted.contains(&item)) continue;
        if (decides && view_.undone().contains(place)) continue;
        state_.history.push_back(
            {item.written.dot, item.address, item.written.value});
      }
    });
    sort_history(state_.history);
  }

  void write_life() {
    const Life& life = view_.life();
    state_.state = life.state;
    state_.suspended = life.held;
    for (const Item* step : life.gone) {
      const proto::State* target = form_.state(step->written.state);
      const bool hold =
          target != nullptr && target->kind() == proto::STATE_KIND_HOLD;
      state_.proposals.push_back(
          {false, step->written.state, step->written.dot,
           hold ? ProposalWhy::hold : ProposalWhy::closing});
    }
    if (life.conflict.empty()) return;
    std::vector<Written> steps;
    for (const Item* step : life.conflict) steps.push_back(step->written);
    state_.conflicts.push_back(
        conflict_on_state(form_, state_.part, std::move(steps)));
  }

  void write_changes() {
    for (const auto& [place, reason] : view_.set_aside()) {
      state_.set_aside[graph_.nodes()[place].change->dot] = reason;
    }
    for (std::size_t place : view_.undone()) {
      state_.undone.push_back(graph_.nodes()[place].change->dot);
    }
    std::sort(state_.undone.begin(), state_.undone.end());
    state_.accepted = view_.accepted();
    state_.cache.headquarters_wrote = view_.headquarters_addresses();
    state_.cache.reference_version = view_.reference_versions();
    state_.cache.root_author = view_.root_author();
  }

  const Graph& graph_;
  const FoldView& view_;
  const Form& form_;
  PartState& state_;
};

}  // namespace

void sort_proposals(std::vector<Proposal>& proposals) {
  std::sort(proposals.begin(), proposals.end(),
            [](const Proposal& a, const Proposal& b) {
              if (a.annulment != b.annulment) return a.annulment;
              return std::tie(a.what, a.dot) < std::tie(b.what, b.dot);
            });
}

void sort_history(std::vector<Superseded>& history) {
  std::sort(history.begin(), history.end(),
            [](const Superseded& a, const Superseded& b) {
              return std::tie(a.dot, a.address) < std::tie(b.dot, b.address);
            });
}

PartState write_part(const Graph& graph, const FoldView* view,
                     const std::map<Dot, Erasure>& erased) {
  PartState state;
  if (graph.all().empty()) return state;
  state.record = graph.all().front()->record;
  state.part = graph.all().front()->part;
  state.form = graph.form_id();
  state.heads = graph.heads();
  for (const Graph::Node& node : graph.nodes()) {
    state.verdicts[node.change->dot] = node.verdict;
  }
  state.erased = erased;
  state.waiting = graph.waiting();
  for (const auto& [dot, missing] : state.waiting) {
    if (!graph.knows(*graph.given(dot))) state.needs_update = true;
  }
  state.cache.lost = graph.lost();
  state.cache.full_only = graph.purged() || !erased.empty();
  if (view != nullptr) Writer(graph, *view, state).write();
  return state;
}

}  // namespace relais::sync
