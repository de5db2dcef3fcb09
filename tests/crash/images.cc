#include "tests/crash/images.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace relais::crash {
namespace {

constexpr std::size_t sector_bytes = 512;

bool is_content(const Op& op) {
  return op.kind == Op::Kind::write || op.kind == Op::Kind::cut;
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

bool covers(const Op& sync, const Op& op) {
  if (is_content(op)) return sync.file == op.file && sync.file != 0;
  const std::string& name = op.kind == Op::Kind::rename ? op.to : op.path;
  return sync.file == 0 && sync.path == folder_of(name);
}

}  // namespace

const char* Images::name_of(int kind) {
  static constexpr std::array<const char*, kinds> names = {
      "all lost", "all kept",         "some kept",
      "torn",     "torn, noise",      "names without content",
      "no names", "of some files all"};
  return names[static_cast<std::size_t>(kind % kinds)];
}

void Images::step(const Op& op) {
  if (op.kind == Op::Kind::sync) return settle(op);
  // After a sync that failed, no later one brings back what it lost.
  if (op.kind == Op::Kind::failed_sync) {
    for (Op& one : pending_) {
      if (is_content(one) && one.file == op.file) one.kind = op.kind;
    }
    return;
  }
  pending_.push_back(op);
}

void Images::settle(const Op& sync) {
  std::erase_if(pending_, [&](const Op& op) {
    if (!covers(sync, op)) return false;
    apply(op, settled_);
    return true;
  });
}

void Images::keep_some_names(std::vector<Kept>& kept, Dice& dice) const {
  std::vector<std::size_t> names;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    kept[i].any = kept[i].any && is_content(pending_[i]);
    if (!is_content(pending_[i])) names.push_back(i);
  }
  const std::size_t some = dice() % (names.size() + 1);
  for (std::size_t i = 0; i < some; ++i) kept[names[i]].any = true;
}

/// The last write kept is cut at a sector; or within one, the rest of which is
/// then neither the old nor the new.
void Images::tear(std::vector<Kept>& kept, bool noise, Dice& dice) const {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    const Op& op = pending_[i];
    if (op.kind != Op::Kind::write || !kept[i].any || op.bytes.empty()) {
      continue;
    }
    const std::size_t sectors = op.bytes.size() / sector_bytes;
    kept[i].bytes = dice() % (sectors + 1) * sector_bytes;
    if (!noise) return;
    const std::size_t left = op.bytes.size() - kept[i].bytes;
    kept[i].noise = std::min(left, sector_bytes);
    return;
  }
}

std::vector<Images::Kept> Images::choose(int kind, Dice& dice) const {
  std::vector<Kept> kept(pending_.size());
  std::set<int> files;
  for (const Op& op : pending_) {
    if (dice() % 2 == 0) files.insert(op.file);
  }
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const bool content = is_content(pending_[i]);
    switch (kind) {
      case 1:
      case 3:
      case 4:
        kept[i].any = true;
        break;
      case 2:
        kept[i].any = dice() % 2 == 0;
        break;
      case 5:
        kept[i].any = !content;
        break;
      case 6:
        kept[i].any = content;
        break;
      case 7:
        kept[i].any = files.contains(pending_[i].file);
        break;
      default:
        break;
    }
  }
  if (kind == 2 || kind == 7) keep_some_names(kept, dice);
  if (kind == 3 || kind == 4) tear(kept, kind == 4, dice);
  return kept;
}

Disk Images::cut(int kind, std::uint64_t seed) const {
  Dice dice(seed);
  Disk disk = settled_;
  const auto kept = choose(kind % kinds, dice);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!kept[i].any) continue;
    Op op = pending_[i];
    if (kept[i].bytes < op.bytes.size()) {
      const std::size_t whole = kept[i].bytes;
      op.bytes.resize(whole + kept[i].noise);
      for (std::size_t at = whole; at < op.bytes.size(); ++at) {
        op.bytes[at] = static_cast<char>(dice());
      }
    }
    if (op.kind != Op::Kind::write || !op.bytes.empty()) apply(op, disk);
  }
  return disk;
}

}  // namespace relais::crash
