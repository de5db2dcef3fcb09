#include "sync/text/rejects.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sync/record/tables.h"
#include "sync/text/sentence.h"
#include "tests/support/temporary_folder.h"

namespace relais::sync {
namespace {

struct Import {
  test::TemporaryFolder folder;
  std::vector<Sentence> told;

  std::string path(const std::string& name) {
    return (std::filesystem::path(folder.path()) / name).string();
  }
  /// The file that one refused line of `source` went to.
  std::string refuse(const std::string& source, const std::string& line,
                     const std::string& header = {}) {
    Rejects rejects(path(source), Language::en,
                    [this](const Sentence& one) { told.push_back(one); });
    rejects.set_header(header);
    proto::Rejected rejected;
    rejected.set_line(7);
    rejected.set_bytes(line);
    *rejected.add_sentence() = to_proto(Sentence{"No {0}.", {"caf\xE9"}});
    rejects.add(rejected);
    EXPECT_EQ(rejects.finish(), 0);
    return std::filesystem::path(rejects.path()).filename().string();
  }
  std::vector<std::vector<std::string>> cells(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(path(name)).rdbuf();
    return parse_csv(text.str()).value();
  }
};

TEST(Rejects, KeepTheLineAndTheReason) {
  Import import;

  EXPECT_EQ(import.refuse("a.jsonl", R"({"a": "b, c"})"), "a.rejects.csv");

  const std::vector<std::string> header{"reject_line", "reject_reason", "json"};
  const std::vector<std::string> line{"7", "No caf\\xE9.", R"({"a": "b, c"})"};
  EXPECT_EQ(import.cells("a.rejects.csv"), (std::vector{header, line}));
}

TEST(Rejects, NeverGoOverAFileThatIsThere) {
  Import import;
  import.refuse("a.jsonl", "1");

  EXPECT_EQ(import.refuse("a.jsonl", "2"), "a.rejects-2.csv");
  EXPECT_EQ(import.refuse("a.rejects-2.csv", "3", "json"), "a.rejects-3.csv");

  EXPECT_EQ(import.cells("a.rejects.csv").at(1).at(2), "1");
  EXPECT_EQ(import.told.back().arguments.front(),
            import.path("a.rejects-3.csv"));
}

TEST(Rejects, CloseAQuoteThatALineLeftOpen) {
  Import import;

  import.refuse("a.csv", "x,\"y", "one,two");

  EXPECT_EQ(import.cells("a.rejects.csv").at(1).at(3), "y");
}

TEST(Rejects, SayWhyTheyCannotBeWritten) {
  Rejects rejects("/nowhere/a.csv", Language::en, [](const Sentence&) {});
  rejects.add(proto::Rejected());

  EXPECT_EQ(rejects.finish(), ENOENT);
}

TEST(SentenceForWhoeverAsked, IsAlwaysText) {
  for (const char* bad : {"\xE9", "a\xC0\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xE0\x80\x80", "\xC3"}) {
    const auto sent = to_proto(Sentence{"{0}", {bad}});
    proto::Sentence back;
    EXPECT_TRUE(back.ParseFromString(sent.SerializeAsString()));
    EXPECT_NE(back.argument(0).find("\\x"), std::string::npos);
  }
  const Sentence good{"{0}",
                      {"caf\xC3\xA9\x1F"
                       "coffee"}};
  EXPECT_EQ(from_proto(to_proto(good)), good);
}

}  // namespace
}  // namespace relais::sync
