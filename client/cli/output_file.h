#pragma once

#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::cli {

/// A file that is there whole or not at all: written beside its place, synced,
/// then renamed. Without keep() nothing remains.
class OutputFile {
 public:
  static sync::Result<OutputFile> open(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  sync::Result<> write(std::string_view bytes);
  /// On the disk, the name too, when it returns.
  sync::Result<> keep();

 private:
  OutputFile(std::string path, std::string beside, int file)
      : path_(std::move(path)), beside_(std::move(beside)), file_(file) {}

  std::string path_;
  std::string beside_;
  int file_;
};

}  // namespace relais::cli
