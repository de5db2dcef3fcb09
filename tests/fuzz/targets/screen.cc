#include <nlohmann/json.hpp>

#include "sync/record/tables.h"
#include "sync/text/messages.h"
#include "sync/text/page.h"
#include "sync/text/table.h"
#include "sync/unicode.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// Nothing that moves a cursor, changes a colour or turns the text around.
void expect_harmless(std::string_view shown, bool lines) {
  CHECK(sync::is_utf8(shown));
  CHECK(sync::printable(shown, lines) == shown);
  for (const char byte : shown) {
    const auto code = static_cast<unsigned char>(byte);
    CHECK(code >= 0x20 || (lines && byte == '\n'));
    CHECK(code != 0x7F);
  }
}

std::string printed_as(sync::Format format, bool one, std::string_view input) {
  std::string out;
  sync::Look look;
  look.format = format;
  look.one = one;
  sync::RowPrinter printer(look, [&](std::string_view text) { out += text; });
  const nlohmann::ordered_json row = {{"title", input}, {"held", input}};
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  CHECK(printer.add(row.dump(-1, ' ', false, replace)));
  static_cast<void>(printer.add(input));
  printer.finish();
  return out;
}

void expect_clean_stays(std::string_view input) {
  for (const bool one_line : {true, false}) {
    const auto clean = sync::clean_text(input, one_line);
    if (!clean) continue;
    CHECK(sync::is_clean_text(*clean));
    const auto again = sync::clean_text(*clean, one_line);
    CHECK(again && *again == *clean);
    CHECK(!one_line || clean->find('\n') == std::string::npos);
    expect_harmless(*clean, true);
    sync::search_key(*clean);
    CHECK(sync::count_characters(*clean) <= clean->size());
  }
}

}  // namespace

FUZZ_TARGET(screen) {
  const std::string text(input);
  expect_harmless(sync::printable(input), false);
  expect_harmless(sync::printable(input, true), true);
  for (const auto language : {sync::Language::fr, sync::Language::en}) {
    expect_harmless(sync::say({"{0} {1}", {text, "x"}}, language), false);
    expect_harmless(sync::say({text, {text}}, language), false);
    sync::Page page(40, language);
    page.heading(input);
    page.line(input, 2);
    page.field(input, input);
    expect_harmless(page.take(), true);
  }
  expect_harmless(printed_as(sync::Format::table, false, input), true);
  expect_harmless(printed_as(sync::Format::table, true, input), true);
  expect_harmless(printed_as(sync::Format::json, true, input), true);
  expect_clean_stays(input);
}
