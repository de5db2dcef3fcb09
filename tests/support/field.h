#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/replica/editor.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/post.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/memory_files.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {

/// A clock that only the test moves.
class HandClock final : public sync::Clock {
 public:
  std::int64_t wall_ms() override { return wall; }
  std::int64_t monotonic_ms() override { return ++monotonic; }
  std::uint32_t boot() override { return 1; }

  std::int64_t wall = 1'780'000'000'000;  // May 2026
  std::int64_t monotonic = 0;
};

/// What machines stand on, where a fleet on disks would be too slow.
struct Ground {
  MemoryFiles* memory = nullptr;        ///< null: files on the disk
  sync::ParsedFiles* parsed = nullptr;  ///< null: each machine reads its own
};

/// One machine on a real SQLite file. restart() is a new run of the program:
/// new journals, nothing kept in memory.
class Node {
 public:
  explicit Node(std::filesystem::path file, Ground ground = {});
  void restart();
  /// The disk as it is now, and back to it: what a backup and a restore do.
  void copy_to(const std::filesystem::path& file);
  void become(const std::filesystem::path& file);
  /// Everything on the disk, to look for what must not be there.
  std::string disk() const;

  sync::Replica& replica() { return *replica_; }
  sync::Post& post() { return *post_; }
  sync::Headquarters& headquarters();
  HandClock clock;

  sync::RecordId create(const std::string& form,
                        const std::vector<std::string>& set,
                        const std::string& who, bool submit = false);
  sync::Result<> edit(const std::string& record,
                      const std::vector<std::string>& set,
                      const std::string& who);
  sync::RecordView show(const std::string& record, const std::string& who,
                        proto::Side side = proto::SIDE_POST);

 private:
  void open();

  std::filesystem::path file_;
  Ground ground_;
  sync::SystemRandom random_;
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Post> post_;
  std::unique_ptr<sync::Headquarters> headquarters_;
};

/// A headquarters with everything that Relais publishes, sample officers too,
/// and machines of the field enrolled there, all in this process.
class Field {
 public:
  explicit Field(Ground ground = {});
  Node& headquarters() { return *headquarters_; }
  /// A new machine of a post, enrolled by an invitation; the first is A.
  Node& machine(const std::string& post);
  /// One sync to its end. Gives the number of requests that it took.
  int sync(Node& machine) { return sync(machine.post()); }
  int sync(sync::Post& post);
  /// Everything up by file, everything down by file.
  void carry(Node& machine);
  sync::Bytes file_of(Node& machine);
  /// Refusals of the file, none when all was taken.
  std::vector<sync::Sentence> deliver(const sync::Bytes& file);
  /// What headquarters writes for it on a stick.
  sync::Bytes file_for(Node& machine);
  void answer(Node& machine);

  TemporaryFolder folder;

 private:
  Ground ground_;
  std::unique_ptr<Node> headquarters_;
  std::vector<std::unique_ptr<Node>> machines_;
};

/// Everything that Relais publishes, sample officers too, with a new epoch. In
/// the caller's transaction.
void publish_all(sync::Headquarters& headquarters);
/// Makes a machine one of `post`'s, by an invitation. Transactions of its own.
void enrol(sync::Headquarters& there, sync::Post& made,
           const std::string& post);

/// The least that the incident form demands, as --set words.
std::vector<std::string> an_incident();

inline constexpr const char* chief_of_dib = "811-04.K";
inline constexpr const char* officer_of_dib = "0112-447.T";
inline constexpr const char* controller = "779-50.P";

}  // namespace relais::test
