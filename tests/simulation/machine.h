#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/replica/draft.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/post.h"
#include "sync/store/sqlite_store.h"
#include "tests/simulation/dice.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/memory_files.h"

namespace relais::simulation {

/// The world's time, as far wrong as somebody set it.
class WrongClock final : public sync::Clock {
 public:
  explicit WrongClock(const std::int64_t& now) : now_(&now) {}
  void start_run() {
    started_ = *now_;
    ticks_ = 0;
    ++starts_;
  }
  std::int64_t wall_ms() override { return *now_ + wrong_by; }
  std::int64_t monotonic_ms() override { return *now_ - started_ + ++ticks_; }
  std::uint32_t boot() override { return starts_; }

  std::int64_t wrong_by = 0;

 private:
  const std::int64_t* now_;
  std::int64_t started_ = 0;
  std::int64_t ticks_ = 0;
  std::uint32_t starts_ = 0;
};

/// What the machines of one world share, and no two real ones would.
struct Ground {
  const std::int64_t& now;
  test::MemoryFiles& files;         ///< all their disks
  sync::ParsedFiles& publications;  ///< read once for all
};

/// One machine: the production replica on a disk that fails when told to.
class Machine {
 public:
  enum class Kind { post, headquarters };

  Machine(Kind kind, std::string name, std::filesystem::path file,
          const Ground& ground, std::uint64_t seed);

  /// A new run of the program; false when its disk failed under it.
  bool start();
  void stop();
  bool runs() const { return replica_ != nullptr; }

  /// The disk of a stopped machine as it is now, and back to it.
  void copy_disk_to(const std::filesystem::path& file) const;
  void take_disk(const std::filesystem::path& file);
  void take_disk(const test::MemoryFiles& from,
                 const std::filesystem::path& file);

  const std::filesystem::path& file() const { return file_; }
  const std::string& name() const { return name_; }
  bool is_headquarters() const { return kind_ == Kind::headquarters; }
  sync::Replica& replica() { return *replica_; }
  sync::SqliteStore& store() { return *store_; }
  sync::Post& post() { return *post_; }
  sync::Headquarters& headquarters() { return *headquarters_; }
  const sync::DeviceId& device() const { return device_; }

  Ground ground;
  test::FaultyVfs disk;
  WrongClock clock;

  // What the world knows of it.
  bool retired = false;
  bool late = false;            ///< enrolled after the beginning
  bool left = false;            ///< people work at another one since
  bool hostile = false;         ///< its owner is: nobody else works there
  bool tampered = false;        ///< copied, set back or worse: to be named
  bool cut = false;             ///< the last session was cut: ask first
  int heard = 0;                ///< of so many restores of headquarters
  std::int64_t full_until = 0;  ///< its disk; 0: it is not full
  std::map<sync::JournalId, std::uint64_t> held;   ///< the highest said so far
  std::map<sync::JournalId, std::uint64_t> noted;  ///< in the ledger
  std::map<sync::RecordId, std::vector<sync::Act>> drafts;

 private:
  Kind kind_;
  std::string name_;
  std::filesystem::path file_;
  SeededRandom random_;
  sync::DeviceId device_;
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Post> post_;
  std::unique_ptr<sync::Headquarters> headquarters_;
};

}  // namespace relais::simulation
