#include "client/cli/parse.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

namespace relais::cli {
namespace {

using sync::Language;

constexpr int exit_wrong_use = 2;
constexpr const char* version = "relais " RELAIS_VERSION;

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
  std::variant<Asked, Answered> run();

 private:
  std::string words(const Sentence& sentence) const {
    return sync::say(sentence, line_.language);
  }
  void add_globals();
  void dress(CLI::App& app, const Sentence& help) const;
  CLI::App* app_of(const std::vector<std::string>& path, const Sentence& help);
  void add(const Verb& verb);
  void add_option(Parsed& parsed, const Option& option);
  Asked asked(const Parsed& parsed) const;
  Answered wrong(const std::string& said) const;
  Answered answer(const CLI::ParseError& error);

  CommandLine line_;
  CLI::App root_;
  std::deque<Parsed> parsed_;
  std::string home_ = Globals{}.home;
  std::string format_;
  std::string language_;
  std::string as_;
};

Parser::Parser(const CommandLine& line, const std::vector<Verb>& verbs)
    : line_(line), root_("", "relais") {
  const Sentence about{
      "records of a border post, on this machine and at "
      "headquarters",
      {}};
  dress(root_, about);
  root_.description(words(about));
  root_.require_subcommand(0, 1);
  add_globals();
  for (const Verb& verb : verbs) add(verb);
}

void Parser::dress(CLI::App& app, const Sentence& help) const {
  app.description(words(help));
  app.fallthrough();
  app.set_help_flag("-h,--help", words(Sentence{"this help", {}}));
  app.option_defaults()->group(words(Sentence{"Options", {}}));
  auto formatter = std::make_shared<CLI::Formatter>();
  formatter->label("Usage", words(Sentence{"Usage", {}}));
  formatter->label("OPTIONS", words(Sentence{"[options]", {}}));
  formatter->label("SUBCOMMAND", words(Sentence{"VERB", {}}));
  formatter->label("SUBCOMMANDS", words(Sentence{"VERB", {}}));
  formatter->label("Positionals", words(Sentence{"Arguments", {}}));
  formatter->label("REQUIRED", "");
  formatter->label("TEXT", "");
  app.formatter(formatter);
  app.get_help_ptr()->group(words(Sentence{"Options", {}}));
}

void Parser::add_globals() {
  const auto add_text = [this](const char* name, std::string& value,
                               const char* shown, const Sentence& help) {
    return root_.add_option(name, value, words(help))->type_name(shown);
  };
  add_text("--home", home_, "DIR",
           Sentence{"the post's data and socket (/var/lib/relais)", {}});
  add_text("--format", format_, "table|json|csv",
           Sentence{"table on a terminal, else json", {}});
  add_text("--lang", language_, "fr|en",
           Sentence{"the language, else that of LANG, else French", {}});
  add_text("--as", as_, "ID",
           Sentence{"who is acting, until the first PIN exists", {}});
  root_.set_version_flag("--version", version,
                         words(Sentence{"the version", {}}));
}

CLI::App* Parser::app_of(const std::vector<std::string>& path,
                         const Sentence& help) {
  CLI::App* app = &root_;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto same = [&](const CLI::App* one) {
      return one->get_name() == path[i];
    };
    const auto known = app->get_subcommands(same);
    CLI::App* next = known.empty() ? nullptr : known.front();
    if (next == nullptr) {
      const Sentence family{"files carried by hand, both ways", {}};
      next = app->add_subcommand(path[i]);
      dress(*next, i + 1 == path.size() ? help : family);
      next->group(words(Sentence{"Verbs", {}}));
      if (i + 1 < path.size()) next->require_subcommand(1);
    }
    app = next;
  }
  return app;
}

void Parser::add(const Verb& verb) {
  Parsed& parsed = parsed_.emplace_back();
  parsed.verb = &verb;
  parsed.app = app_of(verb.words, verb.help);
  for (const Argument& argument : verb.arguments) {
    auto& place = parsed.argument.emplace_back();
    auto* option = parsed.app->add_option(argument.name, place);
    option->required(argument.required)->type_name("");
    if (!argument.many) option->expected(1);
  }
  for (const Option& option : verb.options) add_option(parsed, option);
}

void Parser::add_option(Parsed& parsed, const Option& option) {
  const std::string name = "--" + option.name;
  const std::string help = words(option.help);
  if (option.kind == Option::Kind::flag) {
    parsed.app->add_flag(name, parsed.flag[option.name], help);
    return;
  }
  auto* made = parsed.app->add_option(name, parsed.option[option.name], help);
  made->type_name(option.value)->allow_extra_args(false);
  if (option.kind != Option::Kind::list) made->expected(1);
  if (option.kind == Option::Kind::number) made->check(CLI::PositiveNumber);
}

Asked Parser::asked(const Parsed& parsed) const {
  Asked asked;
  asked.verb = parsed.verb;
  asked.globals.home = home_;
  asked.globals.as = as_;
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

Answered Parser::wrong(const std::string& said) const {
  return {exit_wrong_use,
          said + "\n" + words(Sentence{"See relais --help.", {}}) + "\n"};
}

/// CLI11 speaks English; what it says most is said in the person's language.
Answered Parser::answer(const CLI::ParseError& error) {
  const std::string kind = error.get_name();
  std::string said = error.what();
  if (kind == "CallForHelp" || kind == "CallForAllHelp") {
    return {0, root_.help()};
  }
  if (kind == "CallForVersion") return {0, said + "\n"};
  const auto after = [&said](std::string_view mark) {
    const auto at = said.find(mark);
    return at == std::string::npos ? said : said.substr(at + mark.size());
  };
  if (kind == "RequiredError") {
    said.resize(std::min(said.find(" is required"), said.size()));
    return wrong(words(Sentence{"{0} is missing.", {said}}));
  }
  if (kind == "ExtrasError") {
    return wrong(words(
        Sentence{"This is not expected: {0}", {after("not expected: ")}}));
  }
  return wrong(words(Sentence{"Wrong use: {0}", {said}}));
}

std::variant<Asked, Answered> Parser::run() {
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
    if (format_.empty()) format_ = line_.watched ? "table" : "json";
    auto format = sync::format_from_text(format_);
    if (!format) return wrong(words(format.error().what));
    found.globals.format = *format;
    const auto& fault = parsed.verb->fault;
    if (const auto said = fault ? fault(found.invocation) : std::nullopt) {
      return wrong(words(*said));
    }
    return found;
  }
  return Answered{0, root_.help()};
}

}  // namespace

std::variant<Asked, Answered> parse(const CommandLine& line,
                                    const std::vector<Verb>& verbs) {
  return Parser(line, verbs).run();
}

std::string language_option(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& one = arguments[i];
    if (one.starts_with("--lang=")) return one.substr(7);
    if (one == "--lang" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  return {};
}

}  // namespace relais::cli
