#include "client/cli/import.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "client/cli/input_file.h"
#include "sync/control/reason.h"
#include "sync/record/tables.h"

namespace relais::cli {
namespace {

using sync::Errc;
using sync::fail;

/// More refusals than this are in the file only.
constexpr int refusals_told_max = 20;

/// The refused lines as CSV: where, why, and the line as it came.
class Rejects {
 public:
  Rejects(const std::string& source, bool csv, Terminal& terminal)
      : path_(std::filesystem::path(source)
                  .replace_extension(".rejects.csv")
                  .string()),
        csv_(csv),
        terminal_(&terminal) {}
  ~Rejects() {
    if (file_ != nullptr) std::fclose(file_);
  }
  Rejects(const Rejects&) = delete;
  Rejects& operator=(const Rejects&) = delete;

  void set_header(std::string header) { header_ = std::move(header); }
  void add(std::uint64_t line, const std::string& bytes,
           const std::vector<Sentence>& reasons);
  /// Tells where they are; false: some could not be written.
  bool finish();

 private:
  void write(const std::string& line, const std::string& reason,
             const std::string& rest);

  std::string path_;
  bool csv_;
  Terminal* terminal_;
  std::string header_;
  std::FILE* file_ = nullptr;
  int count_ = 0;
  bool failed_ = false;
};

void Rejects::write(const std::string& line, const std::string& reason,
                    const std::string& rest) {
  std::string text = sync::csv_line({line, reason}, true);
  text.resize(text.find_last_not_of("\r\n") + 1);
  // A CSV line is cells already; another one becomes a cell.
  text += "," + (csv_ ? rest + "\r\n" : sync::csv_line({rest}, false));
  if (std::fputs(text.c_str(), file_) < 0) failed_ = true;
}

void Rejects::add(std::uint64_t line, const std::string& bytes,
                  const std::vector<Sentence>& reasons) {
  std::string reason;
  for (const Sentence& one : reasons) {
    if (!reason.empty()) reason += ' ';
    reason += sync::say(one, terminal_->language());
  }
  if (count_++ < refusals_told_max) {
    terminal_->tell(Sentence{"Line {0}: {1}", {std::to_string(line), reason}});
  }
  if (file_ == nullptr && !failed_) {
    file_ = std::fopen(path_.c_str(), "wbe");
    failed_ = file_ == nullptr;
    if (!failed_) {
      write("reject_line", "reject_reason", csv_ ? header_ : "json");
    }
  }
  if (file_ != nullptr) write(std::to_string(line), reason, bytes);
}

bool Rejects::finish() {
  if (count_ == 0) return true;
  if (file_ != nullptr) {
    if (std::fclose(std::exchange(file_, nullptr)) != 0) failed_ = true;
  }
  if (failed_) {
    terminal_->tell(Sentence{"The file {0} cannot be written: {1}.",
                             {path_, sync::system_reason(errno)}});
    return false;
  }
  terminal_->tell(
      Sentence{"The refused lines, each with its reason, are in {0}: correct "
               "them there and import that file.",
               {path_}});
  return true;
}

/// The lines that go to the daemon; one too long is refused here.
sync::InputSource lines_of(LineReader& reader, Rejects& rejects, bool csv) {
  return [&reader, &rejects, csv,
          first = true]() mutable -> Result<std::optional<proto::Input>> {
    while (true) {
      auto line = reader.next();
      if (!line) return fail(line.error());
      if (!*line) return std::nullopt;
      if ((*line)->too_long) {
        rejects.add((*line)->number, (*line)->bytes,
                    {Sentence{"The line is too long.", {}}});
        continue;
      }
      if (csv && first) rejects.set_header((*line)->bytes);
      first = false;
      proto::Input input;
      input.set_bytes((*line)->bytes);
      input.set_line((*line)->number);
      input.set_last(true);
      return input;
    }
  };
}

}  // namespace

int run_import(Session& session, const Verb& verb, const Invocation& asked) {
  const std::string& path = asked.argument[1];
  const std::string kind = std::filesystem::path(path).extension().string();
  const bool csv = kind == ".csv";
  auto file = InputFile::open(path);
  if (!file) return session.fail(file.error());

  LineReader reader(*std::move(file), csv);
  Rejects rejects(path, csv, session.terminal());
  proto::Request request = session.request(verb, asked);
  auto& options = *request.mutable_option();
  options["kind"] = csv ? "csv" : "jsonl";
  // What names a line, so that asking again makes no record twice.
  std::error_code unnamed;
  options["file"] = std::filesystem::absolute(path, unnamed).string();
  Wishes wishes;
  wishes.account = true;
  wishes.input = lines_of(reader, rejects, csv);
  wishes.rejected = [&rejects](const proto::Rejected& one) {
    std::vector<Sentence> reasons;
    for (const auto& reason : one.sentence()) {
      reasons.push_back(sentence_of(reason));
    }
    rejects.add(one.line(), one.bytes(), reasons);
  };
  const int code = session.ask(verb, request, wishes);
  const bool all_kept = rejects.finish();
  return code == 0 && !all_kept ? sync::exit_code(Errc::invalid) : code;
}

}  // namespace relais::cli
