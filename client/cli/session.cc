#include "client/cli/session.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <utility>

#include "client/cli/login_file.h"
#include "sync/text/sentence.h"
#include "sync/utf8.h"

namespace relais::cli {
namespace {

/// Whoever types `relaisd &` types the next verb a moment later.
constexpr std::chrono::milliseconds start_patience{1'500};

/// As shells count a program that Ctrl-C ended.
constexpr int exit_interrupted = 130;
constexpr char value_separator = '\x1F';

volatile std::sig_atomic_t interrupt_seen = 0;

void on_interrupt(int) {
  interrupt_seen = 1;
}

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

}  // namespace

bool Session::interrupted() {
  return interrupt_seen != 0;
}

void Session::catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // without SA_RESTART: waits are woken
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one kills
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

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
  request.set_as(globals_.as);
  request.set_session(read_login(globals_.home));
  request.set_language(std::string(to_text(terminal_->language())));
  std::error_code error;
  request.set_directory(
      sync::as_utf8(std::filesystem::current_path(error).string()));
  return request;
}

sync::Result<proto::End> Session::talk(const Verb& verb,
                                       const proto::Request& request,
                                       const Wishes& wishes) {
  auto client =
      sync::ControlClient::connect({.home = globals_.home}, start_patience);
  if (!client) return sync::fail(client.error());
  using Stop = sync::ControlClient::Stop;
  client->stop_when(interrupted,
                    wishes.account ? Stop::with_account : Stop::at_once);
  const sync::Look look{.format = globals_.format,
                        .language = terminal_->language(),
                        .bold = terminal_->bold(),
                        .columns = verb.columns,
                        .one = verb.one};
  sync::RowPrinter rows(
      look, [this](std::string_view text) { terminal_->print(text); });
  bool printed_data = false;
  const auto on_reply = [&](const proto::Reply& reply) -> sync::Result<> {
    if (reply.has_json() && wishes.row) wishes.row(reply.json());
    if (reply.has_json() && !wishes.row) return rows.add(reply.json());
    if (reply.has_note()) terminal_->tell(sync::from_proto(reply.note()));
    if (reply.has_progress()) {
      terminal_->progress(sync::from_proto(reply.progress()));
    }
    if (reply.has_rejected() && wishes.rejected) {
      wishes.rejected(reply.rejected());
    }
    if (!reply.has_data()) return {};
    if (wishes.data) return wishes.data(reply.data());
    printed_data = true;
    terminal_->print(reply.data());
    return {};
  };
  auto end = client->ask(request, wishes.input, on_reply);
  // A list that failed before its first row is no empty list.
  const bool printed = printed_data || wishes.row;
  if (end && (end->exit_code() == 0 || rows.any()) && !printed) {
    rows.finish();
  }
  return end;
}

int Session::ask(const Verb& verb, const proto::Request& request,
                 const Wishes& wishes) {
  auto end = talk(verb, request, wishes);
  if (!end) return fail(end.error());
  for (const auto& sentence : end->sentence()) {
    terminal_->tell(sync::from_proto(sentence));
  }
  if (wishes.account && interrupted()) return exit_interrupted;
  return end->exit_code();
}

void Session::print(const std::string& json) {
  sync::RowPrinter rows(
      {.format = globals_.format,
       .language = terminal_->language(),
       .bold = terminal_->bold(),
       .one = true},
      [this](std::string_view text) { terminal_->print(text); });
  if (rows.add(json)) rows.finish();
}

int Session::fail(const sync::Error& error) {
  if (interrupted()) return exit_interrupted;
  terminal_->tell(error);
  return sync::exit_code(error.code);
}

}  // namespace relais::cli
