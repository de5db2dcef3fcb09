#include <gtest/gtest.h>

#include <fstream>

#include "client/cli/input_file.h"
#include "client/cli/output_file.h"
#include "tests/support/temporary_folder.h"

namespace relais::cli {
namespace {

using sync::Errc;

std::string written(const test::TemporaryFolder& folder,
                    const std::string& text) {
  const std::string path = folder / "file";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// "number:line", "!" where it is too long.
std::vector<std::string> lines_of(const std::string& text, bool csv) {
  const test::TemporaryFolder folder;
  LineReader reader(*InputFile::open(written(folder, text)), csv);
  std::vector<std::string> lines;
  for (auto line = reader.next(); line && *line; line = reader.next()) {
    lines.push_back(std::to_string((*line)->number) + ":" +
                    ((*line)->too_long ? "!" : (*line)->bytes));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineReader, NumbersLinesAndPassesOverEmptyOnes) {
  EXPECT_EQ(lines_of("\xEF\xBB\xBF{}\r\n\n  \n{1}\n{2}", false),
            (Lines{"1:{}", "4:{1}", "5:{2}"}));
  EXPECT_EQ(lines_of("", false), Lines{});
}

TEST(LineReader, KeepsACsvRecordOfSeveralLinesTogether) {
  EXPECT_EQ(lines_of("a,b\r\n\"x\ny\",\"\"\"\n\"\r\nc,d\n", true),
            (Lines{"1:a,b", "2:\"x\ny\",\"\"\"\n\"", "5:c,d"}));
}

TEST(LineReader, IsNotSwallowedByAStrayQuoteForEver) {
  const std::string rest(2 * LineReader::line_bytes_max, 'x');

  EXPECT_EQ(lines_of("a\n\"" + rest + "\nb\n", true),
            (Lines{"1:a", "2:!", "3:b"}));
}

TEST(PiecesOfFiles, EndEachFileWithItsLastPiece) {
  const test::TemporaryFolder folder;
  const std::string path =
      written(folder, std::string(sync::control_piece_bytes, 'x') + "y");
  std::vector<InputFile> files;
  files.push_back(*InputFile::open(path));
  files.push_back(*InputFile::open("/dev/null"));
  files.push_back(*InputFile::open(path));
  const auto source = pieces_of(std::move(files));
  std::string told;

  for (auto piece = source(); piece && *piece; piece = source()) {
    told += std::to_string((*piece)->bytes().size());
    told += (*piece)->last() ? "." : " ";
  }

  EXPECT_EQ(told, "65536 1.0.65536 1.");
}

TEST(InputFiles, AreNotThereOrNotReadable) {
  EXPECT_EQ(InputFile::open("/no/such/file").error().code, Errc::not_found);
  EXPECT_EQ(InputFile::open("/tmp").error().code, Errc::invalid);
}

TEST(OutputFiles, AreThereWholeOrNotAtAll) {
  const test::TemporaryFolder folder;
  const std::string path = written(folder, "old");

  {
    auto dropped = OutputFile::open(path);
    ASSERT_TRUE(dropped->write("half"));
  }
  EXPECT_EQ(content(path), "old");

  auto kept = OutputFile::open(path);
  ASSERT_TRUE(kept->write("n"));
  ASSERT_TRUE(kept->write("ew"));
  ASSERT_TRUE(kept->keep());
  EXPECT_EQ(content(path), "new");
  const std::filesystem::directory_iterator all(folder.path());
  EXPECT_EQ(std::distance(begin(all), end(all)), 1);
}

TEST(OutputFiles, SayWhyAPlaceIsNoFile) {
  const test::TemporaryFolder folder;

  EXPECT_EQ(OutputFile::open(folder.path()).error().code, Errc::invalid);
  EXPECT_EQ(OutputFile::open(folder / "no" / "file").error().code,
            Errc::invalid);
}

}  // namespace
}  // namespace relais::cli
