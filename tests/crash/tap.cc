#include "tests/crash/tap.h"

#include <cerrno>
#include <utility>

#include "sync/check.h"

namespace relais::crash {

Tap& Tap::get() {
  static Tap tap;
  return tap;
}

void Tap::watch(const std::filesystem::path& root, const Disk& disk,
                const Fault& fault) {
  root_ = root.string() + "/";
  fault_ = fault;
  calls_ = 0;
  reached_ = false;
  ops_.clear();
  open_.clear();
  once_.clear();
  names_ = disk.names;
  next_file_ = 1;
  for (const auto& [path, number] : names_) {
    if (number == Disk::folder) continue;
    next_file_ = std::max(next_file_, number + 1);
    once_[number] = path;
  }
  watching_ = true;
}

std::optional<std::string> Tap::below(const char* path) const {
  if (!watching_ || path == nullptr) return std::nullopt;
  const std::string whole =
      std::filesystem::path(path).lexically_normal().string();
  if (whole + "/" == root_ || whole == root_) return "";
  if (!whole.starts_with(root_)) return std::nullopt;
  return whole.substr(root_.size());
}

std::optional<int> Tap::file(int descriptor) const {
  const auto found = open_.find(descriptor);
  if (!watching_ || found == open_.end()) return std::nullopt;
  return found->second.file;
}

bool Tap::hits(Fault::Kind kind) {
  if (fault_.kind != kind) return false;
  ++calls_;
  const bool hit =
      fault_.sticky ? calls_ >= fault_.call : calls_ == fault_.call;
  reached_ = reached_ || (hit && fault_.call != 0);
  return hit && fault_.call != 0;
}

int Tap::next_change(bool needs_room) {
  if (hits(Fault::Kind::change)) return EIO;
  return needs_room && hits(Fault::Kind::space) ? ENOSPC : 0;
}

int Tap::next_read() {
  return hits(Fault::Kind::read) ? EIO : 0;
}

void Tap::opened(int descriptor, const std::string& path, bool is_folder) {
  if (path.ends_with("-shm")) return;
  if (is_folder) {
    open_[descriptor] = {0, path};
    return;
  }
  const auto known = names_.find(path);
  CHECK(known != names_.end());
  open_[descriptor] = {known->second, ""};
}

void Tap::note(Op op) {
  if (op.path.ends_with("-shm")) return;
  switch (op.kind) {
    case Op::Kind::make_file:
      op.file = next_file_++;
      names_[op.path] = op.file;
      once_[op.file] = op.path;
      break;
    case Op::Kind::make_folder:
      names_[op.path] = Disk::folder;
      break;
    case Op::Kind::rename: {
      auto moved = names_.extract(op.path);
      CHECK(moved);
      names_.erase(op.to);
      moved.key() = op.to;
      names_.insert(std::move(moved));
      break;
    }
    case Op::Kind::remove:
      names_.erase(op.path);
      break;
    case Op::Kind::write:
    case Op::Kind::cut:
    case Op::Kind::sync:
    case Op::Kind::failed_sync:
      break;
  }
  ops_.push_back(std::move(op));
}

void Tap::note_sync(int descriptor, Op::Kind kind) {
  const Open& open = open_.at(descriptor);
  Op op;
  op.kind = kind;
  op.file = open.file;
  op.path = open.folder;
  ops_.push_back(std::move(op));
}

}  // namespace relais::crash
