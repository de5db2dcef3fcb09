#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "proto/control.pb.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// The lines of an import that were refused, beside its file as CSV: where,
/// why, and the line as it came, so that the file can be corrected and
/// imported. Made when the first one comes, and never over another file, which
/// somebody may have corrected by hand: FILE.rejects.csv, FILE.rejects-2.csv...
class Rejects {
 public:
  using Tell = std::function<void(const Sentence&)>;

  Rejects(std::string source, Language language, Tell tell);

  /// What names the columns of a CSV, as it came.
  void set_header(std::string header) { header_ = std::move(header); }
  /// The first of them are told too.
  void add(const proto::Rejected& line);
  /// Tells where they are. 0, or the errno of what could not be written.
  int finish();
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void open();
  void write(const std::string& line, const std::string& reason,
             const std::string& rest);

  std::string source_;
  bool csv_;
  Language language_;
  Tell tell_;
  std::string path_;
  std::string header_;
  std::unique_ptr<std::FILE, Close> file_;
  int count_ = 0;
  int error_ = 0;
};

}  // namespace relais::sync
