#include "sync/record/lifecycle.h"

#include <algorithm>
#include <set>

#include "sync/record/graph.h"

namespace relais::sync {

namespace {

using Items = std::vector<const Item*>;

class Resolver {
 public:
  Resolver(const Graph& graph, const Form& form, const Steps& all)
      : graph_(graph), form_(form), all_(all) {}

  Life resolve(Items steps, const Items& material) const {
    Life life;
    Items last = frontier(steps);
    for (Items leaving = leave(last, material); !leaving.empty();
         leaving = leave(last, material)) {
      life.gone.insert(life.gone.end(), leaving.begin(), leaving.end());
      steps = without(steps, leaving);  // what they replaced counts again
      last = frontier(steps);
    }
    if (last.empty()) {
      life.state = form_.definition().lifecycle().initial();
      return life;
    }
    const std::string* best = highest(last);
    if (best == nullptr) {
      split(last, material, life);
    } else if (kind(*best) == proto::STATE_KIND_HOLD) {
      Life below = resolve(without(steps, last), material);
      life.held = below.reached();
      life.conflict = std::move(below.conflict);
      life.state = *best;
    } else {
      life.state = *best;
    }
    return life;
  }

 private:
  /// T: the steps that no later one has in its past.
  Items frontier(const Items& steps) const {
    Bits under;
    for (const Item* step : steps) under |= graph_.past(step->at);
    Items last;
    for (const Item* step : steps) {
      if (!under.test(step->at)) last.push_back(step);
    }
    return last;
  }

  /// (b): which of T become proposals now.
  Items leave(const Items& last, const Items& material) const {
    const bool agreed = std::all_of(last.begin(), last.end(), [&](auto* step) {
      return target(step) == target(last.front());
    });
    const Items closings = of_kind(last, proto::STATE_KIND_CLOSING);
    if (!closings.empty() && (!agreed || contested(closings, material))) {
      return closings;
    }
    const Items holds = of_kind(last, proto::STATE_KIND_HOLD);
    return !agreed && holds.size() < last.size() ? holds : Items{};
  }

  bool contested(const Items& closings, const Items& material) const {
    return std::any_of(closings.begin(), closings.end(), [&](auto* closing) {
      return std::any_of(material.begin(), material.end(), [&](auto* fact) {
        return graph_.concurrent(fact->at, closing->at);
      });
    });
  }

  /// (a) and (c): the one target above all others, if there is one.
  const std::string* highest(const Items& last) const {
    for (const Item* one : last) {
      if (std::all_of(last.begin(), last.end(), [&](const Item* other) {
            return target(one) == target(other) ||
                   form_.above(target(one), target(other));
          })) {
        return &target(one);
      }
    }
    return nullptr;
  }

  /// (d): the state of the common past, and a blocking conflict.
  void split(const Items& last, const Items& material, Life& life) const {
    Bits common = all_.places;
    for (const Item* step : last) common &= graph_.past(step->at);
    const auto inside = [&](const Items& items) {
      Items kept;
      std::copy_if(items.begin(), items.end(), std::back_inserter(kept),
                   [&](const Item* item) { return common.test(item->at); });
      return kept;
    };
    const Life below = resolve(inside(all_.taken), inside(material));
    life.state = below.state;
    life.held = below.held;
    life.conflict = last;
  }

  static const std::string& target(const Item* step) {
    return step->written.state;
  }

  proto::StateKind kind(const std::string& state) const {
    const proto::State* known = form_.state(state);
    return known == nullptr ? proto::STATE_KIND_OPEN : known->kind();
  }

  Items of_kind(const Items& items, proto::StateKind wanted) const {
    Items kept;
    std::copy_if(
        items.begin(), items.end(), std::back_inserter(kept),
        [&](const Item* item) { return kind(target(item)) == wanted; });
    return kept;
  }

  static Items without(const Items& items, const Items& leaving) {
    const std::set<const Item*> gone(leaving.begin(), leaving.end());
    Items kept;
    std::copy_if(items.begin(), items.end(), std::back_inserter(kept),
                 [&](const Item* item) { return !gone.contains(item); });
    return kept;
  }

  const Graph& graph_;
  const Form& form_;
  const Steps& all_;
};

}  // namespace

Life resolve_lifecycle(const Graph& graph, const Form& form,
                       const Steps& steps) {
  return Resolver(graph, form, steps).resolve(steps.taken, steps.material);
}

}  // namespace relais::sync
