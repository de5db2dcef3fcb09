#include "server-stub/admin/counter_talk.h"

#include <memory>
#include <utility>

#include "sync/control/framing.h"
#include "sync/text/sentence.h"

namespace relais::admin {
namespace {

/// The file in pieces, as proto::Input wants it.
sync::InputSource source_of(std::string bytes) {
  auto rest = std::make_shared<std::string>(std::move(bytes));
  auto over = std::make_shared<bool>(false);
  return [rest, over]() -> Result<std::optional<proto::Input>> {
    if (*over) return std::optional<proto::Input>();
    proto::Input piece;
    piece.set_bytes(rest->substr(0, sync::control_piece_bytes));
    rest->erase(0, piece.bytes().size());
    piece.set_last(rest->empty());
    *over = rest->empty();
    return std::optional(std::move(piece));
  };
}

/// Its exit code as the error of which it is the name; all refusals look alike
/// to whoever only tells them on.
sync::Error error_of(const proto::End& end) {
  sync::Error error{Errc::invalid, {}};
  for (const Errc code : {Errc::usage, Errc::not_found, Errc::denied}) {
    if (sync::exit_code(code) == end.exit_code()) error.code = code;
  }
  for (const auto& sentence : end.sentence()) {
    if (error.what.id.empty()) {
      error.what = sync::from_proto(sentence);
    } else {
      error.more.push_back(sync::from_proto(sentence));
    }
  }
  return error;
}

}  // namespace

Result<CounterTalk> CounterTalk::open(const Session& session) {
  auto counter = find_counter(session.globals().home);
  if (!counter) return fail(counter.error());
  return CounterTalk(std::move(*counter), session.globals().as,
                     std::string(to_text(session.language())));
}

Result<> CounterTalk::ask(const Question& question,
                          const sync::OnReply& on_reply) {
  proto::Request request;
  for (const auto& word : question.verb) request.add_verb(word);
  for (const auto& one : question.argument) request.add_argument(one);
  for (const auto& [name, value] : question.option) {
    (*request.mutable_option())[name] = value;
  }
  (*request.mutable_option())["format"] = "json";
  request.set_as(as_);
  request.set_language(language_);
  sync::InputSource source;
  if (!question.input.empty()) source = source_of(question.input);
  request.set_input(static_cast<bool>(source));
  auto end = admin::answer(counter_, request, source, on_reply);
  if (!end) return fail(end.error());
  return end->exit_code() == 0 ? Result<>() : fail(error_of(*end));
}

Result<std::vector<nlohmann::ordered_json>> CounterTalk::rows(
    const Question& question) {
  std::vector<nlohmann::ordered_json> all;
  auto asked = ask(question, [&](const proto::Reply& reply) -> Result<> {
    if (reply.has_json()) {
      all.push_back(
          nlohmann::ordered_json::parse(reply.json(), nullptr, false));
    }
    return {};
  });
  if (!asked) return fail(asked.error());
  return all;
}

Result<sync::Bytes> CounterTalk::data(
    const std::vector<std::string>& verb,
    const std::map<std::string, std::string>& option) {
  sync::Bytes all;
  auto asked = ask({verb, {}, option}, [&](const proto::Reply& reply) {
    if (reply.has_data()) all += reply.data();
    return Result<>();
  });
  if (!asked) return fail(asked.error());
  return all;
}

}  // namespace relais::admin
