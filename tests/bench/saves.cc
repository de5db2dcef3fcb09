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
#include "sync/replica/editor.h"
#include "sync/store/sqlite_store.h"

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
    form.name = "evaluation";
    form.version = 1;
    form.bytes = slurp(share / "forms" / "evaluation.textproto");
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
        auto added = replica.publications().add(table);
        if (!added) return added;
      }
    }
    return sync::set_fact(replica.store(), "post", "DIB");
  });
  CHECK(done);
}

void save(sync::Replica& replica, int number) {
  const auto edit = [](const char* field, sync::Value value) {
    sync::Edit one;
    one.address.field = field;
    one.value = std::move(value);
    return one;
  };
  const auto created = sync::Editor(replica).create(
      "evaluation",
      {edit("cycle_id", sync::Value(sync::Code{"2026"})),
       edit("officer_id", sync::Value(sync::Code{"924-31.C"})),
       edit("period_number", sync::Value(std::int64_t{number})),
       edit("n1_rating", sync::Value(sync::Code{"3"})),
       edit("n1_justification",
            sync::Value(std::string("Résultats tenus malgré l'absence "
                                    "d'électricité au poste.")))},
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

  /// Every part row is one save of one part; a save here wrote two parts.
  void copy(std::int64_t first_entry, std::int64_t entries_per_save,
            int saves) {
    for (int i = 0; i < saves; ++i) {
      const std::int64_t from = first_entry + i * entries_per_save;
      const std::string range = " BETWEEN " + std::to_string(from) + " AND " +
                                std::to_string(from + entries_per_save - 1);
      run("BEGIN IMMEDIATE");
      run("INSERT INTO main.entry SELECT * FROM src.entry WHERE rowid" + range);
      run("INSERT INTO main.part SELECT * FROM src.part WHERE rowid" + range);
      run("INSERT INTO main.record SELECT * FROM src.record WHERE rowid=" +
          std::to_string(from / entries_per_save + 1));
      run("INSERT INTO main.alias SELECT a.* FROM src.alias a JOIN src.record "
          "r ON a.name=r.reference WHERE r.rowid=" +
          std::to_string(from / entries_per_save + 1));
      run("REPLACE INTO main.journal SELECT * FROM src.journal LIMIT 1");
      run("REPLACE INTO main.shelf SELECT * FROM src.shelf WHERE shelf="
          "'machine' AND key=CAST('stamp' AS BLOB)");
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
        for (int i = 1; i <= saves_per_round; ++i) save(replica, i);
      });
      CHECK(store->checkpoint());
    }
    CHECK(sync::SqliteStore::open(other, sync::OpenMode::exclusive));
    Raw alone(file, other);
    raw += seconds_of([&] { alone.copy(1, 2, saves_per_round); });
  }
  fs::remove_all(folder);
  const double saves = rounds * saves_per_round;
  std::printf(
      "durable saves a second: relais %.0f, SQLite alone %.0f, "
      "ratio %.2f (floor 0.60)\n",
      saves / ours, saves / raw, raw / ours);
  return raw / ours < 0.6 ? 1 : 0;
}
