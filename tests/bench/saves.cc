// Durable saves a second, one transaction each, against SQLite alone writing
// the same rows to the same tables with the same pragmas, round by round in
// one run. Prints the two rates and their ratio.
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sync/check.h"
#include "sync/crypto.h"
#include "sync/replica/editor.h"
#include "sync/store/sqlite_store.h"
#include "sync/text/edits.h"

namespace {

namespace fs = std::filesystem;
namespace sync = relais::sync;
using sync::Bytes;

constexpr int rounds = 5;
constexpr int saves_per_round = 200;

class SystemClock final : public sync::Clock {
 public:
  std::int64_t wall_ms() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  std::int64_t monotonic_ms() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  std::uint32_t boot() override { return 1; }
};

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

Bytes slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void publish(sync::Replica& replica, const fs::path& share) {
  const auto done = replica.transact([&]() -> sync::Result<> {
    sync::StoredDocument form;
    form.kind = relais::proto::DOCUMENT_KIND_FORM;
    form.name = "training_session";
    form.version = 1;
    form.bytes = slurp(share / "forms" / "training_session.textproto");
    form.hash = sync::hash({form.bytes});
    if (auto added = replica.publications().add(form); !added) return added;
    std::uint32_t version = 0;
    for (const char* folder : {"reference", "reference/sample"}) {
      for (const auto& entry : fs::directory_iterator(share / folder)) {
        if (entry.path().extension() != ".csv") continue;
        sync::StoredDocument table;
        table.kind = relais::proto::DOCUMENT_KIND_TABLE;
        table.name = entry.path().stem();
        table.version = ++version;
        table.bytes = slurp(entry.path());
        table.hash = sync::hash({table.bytes});
        auto added = replica.publications().add(table);
        if (!added) return added;
      }
    }
    return sync::set_fact(replica.store(), "post", "DIB");
  });
  CHECK(done);
}

void save(sync::Replica& replica) {
  const auto form = replica.publications().newest_form("training_session");
  const auto tables = replica.publications().newest_tables();
  auto edits = sync::edits_from_set(
      *form, *tables,
      {"module_code=SEC-100", "place_post=DIB", "starts_on=2026-05-11",
       "ends_on=2026-05-15", "slots[2026-05-11/AM].planned_hours=3.0"});
  CHECK(edits);
  const auto created = sync::Editor(replica).create(
      "training_session", std::move(*edits),
      {"811-04.K", {}, relais::proto::SIDE_POST}, false);
  if (!created) std::fprintf(stderr, "%s\n", created.error().what.id.c_str());
  CHECK(created);
}

/// SQLite alone: the rows of what was saved, written again to other tables.
class Raw {
 public:
  Raw(const fs::path& source, const fs::path& target) {
    CHECK(sqlite3_open(target.c_str(), &database_) == SQLITE_OK);
    for (const char* pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
          "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA secure_delete=ON",
          "PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0"}) {
      run(pragma);
    }
    run("ATTACH '" + source.string() + "' AS src");
  }
  ~Raw() { sqlite3_close(database_); }

  /// Save by save: its rows of every table, and what every save overwrites.
  void copy(int saves) {
    for (int save = 1; save <= saves; ++save) {
      const std::string row = "=" + std::to_string(save);
      run("BEGIN IMMEDIATE");
      for (const char* table : {"entry", "part", "record"}) {
        run(std::string("INSERT INTO main.") + table + " SELECT * FROM src." +
            table + " WHERE rowid" + row);
      }
      run("INSERT INTO main.alias SELECT a.* FROM src.record r JOIN src.alias "
          "a ON a.name=r.reference WHERE r.rowid" +
          row);
      run("REPLACE INTO main.journal SELECT * FROM src.journal");
      run("REPLACE INTO main.shelf SELECT * FROM src.shelf WHERE CAST(key AS "
          "TEXT) IN ('stamp', 'counter.training_session.26')");
      run("COMMIT");
    }
  }

 private:
  void run(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &error) !=
        SQLITE_OK) {
      std::fprintf(stderr, "%s: %s\n", sql.c_str(), error);
      std::abort();
    }
  }
  sqlite3* database_ = nullptr;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "saves SHARE: the folder of forms and reference\n");
    return 2;
  }
  std::string name = (fs::temp_directory_path() / "relais-XXXXXX").string();
  CHECK(mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  double ours = 0;
  double raw = 0;
  for (int round = 0; round < rounds; ++round) {
    const fs::path file = folder / (std::to_string(round) + ".db");
    const fs::path other = folder / (std::to_string(round) + ".raw.db");
    {
      sync::SystemRandom random;
      SystemClock clock;
      auto store =
          sync::SqliteStore::open(file, sync::OpenMode::exclusive).value();
      auto keys = sync::open_machine_keys(*store, random).value();
      sync::Replica replica({store.get(), &clock, &random, keys});
      publish(replica, arguments[1]);
      ours += seconds_of([&] {
        for (int i = 0; i < saves_per_round; ++i) save(replica);
      });
      CHECK(store->checkpoint());
    }
    CHECK(sync::SqliteStore::open(other, sync::OpenMode::exclusive));
    Raw alone(file, other);
    raw += seconds_of([&] { alone.copy(saves_per_round); });
  }
  fs::remove_all(folder);
  const double saves = rounds * saves_per_round;
  std::printf(
      "durable saves a second: relais %.0f, SQLite alone %.0f, "
      "ratio %.2f (floor 0.60)\n",
      saves / ours, saves / raw, raw / ours);
  return raw / ours < 0.6 ? 1 : 0;
}
