#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "client/cli/input_file.h"
#include "client/cli/sealed_report.h"
#include "client/cli/session.h"

/// `relais report`: words come in on a file or on standard input, never on the
/// command line, where every process of the machine may read them.
namespace relais::cli {
namespace {

using nlohmann::json;
using sync::Errc;

constexpr std::size_t input_bytes_max = 64UL * 1024;
constexpr const char* code_name = "code";

struct Words {
  std::string form = "incident";
  std::string mode;
  std::string code;  ///< of a report that this adds to
  SealedAnswers answers;
};

Result<std::string> whole_file(const std::string& path) {
  auto file = InputFile::open(path);
  if (!file) return sync::fail(file.error());
  auto text = file->read(input_bytes_max + 1);
  if (!text || text->size() <= input_bytes_max) return text;
  return sync::fail(Errc::over_limit, "The file is larger than {0} bytes",
                    {std::to_string(input_bytes_max)});
}

Result<json> read_words(const Invocation& asked) {
  auto text = whole_file(asked.text("from"));
  if (!text) return sync::fail(text.error());
  json from = json::parse(*text, nullptr, false);
  sync::wipe(*text);
  if (from.is_object()) return from;
  return sync::fail(Errc::invalid,
                    "This is no report: it should be {...}, a text for each "
                    "question. `relais report --questions` lists them");
}

Words words_in(const json& from, const std::string& mode_field) {
  Words words;
  for (const auto& [name, value] : from.items()) {
    std::string text = value.is_string()
                           ? value.get<std::string>()
                           : (value.is_null() ? "" : value.dump());
    if (name == mode_field) {
      words.mode = std::move(text);
    } else if (name == code_name) {
      words.code = std::move(text);
    } else {
      words.answers[name] = std::move(text);
    }
  }
  return words;
}

/// Asks the daemon for one thing and prints nothing of it. In nobody's name.
int ask_quietly(Session& session, std::vector<std::string> verb,
                const std::vector<std::string>& argument, Wishes& wishes) {
  const Verb quiet{.words = std::move(verb),
                   .help = {},
                   .arguments = {},
                   .options = {},
                   .one = true};
  proto::Request request = session.request(quiet, {argument, {}});
  request.clear_as();
  request.set_input(static_cast<bool>(wishes.input));
  return session.ask(quiet, request, wishes);
}

sync::InputSource source_of(sync::Bytes bytes) {
  auto left = std::make_shared<std::optional<sync::Bytes>>(std::move(bytes));
  return [left]() -> Result<std::optional<proto::Input>> {
    if (!*left) return std::optional<proto::Input>();
    proto::Input piece;
    piece.set_bytes(**left);
    piece.set_last(true);
    left->reset();
    return std::optional(std::move(piece));
  };
}

Result<SealedForm> form_for(Session& session, const std::string& id,
                            int& code) {
  std::string row;
  Wishes wishes;
  wishes.row = [&](const std::string& one) { row = one; };
  code = ask_quietly(session, {"sealing"}, {id}, wishes);
  return SealedForm::read(row);
}

/// Codes of tables are looked up here: nobody can ask back later.
std::vector<Sentence> unknown_codes(Session& session, const SealedForm& form,
                                    const Words& words) {
  std::vector<Sentence> faults;
  for (const SealedQuestion& one : form.questions(words.mode)) {
    const auto answer = words.answers.find(one.address);
    if (one.list.empty() || answer == words.answers.end()) continue;
    std::vector<std::string> known;
    Wishes wishes;
    wishes.row = [&](const std::string& row) {
      known.push_back(json::parse(row, nullptr, false).value("code", ""));
    };
    if (ask_quietly(session, {"choices"}, {one.list}, wishes) != 0) continue;
    std::string rest = answer->second;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      const std::string code = rest.substr(0, comma);
      rest.erase(0, comma + 1);
      if (std::find(known.begin(), known.end(), code) != known.end()) continue;
      faults.push_back(Sentence{
          "{0}: {1} is not a code of the table {2}. `relais reference {2}` "
          "lists them.",
          {one.address, code, one.list}});
    }
  }
  return faults;
}

/// On the terminal, whatever standard input is; where there is none, whoever
/// runs this has kept what was printed.
bool is_written_down(Session& session, const std::string& code) {
  session.terminal().print(sync::code_in_groups(code) + "\n");
  session.terminal().flush();
  const int terminal = ::open("/dev/tty", O_RDONLY | O_CLOEXEC);
  if (terminal < 0) return true;
  session.terminal().tell(
      Sentence{"Write this code down on paper: it is shown once, and is the "
               "only way to add something later or to read an answer. Then "
               "type its last four digits.",
               {}});
  std::string typed(64, '\0');
  const ssize_t size = ::read(terminal, typed.data(), typed.size());
  ::close(terminal);
  typed.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (typed.ends_with('\n')) typed.pop_back();
  return typed == code.substr(code.size() - 4);
}

int refuse(Session& session, const std::vector<Sentence>& faults) {
  sync::Error error{Errc::invalid, faults.front()};
  error.more.assign(faults.begin() + 1, faults.end());
  return session.fail(error);
}

int send(Session& session, const SealedForm& form, const Words& words) {
  auto faults = form.faults(words.mode, words.answers);
  for (auto& fault : unknown_codes(session, form, words)) {
    faults.push_back(std::move(fault));
  }
  if (!faults.empty()) return refuse(session, faults);
  sync::SystemRandom random;
  const bool later = words.mode.empty();
  const std::string code = later ? words.code : sync::make_report_code(random);
  auto key = sync::key_of_code(code);
  if (!key) return session.fail(key.error());
  if (!later && !is_written_down(session, code)) {
    return session.fail({Errc::invalid,
                         {"These are not its last four digits: nothing was "
                          "sent. Begin again.",
                          {}}});
  }
  auto envelopes = form.seal(words.mode, words.answers, *key);
  if (!envelopes) return session.fail(envelopes.error());
  Wishes wishes;
  wishes.input = source_of(std::move(*envelopes));
  const int done = ask_quietly(session, {"report"}, {}, wishes);
  if (done != 0) return done;
  session.terminal().tell(
      Sentence{"Sealed for {0}. It leaves this machine within days, one "
               "envelope a day; nothing here shows that you reported.",
               {sync::say(form.readers(words.mode, words.answers),
                          session.terminal().language())}});
  return 0;
}

int list_questions(Session& session, const SealedForm& form) {
  Terminal& terminal = session.terminal();
  std::string modes;
  for (const auto& [code, label] : form.modes()) {
    if (code == form.open_mode()) continue;
    modes += (modes.empty() ? "" : ", ") + code;
  }
  terminal.print(form.mode_field() + "  " + form.label() + ": " + modes + "\n");
  for (const SealedQuestion& one : form.questions("?")) {
    std::string values = one.list;
    for (const auto& [code, label] : one.choices) {
      values += (values.empty() ? "" : ", ") + code;
    }
    terminal.print(one.address + (one.required ? " *  " : "  ") + one.label +
                   (values.empty() ? "" : ": " + values) + "\n");
  }
  return 0;
}

int run_report(Session& session, const Verb&, const Invocation& asked) {
  int code = 0;
  auto form = form_for(session, "incident", code);
  if (code != 0) return code;
  if (!form) return session.fail(form.error());
  if (asked.has("questions")) return list_questions(session, *form);
  auto from = read_words(asked);
  if (!from) return session.fail(from.error());
  return send(session, *form, words_in(*from, form->mode_field()));
}

int run_replies(Session& session, const Verb&, const Invocation& asked) {
  auto from = read_words(asked);
  if (!from) return session.fail(from.error());
  auto key = sync::key_of_code(from->value(code_name, ""));
  if (!key) return session.fail(key.error());
  sync::Bytes envelopes;
  Wishes wishes;
  wishes.data = [&](const std::string& bytes) {
    envelopes += bytes;
    return Result<>();
  };
  const int code = ask_quietly(session, {"replies"}, {}, wishes);
  if (code != 0) return code;
  const auto texts = replies_for(*key, envelopes);
  for (const std::string& text : texts) session.terminal().print(text + "\n");
  if (texts.empty()) {
    session.terminal().tell(Sentence{"There is nothing new.", {}});
  }
  return 0;
}

std::optional<Sentence> needs_from(const Invocation& asked) {
  if (asked.has("from") || asked.has("questions")) return std::nullopt;
  return Sentence{
      "Say where the words are: --from FILE, or - for standard input.", {}};
}

}  // namespace

std::vector<Verb> sealed_verbs() {
  const Option from{"from", Option::Kind::text, "FILE",
                    Sentence{"JSON, a text for each question (-: from standard "
                             "input); with \"code\", it adds to that report",
                             {}}};
  return {
      {.words = {"report"},
       .help = Sentence{"reports anonymously or in confidence: sealed here, "
                        "for its recipients alone",
                        {}},
       .arguments = {},
       .options = {from,
                   {"questions", Option::Kind::flag, "",
                    Sentence{"lists what is asked", {}}}},
       .one = true,
       .fault = needs_from,
       .run = run_report},
      {.words = {"replies"},
       .help = Sentence{"reads what was answered to a report, with its "
                        "code",
                        {}},
       .arguments = {},
       .options = {{"from", Option::Kind::text, "FILE",
                    Sentence{"JSON with \"code\" (-: from standard input)",
                             {}}}},
       .one = true,
       .fault = needs_from,
       .run = run_replies}};
}

}  // namespace relais::cli
