#include "client/cli/import.h"

#include <filesystem>
#include <utility>

#include "client/cli/input_file.h"
#include "sync/control/reason.h"
#include "sync/text/rejects.h"
#include "sync/utf8.h"

namespace relais::cli {
namespace {

using sync::fail;

/// The lines that go to the daemon, which refuses one too long too.
sync::InputSource lines_of(LineReader& reader, sync::Rejects& rejects,
                           bool csv) {
  return [&reader, &rejects, csv,
          first = true]() mutable -> Result<std::optional<proto::Input>> {
    auto line = reader.next();
    if (!line) return fail(line.error());
    if (!*line) return std::nullopt;
    if (csv && first) rejects.set_header((*line)->bytes);
    first = false;
    proto::Input input;
    input.set_line((*line)->number);
    input.set_last(!(*line)->too_long);
    input.set_bytes(std::move((*line)->bytes));
    return input;
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
  Terminal& terminal = session.terminal();
  sync::Rejects rejects(
      path, terminal.language(),
      [&terminal](const Sentence& told) { terminal.tell(told); });
  proto::Request request = session.request(verb, asked);
  auto& options = *request.mutable_option();
  options["kind"] = csv ? "csv" : "jsonl";
  // What names a line, so that asking again makes no record twice.
  std::error_code unnamed;
  options["file"] =
      sync::as_utf8(std::filesystem::absolute(path, unnamed).string());
  Wishes wishes;
  wishes.account = true;
  wishes.input = lines_of(reader, rejects, csv);
  wishes.rejected = [&rejects](const proto::Rejected& one) {
    rejects.add(one);
  };
  const int code = session.ask(verb, request, wishes);
  if (const int error = rejects.finish(); error != 0) {
    terminal.tell(Sentence{"The file {0} cannot be written: {1}.",
                           {rejects.path(), sync::system_reason(error)}});
  }
  return code;
}

}  // namespace relais::cli
