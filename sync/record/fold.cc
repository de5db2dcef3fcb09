#include "sync/record/fold.h"

#include <algorithm>
#include <unordered_map>

#include "sync/record/fold_result.h"
#include "sync/record/fold_view.h"
#include "sync/record/item_build.h"
#include "sync/record/verdict.h"

namespace relais::sync {

namespace {

/// Pasts folded lately; enough for the branches that grow side by side.
constexpr std::size_t views_max = 8;

/// Judges the changes of one part, parents first, each against the fold of its
/// own past.
class PartFold {
 public:
  explicit PartFold(Graph& graph) : graph_(graph) {}

  void judge_all() {
    views_.clear();
    wanted_.clear();
    for (const Graph::Node& node : graph_.nodes()) ++wanted_[node.past.hash()];
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) settle(i);
  }

  /// What legal purges name; the first purge in the graph is the one shown.
  std::map<Dot, Erasure> erasures() const {
    std::map<Dot, Erasure> erased;
    for (const Graph::Node& node : graph_.nodes()) {
      if (!node.control || !node.verdict.empty()) continue;
      for (const Act& act : node.change->acts) {
        if (act.kind != proto::ACT_KIND_PURGE) continue;
        for (const Dot& dot : act.dots) {
          erased.emplace(dot, Erasure{node.change->author, act.second,
                                      act.basis, act.reason, node.change->dot});
        }
      }
    }
    return erased;
  }

  /// The form of the highest version that a legal change names; else of the
  /// lowest that is named here and known.
  std::shared_ptr<const Form> form() const {
    std::shared_ptr<const Form> highest;
    for (const Graph::Node& node : graph_.nodes()) {
      if (!node.verdict.empty()) continue;
      const auto form = graph_.form(*node.change);
      if (!highest || form->version().number > highest->version().number) {
        highest = form;
      }
    }
    if (highest) return highest;
    std::shared_ptr<const Form> lowest;
    for (const Change* change : graph_.all()) {
      const auto form = graph_.form(*change);
      if (!form || form->id() != graph_.form_id()) continue;
      if (!lowest || form->version().number < lowest->version().number) {
        lowest = form;
      }
    }
    return lowest;
  }

  const FoldView& whole(const std::shared_ptr<const Form>& form) {
    Bits all;
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) all.set(i);
    return view(all, form);
  }

 private:
  void settle(std::size_t place) {
    Graph::Node& node = graph_.nodes()[place];
    --wanted_[node.past.hash()];
    if (node.lost) {
      node.verdict = "lost";
      return;
    }
    const auto form = graph_.form(*node.change);
    const std::string* given = graph_.vouched(node.change->dot);
    if (given != nullptr) {
      node.verdict = *given;
    } else {
      node.verdict = judge_shape(*node.change, *form, graph_.form_id());
      if (node.verdict.empty()) node.verdict = judge(node, form);
    }
    if (node.verdict.empty()) build(place, form);
  }

  std::string judge(const Graph::Node& node,
                    const std::shared_ptr<const Form>& form) {
    const Change& change = *node.change;
    const FoldView& past = view(node.past, form);
    std::string reason =
        node.control
            ? judge_control_rights(graph_, change)
            : judge_rights(change, *form, *graph_.tables(change), past);
    if (reason.empty()) reason = judge_place(change, past);
    if (!reason.empty()) return reason;
    if (node.control) return judge_control(node, past);
    if (change.acts.front().kind != proto::ACT_KIND_ACCEPT) {
      return judge_acts(change, change.acts, false, past);
    }
    return judge_accept(node, past);
  }

  std::string judge_control(const Graph::Node& node, const FoldView& past) {
    for (const Dot& dot : named_dots(node.change->acts)) {
      if (graph_.is_lost(dot)) continue;
      const std::ptrdiff_t at = graph_.place(dot);
      if (at < 0 || !node.past.test(static_cast<std::size_t>(at)) ||
          graph_.nodes()[static_cast<std::size_t>(at)].control) {
        return "not in its past";
      }
    }
    const std::string& hold = past.form().definition().legal_hold();
    for (const Act& act : node.change->acts) {
      if (act.kind != proto::ACT_KIND_PURGE) continue;
      if (act.second.empty() || act.second == node.change->author ||
          act.basis.empty()) {
        return "second person";
      }
      if (!hold.empty() && past.facts().value(hold) == Value(true)) {
        return "legal hold";
      }
    }
    return "";
  }

  std::string judge_accept(const Graph::Node& node, const FoldView& past) {
    const auto& roles = past.form().definition().accept();
    if (std::find(roles.begin(), roles.end(), node.change->role) ==
        roles.end()) {
      return "role";
    }
    const std::vector<Dot>& dots = node.change->acts.front().dots;
    const std::ptrdiff_t at = dots.empty() ? -1 : graph_.place(dots.front());
    if (at < 0 || !node.past.test(static_cast<std::size_t>(at)) ||
        !past.is_set_aside(static_cast<std::size_t>(at)) ||
        past.accepted().contains(dots.front())) {
      return "nothing to accept";
    }
    const Change& source = *graph_.given(dots.front());
    for (const Act& act : source.acts) {
      if (is_control(act.kind) || act.kind == proto::ACT_KIND_ACCEPT ||
          act.kind == proto::ACT_KIND_UNSPECIFIED) {
        return "cannot be accepted";
      }
    }
    return judge_acts(*node.change, source.acts, true, past);
  }

  void build(std::size_t place, const std::shared_ptr<const Form>& form) {
    Graph::Node& node = graph_.nodes()[place];
    if (node.control || node.change->acts.empty()) return;
    const Act& first = node.change->acts.front();
    const Change* source = node.change;
    if (first.kind == proto::ACT_KIND_ACCEPT) {
      source = first.dots.empty() ? nullptr : graph_.given(first.dots.front());
    }
    if (source == nullptr) return;
    node.items = build_items(*node.change, *source, view(node.past, form));
    for (Item& item : node.items) item.at = place;
  }

  /// The fold of a downward-closed set, grown from the nearest one at hand. A
  /// view that another change still asks for is copied first.
  const FoldView& view(const Bits& places,
                       const std::shared_ptr<const Form>& form) {
    std::size_t nearest = views_.size();
    for (std::size_t i = 0; i < views_.size(); ++i) {
      if (views_[i]->form_owner() != form) continue;
      if (!places.contains(views_[i]->places())) continue;
      if (nearest == views_.size() ||
          views_[i]->size() > views_[nearest]->size()) {
        nearest = i;
      }
    }
    std::unique_ptr<FoldView> found;
    if (nearest == views_.size()) {
      found = std::make_unique<FoldView>(graph_, form);
    } else if (views_[nearest]->places() != places &&
               wanted_[views_[nearest]->places().hash()] > 0) {
      found = std::make_unique<FoldView>(*views_[nearest]);
    } else {
      found = std::move(views_[nearest]);
      views_.erase(views_.begin() + static_cast<std::ptrdiff_t>(nearest));
    }
    places.without(found->places()).for_each([&](std::size_t place) {
      found->add(place);
    });
    if (views_.size() == views_max) views_.erase(views_.begin());
    views_.push_back(std::move(found));
    return *views_.back();
  }

  Graph& graph_;
  std::vector<std::unique_ptr<FoldView>> views_;  // the latest stand last
  std::unordered_map<std::size_t, std::size_t> wanted_;  // by hash of a past
};

}  // namespace

PartState fold(const PartHistory& history, const Publications& publications) {
  Graph graph(history, publications);
  PartFold part(graph);
  part.judge_all();
  const std::map<Dot, Erasure> erased = part.erasures();
  if (!erased.empty()) {
    graph.erase(erased);
    part.judge_all();
  }
  const auto form = part.form();
  return write_part(graph, form ? &part.whole(form) : nullptr, erased);
}

}  // namespace relais::sync
