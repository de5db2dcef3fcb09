#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tests/support/model_corpus.h"
#include "tests/support/model_delivery.h"
#include "tests/support/random_seed.h"

namespace relais {
namespace {

using test::CorpusReader;

/// Repeated, in another order, with other clocks on the wall.
sync::PartHistory disturbed(sync::PartHistory part, std::mt19937_64& random) {
  const std::size_t count = part.changes.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (random() % 3 == 0) part.changes.push_back(part.changes[i]);
  }
  std::shuffle(part.changes.begin(), part.changes.end(), random);
  for (sync::Change& change : part.changes) {
    change.wall = static_cast<std::int64_t>(random() >> 1);
  }
  return part;
}

/// Whether people speak of other changes in it: that may move a verdict.
bool speaks_of_changes(const sync::PartHistory& part) {
  for (const sync::Change& change : part.changes) {
    for (const sync::Act& act : change.acts) {
      if (act.kind >= proto::ACT_KIND_ACCEPT) return true;
    }
  }
  return false;
}

void compare(const CorpusReader::Entry& entry) {
  const test::ModelHistory history(entry.history);
  ASSERT_EQ(test::canonical(history.fold_all()), entry.expected)
      << "history " << entry.seed;
}

TEST(FoldOfRandomHistories, GivesTheModelsResultByteForByte) {
  int count = 0;
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    compare(entry);
    ++count;
  });
  EXPECT_GE(count, 300);
}

TEST(FoldOfRandomHistories, IsBlindToOrderRepetitionAndWallClocks) {
  std::mt19937_64 random(test::random_seed("FoldOfRandomHistories order"));
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    const test::ModelHistory history(entry.history);
    for (const sync::PartHistory& part : history.parts()) {
      const auto state = fold(part, history.publications());
      const auto again = fold(disturbed(part, random), history.publications());
      ASSERT_EQ(again, state) << "history " << entry.seed;
      ASSERT_EQ(digest(again), digest(state)) << "history " << entry.seed;
    }
  });
}

TEST(FoldOfRandomHistories, GrownInPlaceIsTheFullFoldAfterEveryChange) {
  std::mt19937_64 random(test::random_seed("FoldOfRandomHistories in place"));
  int in_place = 0;
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    const test::ModelHistory history(entry.history);
    for (const sync::PartHistory& part : history.parts()) {
      test::PartReplica replica(part, history.publications());
      const int moves = static_cast<int>(random() % 3);
      for (const auto& change : test::delivery_of(part, moves, random)) {
        if (!replica.hear(change)) continue;
        ++in_place;
        ASSERT_EQ(replica.state(), replica.full())
            << "history " << entry.seed << ", " << to_text(change.dot);
      }
      ASSERT_EQ(replica.state(), fold(part, history.publications()))
          << "history " << entry.seed;
    }
  });
  EXPECT_GT(in_place, 300);
}

TEST(FoldOfRandomHistories, GivesTheSameUnderHeadquartersVerdictsAlone) {
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    const test::ModelHistory history(entry.history);
    for (sync::PartHistory part : history.parts()) {
      const auto state = fold(part, history.publications());
      for (const sync::Change& change : part.changes) {
        const auto verdict = state.verdicts.find(change.dot);
        const bool control = std::any_of(
            change.acts.begin(), change.acts.end(), [](const sync::Act& act) {
              return act.kind >= proto::ACT_KIND_CHALLENGE;
            });
        if (control || verdict == state.verdicts.end()) continue;
        if (verdict->second == "lost") continue;
        part.vouched[change.dot] = verdict->second;
      }
      ASSERT_EQ(fold(part, history.publications()), state)
          << "history " << entry.seed;
    }
  });
}

// A change is judged by its own past, which is whole when it is judged.
TEST(FoldOfRandomHistories, KeepsEveryVerdictWhenMoreArrives) {
  std::mt19937_64 random(test::random_seed("FoldOfRandomHistories verdicts"));
  int kept = 0;
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    const test::ModelHistory history(entry.history);
    for (const sync::PartHistory& part : history.parts()) {
      if (speaks_of_changes(part)) continue;
      const auto verdicts = fold(part, history.publications()).verdicts;
      sync::PartHistory early = part;
      early.changes = test::delivery_of(part, 0, random);
      early.changes.resize(random() % early.changes.size());
      for (const auto& [dot, verdict] :
           fold(early, history.publications()).verdicts) {
        ASSERT_EQ(verdicts.at(dot), verdict)
            << "history " << entry.seed << ", " << to_text(dot);
        ++kept;
      }
    }
  });
  EXPECT_GT(kept, 100);
}

TEST(FoldOfRandomHistories, ComesBackWholeFromItsCache) {
  test::each_of_corpus([&](const CorpusReader::Entry& entry) {
    const test::ModelHistory history(entry.history);
    for (const sync::PartHistory& part : history.parts()) {
      const auto state = fold(part, history.publications());
      const auto back = sync::decode_state(encode_state(state));
      ASSERT_TRUE(back) << "history " << entry.seed;
      ASSERT_EQ(*back, state) << "history " << entry.seed;
    }
  });
}

// As deep as one likes: RELAIS_MODEL_SEEDS=first:count asks the model itself.
TEST(FoldOfRandomHistories, GivesTheResultOfTheModelAskedNow) {
  const char* asked = std::getenv("RELAIS_MODEL_SEEDS");
  if (asked == nullptr) GTEST_SKIP() << "RELAIS_MODEL_SEEDS is not set";
  const std::string seeds = asked;
  const auto colon = seeds.find(':');
  const std::string command =
      "python3 " RELAIS_SOURCE_DIR "/tests/model/generate_corpus.py --seed " +
      std::to_string(std::stoul(seeds)) + " --seeds " +
      std::to_string(std::stoul(seeds.substr(colon + 1)));
  const std::unique_ptr<FILE, int (*)(FILE*)> model(popen(command.c_str(), "r"),
                                                    pclose);

  CorpusReader reader;
  CorpusReader::Entry entry;
  std::string line;
  for (int c = std::fgetc(model.get()); c != EOF; c = std::fgetc(model.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    if (reader.read(line, entry)) compare(entry);
    line.clear();
  }
}

}  // namespace
}  // namespace relais
