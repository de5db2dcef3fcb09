#include "tests/support/model_delivery.h"

#include <algorithm>
#include <set>

namespace relais::test {

bool PartReplica::hear(const sync::Change& change) {
  std::optional<std::string> verdict;
  const auto vouched = whole_.vouched.find(change.dot);
  if (vouched != whole_.vouched.end()) {
    verdict = vouched->second;
    heard_.vouched[change.dot] = *verdict;
  }
  heard_.changes.push_back(change);
  if (apply_in_place(state_, change, verdict, publications_)) return true;
  state_ = full();
  return false;
}

std::vector<sync::Change> delivery_of(const sync::PartHistory& part, int moves,
                                      std::mt19937_64& random) {
  std::vector<sync::Change> left = part.changes;
  std::shuffle(left.begin(), left.end(), random);
  std::set<sync::Dot> given;
  for (const sync::Change& change : left) given.insert(change.dot);
  std::set<sync::Dot> done;
  std::vector<sync::Change> order;
  while (!left.empty()) {
    const auto next =
        std::find_if(left.begin(), left.end(), [&](const sync::Change& c) {
          return std::all_of(
              c.parents.begin(), c.parents.end(), [&](const sync::Dot& parent) {
                return done.contains(parent) || !given.contains(parent);
              });
        });
    const auto taken = next == left.end() ? left.begin() : next;
    done.insert(taken->dot);
    order.push_back(std::move(*taken));
    left.erase(taken);
  }
  for (int i = 0; i < moves; ++i) {
    std::swap(order[random() % order.size()], order[random() % order.size()]);
  }
  return order;
}

}  // namespace relais::test
