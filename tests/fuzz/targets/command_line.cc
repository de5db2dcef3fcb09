#include <sstream>

#include "client/cli/parse.h"
#include "sync/replica/enrolment.h"
#include "sync/text/messages.h"
#include "sync/unicode.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

void expect_code_kept(std::string_view text) {
  const auto code = sync::decode_code(text);
  if (!code) return;
  CHECK(code->secret.size() == 10);
  const auto again = sync::decode_code(sync::encode_code(*code));
  CHECK(again && again->secret == code->secret &&
        again->root_bits == code->root_bits);
}

const std::vector<cli::Verb>& all_verbs() {
  static const std::vector<cli::Verb> verbs = [] {
    std::vector<cli::Verb> all = cli::record_verbs();
    for (auto family : {cli::exchange_verbs(), cli::machine_verbs()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return verbs;
}

}  // namespace

// What configures a program: its words, one a line, and the code that a person
// types. There is no configuration file.
FUZZ_TARGET(command_line) {
  expect_code_kept(input);
  cli::CommandLine line;
  std::istringstream in{std::string(input)};
  for (std::string word; std::getline(in, word);) {
    line.arguments.push_back(word);
  }
  const auto language = sync::choose_language(
      cli::language_option(line.arguments), [](const char*) { return ""; });
  line.language = language.value_or(sync::Language::en);

  const auto parsed = cli::parse(line, all_verbs());

  if (const auto* asked = std::get_if<cli::Asked>(&parsed)) {
    CHECK(asked->verb != nullptr);
    return;
  }
  const auto& answered = std::get<cli::Answered>(parsed);
  CHECK(answered.exit_code == 0 || answered.exit_code == 2);
  CHECK(sync::printable(answered.text, true) == answered.text);
}
