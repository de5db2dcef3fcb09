#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/disk.h"

namespace relais::crash {

/// What a disk may hold when the power comes back. Content lasts once its file
/// was synced, a name once its folder was; until then the disk keeps any of
/// the writes, whole or torn, and any beginning of the changes of names (file
/// systems with a journal keep those in their order).
///
///   Images images(disk);
///   for (const Op& op : ops) { look at images.cut(...); images.step(op); }
class Images {
 public:
  explicit Images(Disk settled) : settled_(std::move(settled)) {}

  /// The kinds of a point; a further round gives others of the random ones.
  static constexpr int kinds = 8;
  static const char* name_of(int kind);

  void step(const Op& op);
  /// The disk when the power fails now.
  Disk cut(int kind, std::uint64_t seed) const;

 private:
  /// Of a pending operation: nothing, all, or so many bytes of it and noise
  /// after them.
  struct Kept {
    bool any = false;
    std::size_t bytes = SIZE_MAX;
    std::size_t noise = 0;
  };
  using Dice = std::mt19937_64;

  std::vector<Kept> choose(int kind, Dice& dice) const;
  void tear(std::vector<Kept>& kept, bool noise, Dice& dice) const;
  void keep_some_names(std::vector<Kept>& kept, Dice& dice) const;
  void settle(const Op& sync);

  Disk settled_;
  std::vector<Op> pending_;
};

}  // namespace relais::crash
