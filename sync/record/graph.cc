#include "sync/record/graph.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>

#include "sync/record/verdict.h"

namespace relais::sync {

namespace {

/// Places changes in rounds: in each, by dot, whatever is ready. The order of
/// the nodes follows from the changes alone.
class Placing {
 public:
  explicit Placing(const std::vector<const Change*>& all) : all_(all) {
    for (std::size_t i = 0; i < all.size(); ++i) index_[all[i]->dot] = i;
    rank_.resize(all.size());
    above_.resize(all.size());
  }

  /// `blocked`: waits whatever its parents do. `alone`: has none.
  template <class Blocked, class Alone, class Place>
  void run(Blocked blocked, Alone alone, Place place) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (blocked(*all_[i])) continue;
      std::size_t missing = 0;
      if (!alone(*all_[i])) missing = hang(i);
      rank_[i].missing = missing;
      if (missing == 0) ready_.emplace(0, i);
    }
    while (!ready_.empty()) {
      const auto [round, i] = ready_.top();
      ready_.pop();
      place(*all_[i]);
      for (std::size_t child : above_[i]) {
        Rank& rank = rank_[child];
        rank.round = std::max(rank.round, round + (i > child ? 1 : 0));
        if (--rank.missing == 0) ready_.emplace(rank.round, child);
      }
    }
  }

 private:
  struct Rank {
    std::size_t round = 0;
    std::size_t missing = 0;
  };

  std::size_t hang(std::size_t child) {
    std::set<std::size_t> under;
    for (const Dot& parent : all_[child]->parents) {
      const auto found = index_.find(parent);
      if (found != index_.end()) under.insert(found->second);
    }
    for (std::size_t parent : under) above_[parent].push_back(child);
    return under.size();
  }

  const std::vector<const Change*>& all_;
  std::map<Dot, std::size_t> index_;
  std::vector<Rank> rank_;
  std::vector<std::vector<std::size_t>> above_;
  std::priority_queue<std::pair<std::size_t, std::size_t>,
                      std::vector<std::pair<std::size_t, std::size_t>>,
                      std::greater<>>
      ready_;
};

bool covers(const std::vector<Dot>& lost, const Dot& dot) {
  return std::any_of(lost.begin(), lost.end(), [&](const Dot& from) {
    return from.journal == dot.journal && from.position <= dot.position;
  });
}

bool controls(const Change& change) {
  return std::any_of(change.acts.begin(), change.acts.end(),
                     [](const Act& act) { return is_control(act.kind); });
}

}  // namespace

std::vector<Dot> named_dots(const std::vector<Act>& acts) {
  std::vector<Dot> dots;
  for (const Act& act : acts) {
    dots.insert(dots.end(), act.dots.begin(), act.dots.end());
  }
  return dots;
}

bool is_control(proto::ActKind kind) {
  return kind == proto::ACT_KIND_CHALLENGE || kind == proto::ACT_KIND_LOST ||
         kind == proto::ACT_KIND_PURGE;
}

Change stub_of(const Change& change, const Form& form) {
  Change stub = change;
  stub.erased = true;
  stub.author.clear();
  stub.entered_by.clear();
  stub.reference.clear();
  stub.wall = 0;
  stub.boot = 0;
  stub.uptime = 0;
  for (Act& act : stub.acts) {
    act.reason.clear();
    const proto::Field* spec = form.spec(act.address);
    const bool kept = spec != nullptr && spec->ratchet();
    const bool valued = act.kind == proto::ACT_KIND_WRITE ||
                        act.kind == proto::ACT_KIND_DECIDE ||
                        act.kind == proto::ACT_KIND_APPEND;
    if (valued && !kept && act.address.field != state_field) {
      act.value = Value(Erased{});
    }
  }
  return stub;
}

Graph::Graph(const PartHistory& history, const Publications& publications)
    : history_(&history),
      publications_(&publications),
      vouched_(history.vouched) {
  for (const Change& change : history.changes) {
    if (given_.emplace(change.dot, &change).second) all_.push_back(&change);
  }
  std::sort(all_.begin(), all_.end(),
            [](const Change* a, const Change* b) { return a->dot < b->dot; });
  take_stubs();
  for (;;) {  // what is lost releases changes, which may declare more
    place_all();
    std::set<Dot> lost = declared_lost();
    lost.insert(lost_.begin(), lost_.end());
    if (lost.size() == lost_.size()) break;
    lost_.assign(lost.begin(), lost.end());
  }
  if (!nodes_.empty()) {
    form_id_ = nodes_.front().change->form;
  } else if (!all_.empty()) {
    form_id_ = all_.front()->form;
  }
  take_carried_verdicts();
}

void Graph::take_stubs() {
  for (const Change*& change : all_) {
    if (!change->erased) continue;
    const std::shared_ptr<const Form> known = form(*change);
    if (!known) continue;
    change = &stubs_.emplace_back(stub_of(*change, *known));
    given_[change->dot] = change;
  }
}

/// For what is lost, a challenge or a purge waits no more than for a parent; an
/// accept may still find it.
bool Graph::awaits(const Change& change, const Dot& named) const {
  if (given_.contains(named)) return false;
  return !is_lost(named) || !controls(change);
}

void Graph::place_all() {
  nodes_.clear();
  place_.clear();
  const auto blocked = [&](const Change& change) {
    if (is_lost(change.dot)) return false;
    if (!knows(change)) return true;
    const std::vector<Dot> named = named_dots(change.acts);
    return std::any_of(named.begin(), named.end(),
                       [&](const Dot& dot) { return awaits(change, dot); }) ||
           std::any_of(change.parents.begin(), change.parents.end(),
                       [&](const Dot& parent) {
                         return !given_.contains(parent) && !is_lost(parent);
                       });
  };
  const auto alone = [&](const Change& change) { return is_lost(change.dot); };
  Placing(all_).run(blocked, alone, [&](const Change& change) {
    Node node;
    node.change = &change;
    node.lost = is_lost(change.dot);
    if (!node.lost) {
      for (const Dot& parent : change.parents) {
        const std::ptrdiff_t under = place(parent);
        if (under < 0) continue;
        node.past |= past(static_cast<std::size_t>(under));
        node.past.set(static_cast<std::size_t>(under));
      }
      node.control = controls(change);
    }
    place_[change.dot] = nodes_.size();
    nodes_.push_back(std::move(node));
  });
}

/// By changes whose author the tables give the right.
std::set<Dot> Graph::declared_lost() const {
  std::set<Dot> lost;
  for (const Node& node : nodes_) {
    if (!node.control) continue;
    for (const Act& act : node.change->acts) {
      if (act.kind == proto::ACT_KIND_LOST &&
          judge_control_rights(*this, *node.change).empty()) {
        lost.insert(act.lost_from);
      }
    }
  }
  return lost;
}

void Graph::take_carried_verdicts() {
  for (const Change* change : all_) {
    const std::ptrdiff_t at = place(change->dot);
    if (at < 0 || !nodes_[static_cast<std::size_t>(at)].control) continue;
    for (const Act& act : change->acts) {
      if (act.kind != proto::ACT_KIND_PURGE) continue;
      if (!judge_control_rights(*this, *change).empty()) continue;
      purged_ = true;
      for (const auto& [dot, verdict] : act.verdicts) {
        vouched_.emplace(dot, verdict);
      }
    }
  }
}

std::ptrdiff_t Graph::place(const Dot& dot) const {
  const auto found = place_.find(dot);
  return found == place_.end() ? -1
                               : static_cast<std::ptrdiff_t>(found->second);
}

const Change* Graph::given(const Dot& dot) const {
  const auto found = given_.find(dot);
  return found == given_.end() ? nullptr : found->second;
}

bool Graph::is_lost(const Dot& dot) const {
  return covers(lost_, dot);
}

const std::string* Graph::vouched(const Dot& dot) const {
  const auto found = vouched_.find(dot);
  return found == vouched_.end() ? nullptr : &found->second;
}

std::shared_ptr<const Form> Graph::form(const Change& change) const {
  const auto [slot, fresh] =
      forms_.try_emplace({change.form, change.form_version.number}, nullptr);
  if (fresh) {
    slot->second = publications_->form(change.form, change.form_version.number);
  }
  return slot->second;
}

std::shared_ptr<const Tables> Graph::tables(const Change& change) const {
  const std::uint32_t number = change.reference_version.number;
  const auto [slot, fresh] = tables_.try_emplace(number, nullptr);
  if (fresh) slot->second = publications_->tables(number);
  return slot->second;
}

bool Graph::knows(const Change& change) const {
  return change.understood && form(change) != nullptr &&
         (history_->vouched.contains(change.dot) || tables(change) != nullptr);
}

std::vector<Dot> Graph::heads() const {
  Bits under;
  for (const Node& node : nodes_) under |= node.past;
  std::vector<Dot> heads;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!under.test(i)) heads.push_back(nodes_[i].change->dot);
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

std::map<Dot, std::vector<Dot>> Graph::waiting() const {
  std::map<Dot, std::vector<Dot>> waiting;
  for (const Change* change : all_) {
    if (place_.contains(change->dot)) continue;
    std::set<Dot> missing;
    for (const Dot& dot : named_dots(change->acts)) {
      if (awaits(*change, dot)) missing.insert(dot);
    }
    for (const Dot& dot : change->parents) {
      if (place_.contains(dot)) continue;
      if (given_.contains(dot) || !is_lost(dot)) missing.insert(dot);
    }
    waiting[change->dot] = {missing.begin(), missing.end()};
  }
  return waiting;
}

void Graph::erase(const std::map<Dot, Erasure>& erased) {
  for (const Change*& change : all_) {
    if (!erased.contains(change->dot)) continue;
    const std::shared_ptr<const Form> known = form(*change);
    if (!known) continue;
    change = &stubs_.emplace_back(stub_of(*change, *known));
    given_[change->dot] = change;
    const std::ptrdiff_t at = place(change->dot);
    if (at >= 0) nodes_[static_cast<std::size_t>(at)].change = change;
  }
  for (Node& node : nodes_) {
    node.verdict.clear();
    node.items.clear();
  }
}

}  // namespace relais::sync
