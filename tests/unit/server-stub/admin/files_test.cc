#include "server-stub/admin/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace relais::admin {
namespace {

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// "number:line", "!" where it is too long.
std::vector<std::string> lines_of(const std::string& path, bool csv) {
  std::vector<std::string> lines;
  auto source = source_of_lines(path, csv, {});
  EXPECT_TRUE(source);
  for (auto line = (*source)(); line && *line; line = (*source)()) {
    EXPECT_LE((*line)->bytes().size(), sync::import_line_bytes_max);
    lines.push_back(std::to_string((*line)->line()) + ":" +
                    ((*line)->last() ? (*line)->bytes() : "!"));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(SourceOfLines, NumbersLinesAndKeepsACsvRecordTogether) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "lines";
  std::ofstream(path) << "\xEF\xBB\xBF"
                         "a,b\r\n\n\"x\ny\",c\r\nd";

  EXPECT_EQ(lines_of(path, true), (Lines{"1:a,b", "3:\"x\ny\",c", "5:d"}));
  EXPECT_EQ(lines_of(path, false), (Lines{"1:a,b", "3:\"x", "4:y\",c", "5:d"}));
}

TEST(SourceOfLines, KeepsOfALineWithoutEndOnlyItsBeginning) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "endless";
  std::ofstream(path) << "{}\n";
  std::filesystem::resize_file(path, 128 * 1024 * 1024);  // zeros, no line end
  std::ofstream(path, std::ios::app) << "\n{1}\n";
  const long before = peak_kilobytes();

  EXPECT_EQ(lines_of(path, false), (Lines{"1:{}", "2:!", "3:{1}"}));

  EXPECT_LT(peak_kilobytes() - before, 16 * 1024);
}

}  // namespace
}  // namespace relais::admin
