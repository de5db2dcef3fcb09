#include "tests/crash/disk.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "sync/check.h"

namespace relais::crash {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void mix(std::uint64_t& sum, std::string_view bytes) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;
  sum = (sum ^ std::hash<std::string_view>()(bytes)) * odd + bytes.size();
}

void put(std::string& content, std::int64_t offset, std::string_view bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
  content.replace(at, bytes.size(), bytes);
}

}  // namespace

std::string to_text(const Op& op, const std::map<int, std::string>& names) {
  const auto named = names.find(op.file);
  const std::string file =
      !op.path.empty() || named == names.end() ? op.path : named->second;
  switch (op.kind) {
    case Op::Kind::make_file:
      return "make " + file;
    case Op::Kind::make_folder:
      return "make folder " + file;
    case Op::Kind::write:
      return "write " + file + " " + std::to_string(op.offset) + "+" +
             std::to_string(op.bytes.size());
    case Op::Kind::cut:
      return "cut " + file + " to " + std::to_string(op.offset);
    case Op::Kind::rename:
      return "rename " + file + " to " + op.to;
    case Op::Kind::remove:
      return "remove " + file;
    case Op::Kind::sync:
      return "sync " + (op.file == 0 && file.empty() ? "the root" : file);
    case Op::Kind::failed_sync:
      return "failing sync of " + file;
  }
  return "";
}

Disk read_disk(const fs::path& root) {
  Disk disk;
  int next = 1;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().lexically_relative(root).string();
    if (path.ends_with("-shm") || entry.is_socket()) continue;
    if (entry.is_directory()) {
      disk.names[path] = Disk::folder;
      continue;
    }
    disk.names[path] = next;
    disk.content[next++] = slurp(entry.path());
  }
  return disk;
}

void write_disk(const Disk& disk, const fs::path& root) {
  fs::create_directories(root);
  for (const auto& entry : fs::directory_iterator(root)) {
    fs::remove_all(entry.path());
  }
  // In the order of names a folder comes before what is in it; what is in a
  // folder whose name was lost is lost with it.
  for (const auto& [path, file] : disk.names) {
    const fs::path whole = root / path;
    if (file == Disk::folder) {
      std::error_code lost;
      if (!fs::create_directory(whole, lost)) continue;
      fs::permissions(whole, fs::perms::owner_all);
      continue;
    }
    if (!fs::exists(whole.parent_path())) continue;
    const auto content = disk.content.find(file);
    std::ofstream out(whole, std::ios::binary);
    if (content != disk.content.end()) out << content->second;
    CHECK(out.flush());
  }
}

std::uint64_t sum_of(const Disk& disk) {
  std::uint64_t sum = 1;
  for (const auto& [path, file] : disk.names) {
    if (path.ends_with("-shm")) continue;
    mix(sum, path);
    const auto content = disk.content.find(file);
    if (content != disk.content.end()) mix(sum, content->second);
  }
  return sum;
}

void apply(const Op& op, Disk& disk) {
  switch (op.kind) {
    case Op::Kind::make_file:
      disk.names[op.path] = op.file;
      break;
    case Op::Kind::make_folder:
      disk.names[op.path] = Disk::folder;
      break;
    case Op::Kind::write:
      put(disk.content[op.file], op.offset, op.bytes);
      break;
    case Op::Kind::cut:
      disk.content[op.file].resize(static_cast<std::size_t>(op.offset));
      break;
    case Op::Kind::rename: {
      const auto from = disk.names.find(op.path);
      if (from == disk.names.end()) break;  // it was lost before
      const int file = from->second;
      disk.names.erase(from);
      disk.names[op.to] = file;
      break;
    }
    case Op::Kind::remove:
      disk.names.erase(op.path);
      break;
    case Op::Kind::sync:
    case Op::Kind::failed_sync:
      break;
  }
}

}  // namespace relais::crash
