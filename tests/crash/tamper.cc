#include "tests/crash/tamper.h"

#include <algorithm>
#include <random>

#include "sync/check.h"
#include "sync/journal/entry.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "sync/store/audit.h"
#include "sync/store/sqlite_store.h"
#include "sync/text/messages.h"
#include "tests/support/field.h"
#include "tests/support/sample_store.h"

namespace relais::crash {
namespace {

using sync::StoredEntry;

constexpr std::uint64_t rows = 500;
constexpr std::size_t file_bytes = 64 * 1024;
constexpr std::size_t told_max = 12;
constexpr std::uint64_t journal_number = 11;

void turn(sync::Bytes& bytes, std::mt19937_64& dice) {
  char& one = bytes.at(dice() % bytes.size());
  one = static_cast<char>(one ^ (1 + dice() % 255));
}

/// A journal in a database of its own, and one alteration after another.
class Journal {
 public:
  Journal(const fs::path& file, std::uint64_t seed)
      : dice_(seed),
        store_(
            sync::SqliteStore::open(file, sync::OpenMode::exclusive).value()) {
    test::SampleJournal journal(journal_number, proto::LANE_NORMAL);
    while (journal.stored.last < rows) CHECK(test::save(*store_, journal));
    CHECK(faults().empty());
  }

  void alter_all(bool in_every_way);
  Outcome outcome;

 private:
  using Alter = void (Journal::*)(StoredEntry& entry);
  struct Way {
    const char* name;
    Alter alter;
    std::vector<std::string> named;  ///< what the audit has to name
  };

  std::vector<std::string> faults();
  StoredEntry entry(std::uint64_t position);
  void replace(std::uint64_t position, const StoredEntry& by);
  void sql(const std::string& text) {
    CHECK(store_->database().run_once(text));
  }
  void try_one(std::uint64_t position, const Way& way);

  void body_alone(StoredEntry& entry);
  void meta_alone(StoredEntry& entry);
  void body_with_sum(StoredEntry& entry);
  void body_with_leaf(StoredEntry& entry);
  void take_out(StoredEntry& entry);
  void put_behind(StoredEntry& entry);
  void change_places(StoredEntry& entry);

  std::mt19937_64 dice_;
  std::unique_ptr<sync::SqliteStore> store_;
};

std::vector<std::string> Journal::faults() {
  std::vector<std::string> lines;
  const auto found = sync::audit(store_->database()).value();
  for (const auto& fault : found) {
    lines.push_back(sync::say(fault, sync::Language::en));
  }
  return lines;
}

StoredEntry Journal::entry(std::uint64_t position) {
  const auto journal = test::numbered<sync::JournalId>(journal_number);
  return store_->entry({journal, position}).value().value();
}

void Journal::replace(std::uint64_t position, const StoredEntry& by) {
  sql("DELETE FROM entry WHERE position=" + std::to_string(position));
  CHECK(store_->put_entry(by));
}

void Journal::body_alone(StoredEntry& entry) {
  turn(*entry.body, dice_);
  sql("UPDATE entry SET body=x'" + sync::to_hex(*entry.body) +
      "' WHERE position=" + std::to_string(entry.dot.position));
}

void Journal::meta_alone(StoredEntry& entry) {
  turn(entry.meta, dice_);
  sql("UPDATE entry SET meta=x'" + sync::to_hex(entry.meta) +
      "' WHERE position=" + std::to_string(entry.dot.position));
}

void Journal::body_with_sum(StoredEntry& entry) {
  turn(*entry.body, dice_);
  replace(entry.dot.position, entry);
}

void Journal::body_with_leaf(StoredEntry& entry) {
  turn(*entry.body, dice_);
  entry.leaf =
      sync::leaf_of(entry.meta, sync::body_hash(entry.salt, *entry.body));
  replace(entry.dot.position, entry);
}

void Journal::take_out(StoredEntry& entry) {
  sql("DELETE FROM entry WHERE position=" + std::to_string(entry.dot.position));
}

void Journal::put_behind(StoredEntry& entry) {
  entry.dot.position = rows + 1;
  CHECK(store_->put_entry(entry));
}

void Journal::change_places(StoredEntry& entry) {
  const std::uint64_t here = entry.dot.position;
  const std::uint64_t there = here == rows ? 1 : here + 1;
  StoredEntry other = this->entry(there);
  std::swap(entry.dot, other.dot);
  replace(here, other);
  replace(there, entry);
}

void Journal::try_one(std::uint64_t position, const Way& way) {
  CHECK(store_->begin());
  StoredEntry entry = this->entry(position);
  (this->*way.alter)(entry);
  const auto found = faults();
  store_->rollback();
  ++outcome.counts["altered"];
  const std::string name =
      std::string(way.name) + " at row " + std::to_string(position);
  if (found.empty()) {
    outcome.broken.push_back(name + ": nothing was found");
    return;
  }
  ++outcome.counts["detected"];
  std::string all;
  for (const std::string& line : found) all += line + "\n";
  for (const std::string& part : way.named) {
    if (all.find(part) != std::string::npos) continue;
    outcome.broken.push_back(name + ": \"" + part +
                             "\" is not named in: " + all);
    return;
  }
  ++outcome.counts["named"];
}

void Journal::alter_all(bool in_every_way) {
  const std::string journal =
      to_hex(test::numbered<sync::JournalId>(journal_number));
  for (std::uint64_t position = 1; position <= rows; ++position) {
    const std::string here = "position " + std::to_string(position) + " ";
    const std::string row = journal + "/" + std::to_string(position) + ":";
    const std::string before =
        "at position " + std::to_string(position - 1) + ",";
    std::uint64_t turn = position;
    const std::string record =
        "(record " + to_hex(*entry(position).record) + ")";
    for (const Way& way : {
             Way{"body", &Journal::body_alone, {journal, row}},
             Way{"meta", &Journal::meta_alone, {journal, row}},
             Way{"body and sum",
                 &Journal::body_with_sum,
                 {journal, here, record}},
             Way{"body, sum and leaf", &Journal::body_with_leaf, {journal}},
             Way{"taken out", &Journal::take_out, {journal, before}},
             Way{"put behind the end",
                 &Journal::put_behind,
                 {journal, "position " + std::to_string(rows + 1) + " "}},
             Way{"places changed", &Journal::change_places, {journal}},
         }) {
      if (in_every_way || ++turn % 3 == 0) try_one(position, way);
      if (outcome.broken.size() >= told_max) return;
    }
  }
}

/// Headquarters, and a file of a post that it does not have yet.
class Road {
 public:
  explicit Road(std::uint64_t seed) : dice_(seed) {
    test::Node& post = field_.machine("DIB");
    while (file_.size() < file_bytes) {
      for (int i = 0; i < 20; ++i) {
        post.create("incident", test::an_incident(), test::chief_of_dib, true);
      }
      file_ = sync::write_post_file(post.post(), {}, 1 << 24).value();
    }
    whole_ = sync::decode_file(file_).value();
    CHECK(whole_.faults.empty());
  }

  void alter_all(std::size_t every);
  Outcome outcome;

 private:
  void try_one(const char* name, std::size_t at, const sync::Bytes& altered);
  bool is_refused(const proto::FileItem& item);

  std::mt19937_64 dice_;
  test::Field field_;
  sync::Bytes file_;
  sync::FileItems whole_;
};

bool Road::is_refused(const proto::FileItem& item) {
  const auto report = sync::read_headquarters_file(
      field_.headquarters().headquarters(), sync::encode_file({item}),
      [](std::string_view, const sync::DeviceId&) -> sync::Result<sync::Bytes> {
        return sync::fail(sync::Errc::denied, "no");
      });
  if (!report) return true;
  return report->packets == 0 && !report->sender && !report->refusals.empty();
}

/// Items that are as they were need no second look.
void Road::try_one(const char* name, std::size_t at,
                   const sync::Bytes& altered) {
  ++outcome.counts["altered"];
  const auto found = sync::decode_file(altered);
  std::size_t other = 0, refused = 0, same = 0;
  if (found) {
    for (const proto::FileItem& item : found->items) {
      const bool known = std::any_of(
          whole_.items.begin(), whole_.items.end(), [&](const auto& one) {
            return one.SerializeAsString() == item.SerializeAsString();
          });
      same += known ? 1 : 0;
      if (known) continue;
      ++other;
      refused += is_refused(item) ? 1 : 0;
    }
  }
  const bool said = !found || !found->faults.empty() || refused > 0;
  if (other == refused && same < whole_.items.size() && said) {
    ++outcome.counts["detected"];
    return;
  }
  outcome.broken.push_back(std::string("byte ") + std::to_string(at) + " " +
                           name + ": the file was taken");
}

void Road::alter_all(std::size_t every) {
  for (std::size_t at = 0; at < file_.size(); ++at) {
    sync::Bytes altered = file_;
    altered[at] = static_cast<char>(altered[at] ^ (1 + dice_() % 255));
    try_one("altered", at, altered);
    if (at % every == 0) {
      altered = file_;
      try_one("taken out", at, altered.erase(at, 1));
      altered = file_;
      altered.insert(at, 1, static_cast<char>(dice_()));
      try_one("put in", at, altered);
    }
    if (outcome.broken.size() >= told_max) return;
  }
}

}  // namespace

Outcome alter_rows(const fs::path& folder, std::uint64_t seed, bool all) {
  Journal journal(folder / "journal.db", seed);
  journal.alter_all(all);
  return journal.outcome;
}

Outcome alter_bytes(std::uint64_t seed, std::size_t every) {
  Road road(seed);
  road.alter_all(every);
  return road.outcome;
}

}  // namespace relais::crash
