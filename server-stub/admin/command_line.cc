#include "server-stub/admin/command_line.h"

#include <deque>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

namespace relais::admin {
namespace {

/// What CLI11 writes into while it reads.
struct Slots {
  std::deque<std::vector<std::string>> arguments;
  std::map<std::string, std::vector<std::string>> texts;
  std::map<std::string, bool> flags;
};

class Reader {
 public:
  Reader(const std::vector<Verb>& verbs, sync::Language language)
      : verbs_(&verbs), language_(language), app_("", "relais-hq") {}

  Asked read(int count, const char* const* words);

 private:
  std::string say(const Sentence& sentence) const {
    return sync::say(sentence, language_);
  }
  void add_globals();
  void add_verb(std::size_t index);
  void add_arguments(CLI::App& command, const Verb& verb, Slots& slots);
  void add_options(CLI::App& command, const Verb& verb, Slots& slots);
  Invocation invocation(const Verb& verb, const Slots& slots) const;

  const std::vector<Verb>* verbs_;
  sync::Language language_;
  CLI::App app_;
  std::map<std::string, CLI::App*> groups_;
  std::vector<CLI::App*> commands_;
  std::deque<Slots> slots_;
  Globals globals_;
  std::string format_;
  std::string lang_;
};

void Reader::add_globals() {
  app_.description(say(Sentence{
      "Relais headquarters: merged records of the posts, and who may send "
      "them",
      {}}));
  app_.require_subcommand(1);
  app_.add_option("--home", globals_.home,
                  say(Sentence{"the folder of this headquarters", {}}))
      ->capture_default_str();
  app_.add_option("--as", globals_.as,
                  say(Sentence{"act as this person, with his rights", {}}));
  app_.add_option("--format", format_, say(Sentence{"table, json or csv", {}}));
  app_.add_option("--lang", lang_, say(Sentence{"fr or en", {}}));
}

void Reader::add_verb(std::size_t index) {
  const Verb& verb = (*verbs_)[index];
  CLI::App* parent = &app_;
  if (verb.words.size() > 1) {
    CLI::App*& group = groups_[verb.words.front()];
    if (group == nullptr) {
      group = app_.add_subcommand(verb.words.front());
      group->require_subcommand(1)->fallthrough();
    }
    parent = group;
  }
  CLI::App* command = parent->add_subcommand(verb.words.back(), say(verb.help));
  command->fallthrough();
  Slots& slots = slots_.emplace_back();
  add_arguments(*command, verb, slots);
  add_options(*command, verb, slots);
  commands_.push_back(command);
}

void Reader::add_arguments(CLI::App& command, const Verb& verb, Slots& slots) {
  for (const Argument& argument : verb.arguments) {
    auto& place = slots.arguments.emplace_back();
    CLI::Option* option = command.add_option(
        // A name for CLI11 may hold no bar.
        argument.name.substr(0, argument.name.find('|')), place);
    option->type_name(argument.name)->required(argument.required);
    option->expected(argument.required ? 1 : 0, argument.many ? 1 << 20 : 1);
  }
}

void Reader::add_options(CLI::App& command, const Verb& verb, Slots& slots) {
  for (const Option& option : verb.options) {
    const std::string name = "--" + option.name;
    if (option.kind == Option::Kind::flag) {
      command.add_flag(name, slots.flags[option.name], say(option.help));
      continue;
    }
    CLI::Option* added =
        command.add_option(name, slots.texts[option.name], say(option.help));
    added->type_name(option.value)->required(option.required);
    added->allow_extra_args(false);
    if (option.kind == Option::Kind::text) added->expected(1);
  }
}

Invocation Reader::invocation(const Verb& verb, const Slots& slots) const {
  Invocation asked;
  for (const auto& values : slots.arguments) {
    asked.argument.insert(asked.argument.end(), values.begin(), values.end());
  }
  for (const Option& option : verb.options) {
    if (option.kind == Option::Kind::flag) {
      if (slots.flags.at(option.name)) asked.option[option.name] = {"true"};
    } else if (const auto& values = slots.texts.at(option.name);
               !values.empty()) {
      asked.option[option.name] = values;
    }
  }
  return asked;
}

Asked Reader::read(int count, const char* const* words) {
  add_globals();
  for (std::size_t i = 0; i < verbs_->size(); ++i) add_verb(i);
  Asked asked;
  try {
    app_.parse(count, words);
  } catch (const CLI::ParseError& stop) {
    std::ostringstream out;
    const int code = app_.exit(stop, out, out);
    asked.text = out.str();
    asked.exit_code = code == 0 ? 0 : sync::exit_code(Errc::usage);
    return asked;
  }
  asked.globals = globals_;
  asked.globals.format_asked = !format_.empty();
  if (!format_.empty()) {
    auto format = sync::format_from_text(format_);
    if (!format) {
      asked.text = say(format.error().what) + "\n";
      asked.exit_code = sync::exit_code(format.error().code);
      return asked;
    }
    asked.globals.format = *format;
  }
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    if (!commands_[i]->parsed()) continue;
    asked.verb = &(*verbs_)[i];
    asked.invocation = invocation(*asked.verb, slots_[i]);
  }
  return asked;
}

}  // namespace

Asked read_command_line(int count, const char* const* words,
                        const std::vector<Verb>& verbs,
                        sync::Language language) {
  return Reader(verbs, language).read(count, words);
}

std::string early_option(int count, const char* const* words,
                         std::string_view name) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == name && i + 1 < count) return words[i + 1];
    if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
      return std::string(word.substr(name.size() + 1));
    }
  }
  return {};
}

}  // namespace relais::admin
