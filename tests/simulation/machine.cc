#include "tests/simulation/machine.h"

#include "sync/check.h"

namespace relais::simulation {
namespace {

namespace fs = std::filesystem;

fs::path log_of(const fs::path& file) {
  return file.string() + "-wal";
}

void copy_or_remove(const fs::path& from, const fs::path& to) {
  if (fs::exists(from)) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  } else {
    fs::remove(to);
  }
}

}  // namespace

Machine::Machine(Kind kind, std::string name, fs::path file,
                 const std::int64_t& now, std::uint64_t seed)
    : disk(seed),
      clock(now),
      kind_(kind),
      name_(std::move(name)),
      file_(std::move(file)),
      random_(seed) {}

bool Machine::start() {
  stop();
  clock.start_run();
  sync::OpenOptions options;
  options.vfs = disk.name();
  auto store = sync::SqliteStore::open(file_, options);
  if (!store) return false;
  auto keys = sync::open_machine_keys(**store, random_);
  if (!keys) return false;
  store_ = std::move(*store);
  device_ = keys->device;
  replica_ = std::make_unique<sync::Replica>(
      sync::Machine{store_.get(), &clock, &random_, *keys});
  if (kind_ == Kind::post) {
    post_ = std::make_unique<sync::Post>(*replica_);
  } else {
    headquarters_ = std::make_unique<sync::Headquarters>(*replica_);
  }
  return true;
}

void Machine::stop() {
  headquarters_.reset();
  post_.reset();
  replica_.reset();
  store_.reset();
}

void Machine::copy_disk_to(const fs::path& file) const {
  CHECK(!runs());
  copy_or_remove(file_, file);
  copy_or_remove(log_of(file_), log_of(file));
}

void Machine::take_disk(const fs::path& file) {
  CHECK(!runs());
  copy_or_remove(file, file_);
  copy_or_remove(log_of(file), log_of(file_));
  disk.forget(file_.string());
  disk.forget(log_of(file_).string());
}

}  // namespace relais::simulation
