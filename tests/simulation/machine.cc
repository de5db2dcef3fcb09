#include "tests/simulation/machine.h"

#include "sync/check.h"

namespace relais::simulation {
namespace {

namespace fs = std::filesystem;

std::string log_of(const std::string& file) {
  return file + "-wal";
}

}  // namespace

Machine::Machine(Kind kind, std::string name, fs::path file,
                 const Ground& common, std::uint64_t seed)
    : ground(common),
      disk(seed, ground.files.name()),
      clock(ground.now),
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
  replica_ = std::make_unique<sync::Replica>(sync::Machine{
      store_.get(), &clock, &random_, *keys, &ground.publications});
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
  ground.files.copy(file_, file);
  ground.files.copy(log_of(file_), log_of(file));
}

void Machine::take_disk(const fs::path& file) {
  take_disk(ground.files, file);
}

void Machine::take_disk(const test::MemoryFiles& from, const fs::path& file) {
  CHECK(!runs());
  ground.files.copy(from, file, file_);
  ground.files.copy(from, log_of(file), log_of(file_));
  disk.forget(file_);
  disk.forget(log_of(file_));
}

}  // namespace relais::simulation
