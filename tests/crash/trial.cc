#include "tests/crash/trial.h"

#include <utility>

#include "sync/check.h"
#include "sync/text/messages.h"
#include "tests/crash/images.h"

namespace relais::crash {
namespace {

constexpr std::size_t broken_max = 12;  ///< told of one scenario

std::string reason(const sync::Error& error) {
  return sync::say(error.what, sync::Language::en);
}

}  // namespace

Trial::Trial(const Named& scenario, fs::path root, const Plan& plan)
    : name_(scenario.name),
      scenario_(scenario.make()),
      root_(std::move(root)),
      plan_(plan) {
  write_disk({}, root_);
  scenario_->prepare(root_);
  before_ = read_disk(root_);
}

std::string Trial::label(const std::string& what, std::size_t point) const {
  std::string text = name_ + ", point " + std::to_string(point) + " of " +
                     std::to_string(ops_.size());
  if (point < ops_.size()) text += " (before: " + to_text(ops_[point], names_);
  return text + (point < ops_.size() ? "), " : ", ") + what;
}

void Trial::broke(const std::string& name, const std::string& what) {
  ++outcome_.counts["broken"];
  if (outcome_.broken.size() < broken_max) {
    outcome_.broken.push_back(name + ": " + what);
  }
}

void Trial::record() {
  write_disk(before_, root_);
  Tap& tap = Tap::get();
  tap.watch(root_, before_);
  auto done = scenario_->run(root_, told_);
  tap.stop();
  ops_ = tap.ops();
  names_ = tap.names();
  if (!done) return broke(name_ + ", undisturbed", reason(done.error()));
  Disk told = before_;
  for (const Op& op : ops_) apply(op, told);
  if (sum_of(told) != sum_of(read_disk(root_))) {
    broke(name_, "something was written past the calls that are watched");
  }
  const Found found = start(told, name_ + ", undisturbed");
  compare(told_, ops_.size(), found, name_ + ", undisturbed");
  outcome_.counts["points existing"] = ops_.size() + 1;
  outcome_.counts["acknowledged"] = told_.lines().size();
}

Found Trial::start(const Disk& disk, const std::string& name) {
  doing_ = name;
  write_disk(disk, root_);
  Found found = scenario_->look(root_);
  ++outcome_.counts["recoveries"];
  for (const std::string& fault : found.faults) broke(name, fault);
  return found;
}

void Trial::go_on(const std::string& name) {
  doing_ = name + ", done again";
  Ledger told;
  auto done = scenario_->run(root_, told);
  if (!done) {
    return broke(name, "cannot be done again: " + reason(done.error()));
  }
  const Found found = scenario_->look(root_);
  for (const std::string& fault : found.faults) broke(name, fault);
  compare(told, SIZE_MAX, found, name + ", done again");
  ++outcome_.counts["done again"];
}

void Trial::compare(const Ledger& told, std::size_t point, const Found& found,
                    const std::string& name) {
  for (const Ledger::Line& line : told.lines()) {
    if (line.at > point || found[line.what] >= line.value) continue;
    broke(name, "\"" + line.what + "\" was said to be at " +
                    std::to_string(line.value) + " and is at " +
                    std::to_string(found[line.what]));
  }
}

void Trial::cut_everywhere() {
  Images images(before_);
  for (std::size_t point = 0; point <= ops_.size(); ++point) {
    if ((point + plan_.seed) % plan_.every == 0) {
      ++outcome_.counts["points enumerated"];
      for (int kind = 0; kind < Images::kinds * plan_.rounds; ++kind) {
        const std::uint64_t seed = plan_.seed * 1'000'003 + point * 1'009 +
                                   static_cast<std::uint64_t>(kind);
        cut_at(point, images.cut(kind, seed),
               label(Images::name_of(kind), point));
      }
    }
    if (point < ops_.size()) images.step(ops_[point]);
  }
}

/// Equal disks are started once; each point asks for what it was promised.
void Trial::cut_at(std::size_t point, const Disk& disk,
                   const std::string& name) {
  ++outcome_.counts["images"];
  const auto [seen, is_new] = seen_.try_emplace(sum_of(disk));
  if (is_new) {
    const std::size_t number = seen_.size();
    seen->second = {start(disk, name), name};
    if (number % plan_.again == 0) go_on(name);
    if (plan_.nested != 0 && number % plan_.nested == 0) {
      cut_again(disk, name, point);
    }
  }
  compare(told_, point, seen->second.found, name);
}

/// The power goes again while the first cut is being repaired.
void Trial::cut_again(const Disk& disk, const std::string& name,
                      std::size_t point) {
  doing_ = name + ", its repair";
  write_disk(disk, root_);
  const Disk first = read_disk(root_);
  Tap& tap = Tap::get();
  tap.watch(root_, first);
  scenario_->look(root_);
  tap.stop();
  const std::vector<Op> repair = tap.ops();
  Images images(first);
  for (std::size_t at = 0; at <= repair.size(); ++at) {
    const int kind = static_cast<int>(at % Images::kinds);
    const std::string again = name + ", then " + std::to_string(at) +
                              " of its repair, " + Images::name_of(kind);
    const Found found = start(images.cut(kind, plan_.seed + at), again);
    compare(told_, point, found, again);
    ++outcome_.counts["second crashes"];
    if (at < repair.size()) images.step(repair[at]);
  }
}

void Trial::fail_everywhere() {
  for (const bool sticky : {false, true}) {
    fail_from(Fault::Kind::change, sticky);
    fail_from(Fault::Kind::space, sticky);
    fail_from(Fault::Kind::read, sticky);
  }
}

/// Until none fires.
void Trial::fail_from(Fault::Kind kind, bool sticky) {
  std::size_t call = 1 + plan_.seed % plan_.faults;
  while (fail_at({kind, call, sticky})) call += plan_.faults;
  outcome_.counts["calls existing"] += Tap::get().calls();
}

bool Trial::fail_at(const Fault& fault) {
  static const std::map<Fault::Kind, std::string> words = {
      {Fault::Kind::change, "EIO at change "},
      {Fault::Kind::space, "ENOSPC at growth "},
      {Fault::Kind::read, "EIO at read "},
  };
  const std::string name = name_ + ", " + words.at(fault.kind) +
                           std::to_string(fault.call) +
                           (fault.sticky ? " and after" : "");
  doing_ = name;
  write_disk(before_, root_);
  Tap& tap = Tap::get();
  tap.watch(root_, before_, fault);
  Ledger told;
  auto done = scenario_->run(root_, told);
  tap.stop();
  if (!tap.fault_reached()) {
    if (!done) broke(name + " (none fired)", reason(done.error()));
    return false;
  }
  ++outcome_.counts["calls failed"];
  if (!done) ++outcome_.counts["refusals"];
  const std::vector<Op> ops = tap.ops();
  Images images(before_);
  for (const Op& op : ops) images.step(op);
  const Disk lost = images.cut(0, plan_.seed);
  after_fault(read_disk(root_), told, name);
  // SQLite passes over a folder that cannot be synced: two faults at once.
  for (const Op& op : ops) {
    if (op.kind == Op::Kind::failed_sync && op.file == 0) return true;
  }
  after_fault(lost, told, name + ", then a power cut");
  return true;
}

void Trial::after_fault(const Disk& disk, const Ledger& told,
                        const std::string& name) {
  const Found found = start(disk, name);
  compare(told, SIZE_MAX, found, name);
  if (++outcome_.counts["after faults"] % plan_.again == 0) go_on(name);
}

}  // namespace relais::crash
