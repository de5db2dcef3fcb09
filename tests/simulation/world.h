#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/machine.h"
#include "tests/simulation/trace.h"

namespace relais::simulation {

/// A file on its way, by a courier who may take any time.
struct Stick {
  sync::Bytes bytes;
  Machine* to = nullptr;
};

/// How often things happen in one world: drawn from its seed, so that some
/// worlds see a lot of one fault and nothing of another.
struct Rates {
  std::size_t busy = 2;  ///< events of a day at most
  int link = 0;          ///< percent of requests that something happens to
  int stick = 0;         ///< percent of files
  int disk = 0;          ///< percent of actions under which a disk fails
  int fates = 0;         ///< how much happens to whole machines, 0 to 4
  int restores = 0;      ///< of headquarters, 0 or 1
};

/// One headquarters, its posts, and all that is known from outside.
struct World {
  World(std::uint64_t seed, Tally& tally, bool aloud);

  Dice dice;
  Trace trace;
  Tally& tally;
  Ledger ledger;
  Rates rates;
  test::MemoryFiles files;
  std::filesystem::path folder = "disks";  ///< of all disks, among `files`
  int event = 0;                           ///< its number; 0: none any more
  bool calm = false;                       ///< nothing fails on the way
  bool other_clocks = false;               ///< all clocks are permuted
  std::int64_t now = 1'780'000'000'000;    ///< ms since 1970: May 2026

  std::unique_ptr<Machine> headquarters;
  std::vector<std::unique_ptr<Machine>> machines;
  std::vector<std::unique_ptr<Machine>> gone;  ///< for ever, their disks too
  std::vector<Stick> sticks;
  std::vector<sync::Bytes> requests;  ///< seen on the wire
  std::vector<sync::Bytes> answers;
  int restores = 0;                 ///< of headquarters
  std::set<std::string> published;  ///< files, by kind and number
  std::size_t made = 0;             ///< machines so far
  std::size_t looked_at = 0;        ///< disks, after a failure

  void say(const std::string& line);
  /// A fault that was injected, or an action.
  void count(const std::string& kind) { ++tally[kind]; }
  std::vector<Machine*> everybody();
  bool is_full() const;
  Ground ground();
  /// A machine with an empty disk, not started.
  Machine& make(const std::string& name);
  /// A new machine of a post, enrolled.
  Machine& enrol(const std::string& post);
  /// One that people work at.
  Machine& any_machine();
  /// Disks are not what they were: what no disk has is gone.
  void take_stock() { ledger.take_stock(everybody()); }
};

/// Does `work`, under which the disks of these machines may fail; those whose
/// power went start again then, and are looked at. `work` stops at its first
/// error.
void on_disks_of(World& world, const std::vector<Machine*>& machines,
                 const std::function<void()>& work);
/// There is room again on every disk.
void free_disks(World& world);

}  // namespace relais::simulation
