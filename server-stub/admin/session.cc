#include "server-stub/admin/session.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "server-stub/admin/calls.h"
#include "server-stub/admin/files.h"
#include "sync/control/reason.h"
#include "sync/text/rejects.h"
#include "sync/text/sentence.h"
#include "sync/utf8.h"

namespace relais::admin {
namespace {

constexpr char value_separator = '\x1F';

/// Repeated values as one (proto/control.proto).
std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) all += value_separator;
    all += values[i];
  }
  return all;
}

std::string format_name(sync::Format format) {
  switch (format) {
    case sync::Format::table:
      return "table";
    case sync::Format::json:
      return "json";
    case sync::Format::csv:
      return "csv";
  }
  return "table";
}

bool is_csv(const std::string& path) {
  return path.ends_with(".csv");
}

/// What comes back, printed as it comes.
class Answer {
 public:
  Answer(const Verb& verb, const Globals& globals, Terminal& terminal,
         const std::string& target, const std::string& import)
      : alone_(globals.format_asked ? "" : verb.alone),
        lists_(verb.lists),
        terminal_(&terminal),
        rows_({globals.format, terminal.language(), terminal.bold(),
               verb.columns, verb.one},
              [&terminal](std::string_view text) { terminal.print(text); }),
        rejects_(
            import, terminal.language(),
            [&terminal](const sync::Sentence& told) { terminal.tell(told); }) {
    if (!target.empty()) target_.emplace(target);
  }

  Result<> take(const proto::Reply& reply) {
    if (reply.has_json()) return take_row(reply.json());
    if (reply.has_note()) terminal_->tell(sync::from_proto(reply.note()));
    if (reply.has_progress()) {
      terminal_->progress(sync::from_proto(reply.progress()));
    }
    if (reply.has_rejected()) rejects_.add(reply.rejected());
    if (!reply.has_data()) return {};
    if (target_) return target_->write(reply.data());
    terminal_->print(reply.data());
    printed_ = true;
    return {};
  }

  void set_header(const std::string& line) { rejects_.set_header(line); }

  Result<> finish(int exit_code) {
    // A list that failed before its first row is no empty list.
    const bool empty = lists_ && exit_code == 0;
    if ((rows_came_ || empty) && !printed_) rows_.finish();
    if (const int error = rejects_.finish(); error != 0) {
      terminal_->tell(
          sync::Sentence{"The file {0} cannot be written: {1}.",
                         {rejects_.path(), sync::system_reason(error)}});
    }
    if (exit_code != 0 || !target_) return {};
    return target_->finish();
  }

 private:
  Result<> take_row(const std::string& json) {
    rows_came_ = true;
    if (alone_.empty()) return rows_.add(json);
    const auto row = nlohmann::json::parse(json, nullptr, false);
    terminal_->print(row.value(alone_, std::string()) + "\n");
    printed_ = true;
    return {};
  }

  std::string alone_;
  bool lists_;
  Terminal* terminal_;
  sync::RowPrinter rows_;
  std::optional<TargetFile> target_;
  sync::Rejects rejects_;
  bool rows_came_ = false;
  bool printed_ = false;  ///< something that is no row
};

Result<sync::InputSource> source_of(const Verb& verb, const Invocation& asked,
                                    Answer& answer) {
  switch (verb.sends) {
    case Sends::nothing:
      return sync::InputSource();
    case Sends::from: {
      if (!asked.has("from")) return sync::InputSource();
      auto readable = check_readable(asked.text("from"));
      if (!readable) return fail(readable.error());
      return source_of_files({asked.text("from")});
    }
    case Sends::files:
      return source_of_files({asked.argument.begin() +
                                  static_cast<std::ptrdiff_t>(verb.first_file),
                              asked.argument.end()});
    case Sends::lines:
      return source_of_lines(
          asked.argument.at(1), is_csv(asked.argument.at(1)),
          [&answer](const std::string& line) { answer.set_header(line); });
  }
  return sync::InputSource();
}

}  // namespace

proto::Request Session::request(const Verb& verb,
                                const Invocation& asked) const {
  proto::Request request;
  for (const auto& word : verb.words) request.add_verb(word);
  for (const auto& value : asked.argument)
    request.add_argument(sync::as_utf8(value));
  auto& options = *request.mutable_option();
  for (const auto& [name, values] : asked.option) {
    options[name] = sync::as_utf8(joined(values));
  }
  options["format"] = format_name(globals_.format);
  options["columns"] = std::to_string(terminal_->columns());
  if (verb.sends == Sends::lines) {
    const std::string& path = asked.argument.at(1);
    options["kind"] = is_csv(path) ? "csv" : "jsonl";
    std::error_code unnamed;
    options["file"] =
        sync::as_utf8(std::filesystem::absolute(path, unnamed).string());
  }
  request.set_as(globals_.as);
  request.set_language(std::string(to_text(terminal_->language())));
  std::error_code error;
  request.set_directory(
      sync::as_utf8(std::filesystem::current_path(error).string()));
  return request;
}

Result<proto::End> Session::talk(const Verb& verb, const Invocation& asked,
                                 const std::string& target) {
  const bool imports = verb.sends == Sends::lines;
  Answer answer(verb, globals_, *terminal_, target,
                imports ? asked.argument.at(1) : "");
  auto source = source_of(verb, asked, answer);
  if (!source) return fail(source.error());
  proto::Request request = this->request(verb, asked);
  request.set_input(static_cast<bool>(*source));
  const auto on_reply = [&](const proto::Reply& reply) {
    return answer.take(reply);
  };
  auto counter = find_counter(globals_.home);
  if (!counter) return fail(counter.error());
  auto end = admin::answer(*counter, request, *source, on_reply);
  if (!end) return end;
  auto finished = answer.finish(end->exit_code());
  if (!finished) return fail(finished.error());
  return end;
}

int Session::ask(const Verb& verb, const Invocation& asked) {
  Invocation given = asked;
  int worst = 0;
  if (verb.sends == Sends::files) {
    // One that cannot be read stops no other.
    const auto first =
        given.argument.begin() + static_cast<std::ptrdiff_t>(verb.first_file);
    const auto unread = [&](const std::string& path) {
      auto readable = check_readable(path);
      if (readable) return false;
      worst = terminal_->tell(readable.error());
      return true;
    };
    given.argument.erase(std::remove_if(first, given.argument.end(), unread),
                         given.argument.end());
    if (given.argument.size() <= verb.first_file) return worst;
    if (worst != 0) worst = 1;
  }
  std::string target = verb.target == last_argument ? asked.argument.back()
                                                    : asked.text(verb.target);
  std::error_code unseen;
  // An invitation that is lost costs a letter; a backup or an export is made
  // again over the last one.
  if (verb.target == "file" && std::filesystem::exists(target, unseen)) {
    return terminal_->tell(sync::Error{
        Errc::already,
        Sentence{"{0} is there already: give another name", {target}}});
  }
  auto end = talk(verb, given, verb.target.empty() ? "" : target);
  if (!end) return terminal_->tell(end.error());
  for (const auto& sentence : end->sentence()) {
    terminal_->tell(sync::from_proto(sentence));
  }
  return end->exit_code() != 0 ? end->exit_code() : worst;
}

}  // namespace relais::admin
