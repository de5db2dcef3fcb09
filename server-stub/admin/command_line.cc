#include "server-stub/admin/command_line.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "sync/text/page.h"
#include "sync/unicode.h"

namespace relais::admin {
namespace {

/// What CLI11 leaves of 80 columns, beside names and options.
constexpr std::size_t help_columns = 49;

/// The usage line names the arguments; a list of them would say no more.
class Help final : public CLI::Formatter {
 public:
  std::string make_positionals(const CLI::App*) const override { return ""; }
};

/// A verb as CLI11 sees it, and what it found.
struct Parsed {
  const Verb* verb = nullptr;
  CLI::App* app = nullptr;
  std::deque<std::vector<std::string>> argument;
  std::map<std::string, std::vector<std::string>> option;
  std::map<std::string, bool> flag;
};

class Parser {
 public:
  Parser(const CommandLine& line, const std::vector<Verb>& verbs);
  Asked run();

 private:
  std::string words(const Sentence& sentence) const {
    return sync::say(sentence, line_.language);
  }
  std::string wrapped(const Sentence& sentence) const;
  void dress(CLI::App& app, const Sentence& help) const;
  void add_globals();
  void add(const Verb& verb);
  void add_arguments(Parsed& parsed);
  void add_options(Parsed& parsed);
  CLI::App* app_of(const Verb& verb);
  Asked asked(const Parsed& parsed) const;
  Asked wrong(const std::string& said) const;
  std::string unknown_verb() const;
  Asked answer(const CLI::ParseError& error) const;

  CommandLine line_;
  CLI::App root_;
  std::map<std::string, CLI::App*> family_;
  std::map<std::string, std::string> verbs_of_;  ///< a family: their names
  std::deque<Parsed> parsed_;
  Globals globals_;
  std::string format_;
  std::string language_;
};

Parser::Parser(const CommandLine& line, const std::vector<Verb>& verbs)
    : line_(line), root_("", "relais-hq") {
  dress(root_,
        Sentence{"headquarters of Relais: records of all posts, merged", {}});
  root_.require_subcommand(1);
  add_globals();
  for (const Verb& verb : verbs) add(verb);
}

/// In as many lines as the right half of 80 columns needs.
std::string Parser::wrapped(const Sentence& sentence) const {
  sync::Page page(help_columns);
  page.line(words(sentence));
  std::string text = page.take();
  text.pop_back();
  for (std::size_t at = 0; (at = text.find("\n  ", at)) != text.npos;) {
    text.erase(++at, 2);  // the page indents what goes on
  }
  return text;
}

void Parser::dress(CLI::App& app, const Sentence& help) const {
  app.description(wrapped(help));
  app.fallthrough();
  app.set_help_flag("-h,--help", words(Sentence{"this help", {}}));
  const std::string options = words(Sentence{"Options", {}});
  app.option_defaults()->group(options);
  auto formatter = std::make_shared<Help>();
  formatter->label("Usage", words(Sentence{"Usage", {}}));
  formatter->label("OPTIONS", words(Sentence{"options", {}}));
  formatter->label("SUBCOMMAND", words(Sentence{"VERB", {}}));
  formatter->label("SUBCOMMANDS", words(Sentence{"VERB", {}}));
  formatter->label("REQUIRED", "");
  app.formatter(formatter);
  app.get_help_ptr()->group(options);
}

void Parser::add_globals() {
  const auto add_text = [this](const char* name, std::string& value,
                               const char* shown, const Sentence& help) {
    root_.add_option(name, value, wrapped(help))->type_name(shown);
  };
  add_text("--home", globals_.home, "DIR",
           Sentence{"headquarters' data and socket (/var/lib/relais-hq)", {}});
  add_text("--format", format_, "table|json|csv",
           Sentence{"table on a terminal, else json", {}});
  add_text("--lang", language_, "fr|en",
           Sentence{"the language, else that of LANG, else French", {}});
  add_text("--as", globals_.as, "ID",
           Sentence{"the author, with his rights; recorded as by shell", {}});
  root_.set_version_flag("--version", "relais-hq " RELAIS_VERSION,
                         words(Sentence{"the version", {}}));
}

CLI::App* Parser::app_of(const Verb& verb) {
  CLI::App* parent = &root_;
  const std::string group = words(Sentence{"Verbs", {}});
  if (verb.words.size() > 1) {
    CLI::App*& family = family_[verb.words.front()];
    if (family == nullptr) {
      family = root_.add_subcommand(verb.words.front());
      dress(*family, Sentence{});
      family->group(group);
      family->require_subcommand(1);
    }
    std::string& verbs = verbs_of_[verb.words.front()];
    verbs += (verbs.empty() ? "" : ", ") + verb.words.back();
    family->description(wrapped(Sentence{"{0}", {verbs}}));
    parent = family;
  }
  CLI::App* app = parent->add_subcommand(verb.words.back());
  dress(*app, verb.help);
  app->group(group);
  return app;
}

void Parser::add(const Verb& verb) {
  Parsed& parsed = parsed_.emplace_back();
  parsed.verb = &verb;
  parsed.app = app_of(verb);
  add_arguments(parsed);
  add_options(parsed);
}

void Parser::add_arguments(Parsed& parsed) {
  for (const Argument& argument : parsed.verb->arguments) {
    auto& place = parsed.argument.emplace_back();
    auto* option = parsed.app->add_option(argument.name, place);
    option->required(argument.required)->type_name("");
    if (!argument.many) option->expected(1)->allow_extra_args(false);
  }
}

void Parser::add_options(Parsed& parsed) {
  for (const Option& option : parsed.verb->options) {
    const std::string name = "--" + option.name;
    const std::string help = wrapped(option.help);
    if (option.kind == Option::Kind::flag) {
      parsed.app->add_flag(name, parsed.flag[option.name], help);
      continue;
    }
    auto* made = parsed.app->add_option(name, parsed.option[option.name], help);
    made->type_name(option.value)->allow_extra_args(false);
    made->required(option.required);
    if (option.kind != Option::Kind::list) made->expected(1);
  }
}

Asked Parser::asked(const Parsed& parsed) const {
  Asked asked;
  asked.verb = parsed.verb;
  asked.globals = globals_;
  for (const auto& values : parsed.argument) {
    asked.invocation.argument.insert(asked.invocation.argument.end(),
                                     values.begin(), values.end());
  }
  for (const auto& [name, values] : parsed.option) {
    if (!values.empty()) asked.invocation.option[name] = values;
  }
  for (const auto& [name, given] : parsed.flag) {
    if (given) asked.invocation.option[name] = {"true"};
  }
  return asked;
}

Asked Parser::wrong(const std::string& said) const {
  Asked asked;
  std::string program = "relais-hq";
  for (const auto* app = &root_; app != nullptr;) {
    const auto found = app->get_subcommands();
    app = found.empty() ? nullptr : found.front();
    if (app != nullptr) program += " " + app->get_name();
  }
  asked.text =
      said + "\n" + words(Sentence{"See {0} --help.", {program}}) + "\n";
  asked.exit_code = sync::exit_code(Errc::usage);
  return asked;
}

/// The word after which help was asked for, where it names no verb; "": none.
std::string Parser::unknown_verb() const {
  const CLI::App* last = &root_;
  while (!last->get_subcommands().empty()) {
    last = last->get_subcommands().front();
  }
  const auto left = root_.remaining(true);
  const bool group = !last->get_subcommands({}).empty();
  const auto word = std::find_if(
      left.begin(), left.end(),
      [](const std::string& one) { return !one.starts_with('-'); });
  return group && word != left.end() ? *word : std::string();
}

/// CLI11 speaks English; what it says most is said in the person's language.
Asked Parser::answer(const CLI::ParseError& error) const {
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const std::string said = error.what();
  const auto before = [&said](const char* mark) {
    return said.substr(0, said.find(mark));
  };
  Asked asked;
  if (kind == CLI::ExitCodes::Success) {
    const bool version = error.get_name() == "CallForVersion";
    const std::string unknown = unknown_verb();
    if (!version && !unknown.empty()) {
      return wrong(words(Sentence{"This is not expected: {0}", {unknown}}));
    }
    asked.text = version ? said + "\n" : root_.help();
    return asked;
  }
  if (kind == CLI::ExitCodes::RequiredError) {
    const std::string what = before(" is required");
    if (what == "A subcommand") {
      return wrong(words(Sentence{"A verb is missing.", {}}));
    }
    return wrong(words(Sentence{"{0} is missing.", {what}}));
  }
  if (kind == CLI::ExitCodes::ExtrasError) {
    const auto at = said.find(": ");
    const std::string what = at == said.npos ? said : said.substr(at + 2);
    return wrong(words(Sentence{"This is not expected: {0}", {what}}));
  }
  if (kind == CLI::ExitCodes::ArgumentMismatch) {
    const bool often = said.find("At Most") != std::string::npos;
    const Sentence twice{"{0} may be given once only.", {before(":")}};
    const Sentence without{"{0} needs a value.", {before(":")}};
    return wrong(words(often ? twice : without));
  }
  return wrong(words(Sentence{"Wrong use: {0}", {said}}));
}

/// Only a file may have a name that is no text.
bool are_texts(const Verb& verb, const Invocation& asked) {
  return std::all_of(
      verb.options.begin(), verb.options.end(), [&](const Option& option) {
        const auto found = asked.option.find(option.name);
        return option.value == "FILE" || found == asked.option.end() ||
               std::all_of(found->second.begin(), found->second.end(),
                           [](const auto& one) { return sync::is_utf8(one); });
      });
}

Asked Parser::run() {
  std::vector<std::string> reversed(line_.arguments.rbegin(),
                                    line_.arguments.rend());
  try {
    root_.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return answer(error);
  }
  for (const Parsed& parsed : parsed_) {
    if (!parsed.app->parsed()) continue;
    Asked found = asked(parsed);
    found.globals.format_asked = !format_.empty();
    if (format_.empty()) format_ = line_.watched ? "table" : "json";
    auto format = sync::format_from_text(format_);
    if (!format) return wrong(words(format.error().what));
    found.globals.format = *format;
    if (are_texts(*found.verb, found.invocation)) return found;
    return wrong(words(Sentence{
        "The text is not valid UTF-8. Save or paste it again as UTF-8.", {}}));
  }
  return wrong(words(Sentence{"A verb is missing.", {}}));
}

}  // namespace

Asked parse(const CommandLine& line, const std::vector<Verb>& verbs) {
  return Parser(line, verbs).run();
}

std::string language_option(const std::vector<std::string>& arguments) {
  constexpr std::string_view joined = "--lang=";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& one = arguments[i];
    if (one.starts_with(joined)) return one.substr(joined.size());
    if (one == "--lang" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  return {};
}

}  // namespace relais::admin
