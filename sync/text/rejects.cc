#include "sync/text/rejects.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "sync/record/tables.h"
#include "sync/text/sentence.h"

namespace relais::sync {
namespace {

/// More refusals than this are in the file only.
constexpr int refusals_told_max = 20;
constexpr std::string_view suffix = ".rejects";

/// A file of refused lines gives the next one its own beginning: what is
/// refused of a.rejects-2.csv goes to a.rejects-3.csv.
std::string beginning_of(const std::string& source) {
  std::string stem = std::filesystem::path(source).replace_extension().string();
  const auto at = stem.rfind(suffix);
  if (at == std::string::npos) return stem;
  const std::string_view after =
      std::string_view(stem).substr(at + suffix.size());
  const bool numbered =
      after.starts_with('-') &&
      after.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (after.empty() || numbered) stem.resize(at);
  return stem;
}

}  // namespace

Rejects::Rejects(std::string source, Language language, Tell tell)
    : source_(std::move(source)),
      csv_(source_.ends_with(".csv")),
      language_(language),
      tell_(std::move(tell)) {}

void Rejects::open() {
  const std::string begins = beginning_of(source_) + std::string(suffix);
  path_ = begins + ".csv";
  for (int number = 2; file_ == nullptr; ++number) {
    file_.reset(std::fopen(path_.c_str(), "wbxe"));
    if (file_ == nullptr && errno != EEXIST) {
      error_ = errno;
      return;
    }
    if (file_ == nullptr)
      path_ = begins + "-" + std::to_string(number) + ".csv";
  }
  write("reject_line", "reject_reason", csv_ ? header_ : "json");
}

void Rejects::write(const std::string& line, const std::string& reason,
                    const std::string& rest) {
  std::string text = csv_line({line, reason}, true);
  text.resize(text.find_last_not_of("\r\n") + 1);
  // A CSV line is cells already; another one becomes a cell.
  text += "," + (csv_ ? rest : csv_line({rest}, true));
  if (csv_) {
    // A quote that was never closed would swallow the lines after this one.
    if (std::count(rest.begin(), rest.end(), '"') % 2 != 0) text += '"';
    text += "\r\n";
  }
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    error_ = errno;
  }
}

void Rejects::add(const proto::Rejected& line) {
  std::string reason;
  for (const proto::Sentence& one : line.sentence()) {
    if (!reason.empty()) reason += ' ';
    reason += say(from_proto(one), language_);
  }
  const std::string number = std::to_string(line.line());
  if (count_++ < refusals_told_max) {
    tell_(Sentence{"Line {0}: {1}", {number, reason}});
  }
  if (file_ == nullptr && error_ == 0) open();
  if (file_ != nullptr) write(number, reason, line.bytes());
}

int Rejects::finish() {
  if (count_ == 0) return 0;
  if (file_ != nullptr && std::fclose(file_.release()) != 0) error_ = errno;
  if (error_ == 0) {
    tell_(Sentence{
        "The refused lines, each with its reason, are in {0}: correct them "
        "there and import that file.",
        {path_}});
  }
  return error_;
}

}  // namespace relais::sync
