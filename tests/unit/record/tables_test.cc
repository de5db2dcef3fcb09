#include "sync/record/tables.h"

#include <gtest/gtest.h>

#include <random>

#include "sync/crypto.h"
#include "tests/support/random_seed.h"

namespace relais::sync {
namespace {

using Cells = std::vector<std::vector<std::string>>;

constexpr const char* posts =
    "code,label_fr,label_en,region\r\n"
    "DIB,Bureau de Diboli,Diboli office,KAY\r\n"
    "GOG,\"Bureau de \"\"Gogui\"\"\",,NIO\r\n"
    "KAY,\"Kayes, principal\",Kayes,KAY\r\n";

std::string why(std::string_view csv) {
  auto table = Table::parse(csv);
  return table ? "accepted" : table.error().what.id;
}
std::string line_of(std::string_view csv) {
  auto table = Table::parse(csv);
  return table ? "accepted" : table.error().what.arguments.at(0);
}

TEST(Table, FindsRowsByCodeAndByColumn) {
  const auto table = *Table::parse(posts);

  EXPECT_EQ(table->find("GOG"), 1);
  EXPECT_EQ(table->find("XXX"), -1);
  EXPECT_EQ(table->cell(1, "label_fr"), "Bureau de \"Gogui\"");
  EXPECT_EQ(table->cell(2, "label_fr"), "Kayes, principal");
  EXPECT_EQ(table->cell(2, "no_such"), "");
  EXPECT_EQ(table->cell(99, "code"), "");
  EXPECT_EQ(table->where("region", "KAY"), (std::vector<std::size_t>{0, 2}));
  EXPECT_TRUE(table->where("no_such", "KAY").empty());
}

TEST(Table, NamesTheLineOfWhatItRefuses) {
  EXPECT_EQ(line_of("code,a\nX,1\nX,2\n"), "3");
  EXPECT_EQ(line_of("code,a\nX\n"), "2");
  EXPECT_EQ(line_of("code,a\nX,1,2\n"), "2");
  EXPECT_EQ(line_of("code,a\n\"X\n\",1\nY\n"), "4");
  EXPECT_EQ(line_of("code,a\n,1\n"), "2");
  EXPECT_EQ(line_of("name,a\n"), "1");
  EXPECT_EQ(line_of("code,a,a\n"), "1");
  EXPECT_EQ(line_of("code,a\nX,\xff\n"), "2");
  EXPECT_EQ(line_of("code,a\nX,\"1\n"), "2");
  EXPECT_EQ(line_of("code,a\nX,1\"\n"), "2");
  EXPECT_EQ(line_of("code,a\nX,\"1\"2\n"), "2");
  EXPECT_NE(why(""), "accepted");
}

TEST(Table, ReadsWhatAFrenchSpreadsheetSaves) {
  const auto table = *Table::parse(
      "\xEF\xBB\xBF"
      "code;label_fr\r\nDIB;Diboli, bureau\r\n");

  EXPECT_EQ(table->cell(0, "label_fr"), "Diboli, bureau");
}

TEST(Table, KeepsNamesInOneForm) {
  const auto table = *Table::parse("code,nom\nA,Ai\xCC\x88ssata\n");

  EXPECT_EQ(table->cell(0, "nom"), "A\xC3\xAFssata");
}

TEST(Tables, GiveTheLabelOfTheLanguageOrTheCodeItself) {
  Tables tables;
  tables.table["post"] = *Table::parse(posts);

  EXPECT_EQ(tables.label("post", "DIB", "fr"), "Bureau de Diboli");
  EXPECT_EQ(tables.label("post", "DIB", "en"), "Diboli office");
  EXPECT_EQ(tables.label("post", "GOG", "en"), "GOG");
  EXPECT_EQ(tables.label("post", "XXX", "fr"), "XXX");
  EXPECT_EQ(tables.label("nothing", "DIB", "fr"), "DIB");
}

TEST(Tables, NextVersionDependsOnHistoryNameAndFile) {
  const Hash file = hash({"a,b"});
  const Version one = next_version({}, "post", file);
  const Version two = next_version(one, "post", file);

  EXPECT_EQ(one.number, 1U);
  EXPECT_EQ(two.number, 2U);
  EXPECT_NE(one.hash, two.hash);
  EXPECT_NE(next_version({}, "officer", file).hash, one.hash);
  EXPECT_NE(next_version({}, "post", hash({"x"})).hash, one.hash);
  EXPECT_EQ(one.hash,
            hash({"relais/reference/1", Hash{}.view(), "post", file.view()}));
}

TEST(Csv, KeepsEveryCellOverAnyLineEnd) {
  EXPECT_EQ(*parse_csv("a,b\n1,\"x\ny\"\r\n\r\n,\n"),
            (Cells{{"a", "b"}, {"1", "x\ny"}, {"", ""}}));
  EXPECT_EQ(*parse_csv("a,b"), (Cells{{"a", "b"}}));
  EXPECT_TRUE(parse_csv("")->empty());
}

TEST(Csv, NeutralisesCellsThatASpreadsheetWouldRun) {
  EXPECT_EQ(csv_line({"=1+1", "+2", "-3", "@x", "x=1"}, true),
            "'=1+1,'+2,'-3,'@x,x=1\r\n");
  EXPECT_EQ(csv_line({"=1+1", "-3"}, false), "=1+1,-3\r\n");
}

// What is written can be read, whatever stands in the cells.
TEST(Csv, ReadsBackWhatItWrote) {
  std::mt19937_64 random(test::random_seed("Csv"));
  const std::string letters = "ab,;\"\r\n '=\xEF\xBB\xBF-\t";
  for (int round = 0; round < 3000; ++round) {
    Cells cells(1 + random() % 4);
    std::string csv;
    const std::size_t width = 1 + random() % 4;
    for (auto& line : cells) {
      for (std::size_t i = 0; i < width; ++i) {
        std::string cell;
        for (auto left = random() % 6; left > 0; --left) {
          cell += letters[random() % letters.size()];
        }
        line.push_back(cell);
      }
      csv += csv_line(line, false);
    }
    auto read = parse_csv(csv);
    ASSERT_TRUE(read) << csv;
    ASSERT_EQ(*read, cells) << csv;
  }
}

// Any bytes: reading ends, and nothing is read out of place.
TEST(Csv, SurvivesAnyBytes) {
  std::mt19937_64 random(test::random_seed("Csv"));
  const std::string letters("code,\"\"\"\n\r;\xff\0", 13);
  for (int round = 0; round < 20000; ++round) {
    std::string csv;
    for (auto left = random() % 24; left > 0; --left) {
      csv += letters[random() % letters.size()];
    }
    auto read = parse_csv(csv);
    std::size_t bytes = 0;
    if (read) {
      for (const auto& line : *read) {
        for (const auto& cell : line) bytes += cell.size();
      }
    }
    EXPECT_LE(bytes, csv.size());
    (void)Table::parse(csv);
  }
}

}  // namespace
}  // namespace relais::sync
