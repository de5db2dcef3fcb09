#include "server-stub/admin/rejects.h"

#include <filesystem>

#include "sync/record/tables.h"

namespace relais::admin {
namespace {

/// More refusals than this are in the file only.
constexpr int refusals_told_max = 20;

}  // namespace

Rejects::Rejects(const std::string& source, Terminal& terminal)
    : path_(std::filesystem::path(source)
                .replace_extension(".rejects.csv")
                .string()),
      csv_(source.ends_with(".csv")),
      terminal_(&terminal) {}

void Rejects::write(const std::string& line, const std::string& reason,
                    const std::string& rest) {
  std::string text = sync::csv_line({line, reason}, true);
  text.resize(text.find_last_not_of("\r\n") + 1);
  // A CSV line is cells already; another one becomes a cell.
  text += "," + (csv_ ? rest + "\r\n" : sync::csv_line({rest}, false));
  file_ << text;
}

void Rejects::add(std::uint64_t line, const std::string& reason,
                  const std::string& text) {
  if (count_++ < refusals_told_max) {
    terminal_->tell(
        sync::Sentence{"Line {0}: {1}", {std::to_string(line), reason}});
  }
  if (!file_.is_open()) {
    file_.open(path_, std::ios::binary | std::ios::trunc);
    write("reject_line", "reject_reason", csv_ ? header_ : "json");
  }
  write(std::to_string(line), reason, text);
}

bool Rejects::finish() {
  if (count_ == 0) return true;
  file_.close();
  if (!file_) {
    terminal_->tell(sync::Sentence{"{0} cannot be written", {path_}});
    return false;
  }
  terminal_->tell(sync::Sentence{
      "The refused lines, each with its reason, are in {0}: correct "
      "them there and import that file.",
      {path_}});
  return true;
}

}  // namespace relais::admin
