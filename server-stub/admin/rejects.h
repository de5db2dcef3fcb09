#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "server-stub/admin/terminal.h"

namespace relais::admin {

/// Lines of an import that were refused, in FILE.rejects.csv: where, why, and
/// the line as it came. Made when the first one comes.
class Rejects {
 public:
  Rejects(const std::string& source, Terminal& terminal);

  /// What names the columns of a CSV, as it came.
  void set_header(std::string header) { header_ = std::move(header); }
  void add(std::uint64_t line, const std::string& reason,
           const std::string& text);
  /// Tells where they are; false: some could not be written.
  bool finish();

 private:
  void write(const std::string& line, const std::string& reason,
             const std::string& rest);

  std::string path_;
  bool csv_;
  Terminal* terminal_;
  std::string header_;
  std::ofstream file_;
  int count_ = 0;
};

}  // namespace relais::admin
