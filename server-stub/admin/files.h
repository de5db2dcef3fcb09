#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "server-stub/admin/verb.h"
#include "sync/control/client.h"

namespace relais::admin {

/// Bytes of an answer on their way into a file: written beside it, and there
/// whole or not at all. Only its owner may read it.
class TargetFile {
 public:
  explicit TargetFile(std::filesystem::path path);
  ~TargetFile();
  TargetFile(const TargetFile&) = delete;
  TargetFile& operator=(const TargetFile&) = delete;

  Result<> write(std::string_view bytes);
  /// Synced, and under its name.
  Result<> finish();

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  int file_ = -1;
};

/// What goes along with a request. "-" is standard input.
sync::InputSource source_of_files(std::vector<std::string> paths);
/// One line each, a record of a CSV whole. `first`: told the first one.
Result<sync::InputSource> source_of_lines(
    const std::string& path, bool csv,
    std::function<void(const std::string&)> first);
/// not_found or denied when it cannot be read.
Result<> check_readable(const std::string& path);

}  // namespace relais::admin
