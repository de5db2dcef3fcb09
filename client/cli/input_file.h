#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/control/client.h"
#include "sync/result.h"

namespace relais::cli {

using sync::Result;

/// A file open for reading; "-" is stdin.
class InputFile {
 public:
  /// not_found: no such file; invalid: it cannot be read (a folder, rights).
  static Result<InputFile> open(const std::string& path);

  /// At most `size` bytes; empty at the end.
  Result<std::string> read(std::size_t size);
  /// The next byte, or EOF.
  int next();
  /// After EOF: whether the file really ended there.
  Result<> check() const;
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// The pieces of each file, one after another, as proto::Input wants them;
/// one file is in memory by a piece only.
sync::InputSource pieces_of(std::vector<InputFile> files);

/// One line of an import.
struct Line {
  std::uint64_t number = 0;  ///< of the line in the file that it begins on
  std::string bytes;         ///< without its line end
  bool too_long = false;     ///< then `bytes` is its beginning
};

/// Cuts a file into lines, or into CSV records, whose quoted cells may span
/// lines. Empty lines are passed over, and so is a byte order mark.
class LineReader {
 public:
  static constexpr std::size_t line_bytes_max = sync::import_line_bytes_max;

  LineReader(InputFile file, bool csv) : file_(std::move(file)), csv_(csv) {}
  /// nullopt at the end.
  Result<std::optional<Line>> next();

 private:
  /// False at the end of the file.
  bool read(Line& line);

  InputFile file_;
  bool csv_;
  std::uint64_t number_ = 0;
};

}  // namespace relais::cli
