#include "client/cli/parse.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "sync/text/page.h"
#include "sync/unicode.h"

namespace relais::cli {
namespace {

using sync::Language;

constexpr int exit_wrong_use = 2;
/// What CLI11 leaves of 80 columns, beside names and options.
constexpr std::size_t help_columns = 49;
constexpr const char* version = "relais " RELAIS_VERSION;

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
  std::variant<Asked, Answered> run();

 private:
  std::string words(const Sentence& sentence) const {
    return sync::say(sentence, line_.language);
  }
  std::string wrapped(const Sentence& sentence) const;
  void add_globals();
  void dress(CLI::App& app, const Sentence& help) const;
  CLI::App* app_of(const std::vector<std::string>& path, const Sentence& help);
  void add(const Verb& verb);
  void add_option(Parsed& parsed, const Option& option);
  Asked asked(const Parsed& parsed) const;
  std::optional<Sentence> fault(const Asked& asked) const;
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

/// In as many lines as the right half of 80 columns needs.
std::string Parser::wrapped(const Sentence& sentence) const {
  sync::Page page(help_columns);
  page.line(words(sentence));
  std::string text = page.take();
  text.pop_back();
  for (std::size_t at = 0; (at = text.find("\n  ", at)) != std::string::npos;) {
    text.erase(++at, 2);  // the page indents what goes on
  }
  return text;
}

void Parser::dress(CLI::App& app, const Sentence& help) const {
  app.description(wrapped(help));
  app.fallthrough();
  app.set_help_flag("-h,--help", words(Sentence{"this help", {}}));
  app.option_defaults()->group(words(Sentence{"Options", {}}));
  auto formatter = std::make_shared<Help>();
  formatter->label("Usage", words(Sentence{"Usage", {}}));
  formatter->label("OPTIONS", words(Sentence{"options", {}}));
  formatter->label("SUBCOMMAND", words(Sentence{"VERB", {}}));
  formatter->label("SUBCOMMANDS", words(Sentence{"VERB", {}}));
  formatter->label("REQUIRED", "");
  app.formatter(formatter);
  app.get_help_ptr()->group(words(Sentence{"Options", {}}));
}

void Parser::add_globals() {
  const auto add_text = [this](const char* name, std::string& value,
                               const char* shown, const Sentence& help) {
    return root_.add_option(name, value, wrapped(help))->type_name(shown);
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
    if (!argument.many) option->expected(1)->allow_extra_args(false);
  }
  for (const Option& option : verb.options) add_option(parsed, option);
}

void Parser::add_option(Parsed& parsed, const Option& option) {
  const std::string name = "--" + option.name;
  const std::string help = wrapped(option.help);
  if (option.kind == Option::Kind::flag) {
    parsed.app->add_flag(name, parsed.flag[option.name], help);
    return;
  }
  auto* made = parsed.app->add_option(name, parsed.option[option.name], help);
  made->type_name(option.value)->allow_extra_args(false);
  if (option.kind != Option::Kind::list) made->expected(1);
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
  std::string program = "relais";
  for (const auto* app = &root_; app != nullptr;) {
    const auto found = app->get_subcommands();
    app = found.empty() ? nullptr : found.front();
    if (app != nullptr) program += " " + app->get_name();
  }
  return {exit_wrong_use,
          said + "\n" + words(Sentence{"See {0} --help.", {program}}) + "\n"};
}

/// CLI11 speaks English; what it says most is said in the person's language.
Answered Parser::answer(const CLI::ParseError& error) {
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const std::string said = error.what();
  const auto before = [&said](const char* mark) {
    return said.substr(0, said.find(mark));
  };
  if (error.get_name() == "CallForVersion") return {0, said + "\n"};
  if (kind == CLI::ExitCodes::Success) return {0, root_.help()};
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
bool is_text(const Option& option, const Invocation& asked) {
  const auto found = asked.option.find(option.name);
  return option.value == "FILE" || found == asked.option.end() ||
         std::all_of(found->second.begin(), found->second.end(),
                     [](const auto& one) { return sync::is_utf8(one); });
}

std::optional<Sentence> Parser::fault(const Asked& asked) const {
  for (const Option& option : asked.verb->options) {
    if (!is_text(option, asked.invocation)) {
      return Sentence{
          "The text is not valid UTF-8. Save or paste it again as UTF-8.", {}};
    }
    if (option.kind != Option::Kind::number) continue;
    const std::string text = asked.invocation.text(option.name);
    if (!asked.invocation.has(option.name)) continue;
    const bool digits =
        text.find_first_not_of("0123456789") == std::string::npos;
    if (digits && text.find_first_not_of('0') != std::string::npos) continue;
    return Sentence{"--{0} takes a whole number above zero, not {1}.",
                    {option.name, text}};
  }
  return asked.verb->fault ? asked.verb->fault(asked.invocation) : std::nullopt;
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
    if (const auto said = fault(found)) return wrong(words(*said));
    return found;
  }
  if (!line_.watched) return Answered{0, root_.help()};
  Asked interface;
  interface.globals.home = home_;
  interface.globals.as = as_;
  return interface;
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
