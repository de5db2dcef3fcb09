#include "client/tui/daemon_link.h"

#include <atomic>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "client/cli/login_file.h"
#include "sync/control/client.h"
#include "sync/ids.h"
#include "sync/text/sentence.h"

namespace relais::tui {
namespace {

constexpr std::chrono::milliseconds start_patience{1'500};
constexpr char value_separator = '\x1F';
/// The daemon folds what it prints for people to this width.
constexpr const char* page_columns = "79";
constexpr std::size_t piece_bytes = 64 * 1024;

std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const std::string& value : values) {
    if (&value != &values.front()) all += value_separator;
    all += value;
  }
  return all;
}

/// The bytes in pieces; then that it was all.
sync::InputSource pieces(std::shared_ptr<const std::string> bytes) {
  if (bytes == nullptr) return {};
  return [bytes, at = std::size_t{0},
          over = false]() mutable -> sync::Result<std::optional<proto::Input>> {
    if (over) return std::optional<proto::Input>();
    proto::Input input;
    input.set_bytes(bytes->substr(at, piece_bytes));
    at += input.bytes().size();
    over = at >= bytes->size();
    input.set_last(over);
    return std::optional(std::move(input));
  };
}

}  // namespace

DaemonLink::DaemonLink(boost::asio::io_context& loop, std::string home,
                       std::string as, sync::Language language)
    : loop_(&loop),
      home_(std::move(home)),
      as_(std::move(as)),
      session_(cli::read_login(home_)),
      language_(language),
      leaving_(std::make_shared<std::atomic<bool>>(false)),
      there_(std::make_shared<std::atomic<bool>>(true)) {}

void DaemonLink::act_as(const std::string& session) {
  session_ = sync::from_hex(session).value_or("");
  as_.clear();
}

void DaemonLink::finish() {
  quick_.join();
  *leaving_ = true;
}

proto::Request DaemonLink::request(const Ask& ask) const {
  proto::Request request;
  for (const auto& word : ask.verb) request.add_verb(word);
  for (const auto& value : ask.argument) request.add_argument(value);
  auto& options = *request.mutable_option();
  options["format"] = "json";
  options["columns"] = page_columns;
  for (const auto& [name, values] : ask.option) {
    options[name] = joined(values);
  }
  request.set_as(as_);
  request.set_session(session_);
  request.set_background(ask.background);
  request.set_language(std::string(sync::to_text(language_)));
  request.set_input(ask.input != nullptr);
  return request;
}

Answer DaemonLink::talk(const proto::Request& request, const Ask& ask,
                        const OnAnswer& progress) const {
  Answer answer;
  const auto say = [this](const proto::Sentence& sentence) {
    return sync::say(sync::from_proto(sentence), language_);
  };
  const auto failed = [&](const sync::Error& error) {
    answer.exit_code = sync::exit_code(error.code);
    answer.said.push_back(sync::say(error.what, language_));
  };
  // One that was missing is not waited for again.
  const auto patience =
      there_->load() ? start_patience : std::chrono::milliseconds(0);
  auto client = sync::ControlClient::connect({.home = home_}, patience);
  *there_ = client.has_value();
  if (!client) {
    failed(client.error());
    answer.away = true;
    return answer;
  }
  if (ask.slow) {
    client->stop_when([leaving = leaving_] { return leaving->load(); });
  }
  const auto on_reply = [&](const proto::Reply& reply) -> sync::Result<> {
    if (reply.has_json()) answer.rows.push_back(reply.json());
    if (reply.has_data()) answer.data += reply.data();
    if (reply.has_note()) answer.notes.push_back(say(reply.note()));
    if (reply.has_progress()) {
      Answer so_far;
      so_far.more = true;
      so_far.progress = say(reply.progress());
      progress(so_far);
    }
    return {};
  };
  auto end = client->ask(request, pieces(ask.input), on_reply);
  if (!end) {
    failed(end.error());
    return answer;
  }
  answer.exit_code = end->exit_code();
  answer.login = end->login();
  for (const auto& said : end->sentence()) answer.said.push_back(say(said));
  return answer;
}

void DaemonLink::ask(const Ask& ask, OnAnswer on_answer) {
  const auto deliver = [this, on_answer =
                                  std::move(on_answer)](const Answer& answer) {
    boost::asio::post(*loop_, [this, on_answer, answer] {
      on_answer(answer);
      if (answered_) answered_();
    });
  };
  const OnAnswer progress =
      ask.slow ? OnAnswer(deliver) : OnAnswer([](const Answer&) {});
  // Made here: who asks is who is logged in now.
  boost::asio::post(ask.slow ? slow_ : quick_,
                    [this, ask, deliver, progress, asked = request(ask)] {
                      deliver(talk(asked, ask, progress));
                    });
}

}  // namespace relais::tui
