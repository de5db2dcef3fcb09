#include "sync/text/table.h"

#include <gtest/gtest.h>

#include "sync/unicode.h"

namespace relais::sync {
namespace {

std::string printed(Look look, const std::vector<std::string>& rows) {
  std::string out;
  look.language = Language::en;
  RowPrinter printer(look, [&](std::string_view text) { out += text; });
  for (const auto& row : rows) EXPECT_TRUE(printer.add(row)) << row;
  printer.finish();
  return out;
}

TEST(RowPrinter, AlignsColumnsByWhatAScreenShows) {
  const auto out = printed({}, {R"({"reference":"é","title":"a"})",
                                R"({"reference":"日本","title":"b"})",
                                R"({"reference":"","title":"c"})"});

  EXPECT_EQ(out,
            "reference  title\n"
            "é          a\n"
            "日本       b\n"
            "           c\n");
}

TEST(RowPrinter, EscapesInJsonWhatATerminalWouldObey) {
  Look look;
  look.format = Format::json;
  const std::string row = "{\"title\":\"\u009B31m\u202E\x7F é\"}";

  EXPECT_EQ(printed(look, {row}),
            "[{\"title\":\"\\u009b31m\\u202e\\u007f \\u00e9\"}]\n");
}

TEST(RowPrinter, MakesOnlyHeadingsBold) {
  Look look;
  look.bold = true;

  EXPECT_EQ(printed(look, {R"({"form":"a"})"}), "\x1b[1mform\x1b[0m\na\n");
}

TEST(RowPrinter, SaysWhereARecordIsInTheWordsOfTheScreen) {
  const std::string row = R"({"held":"held","form":"x"})";
  Look look;

  EXPECT_EQ(printed(look, {row}),
            "where it is           form\nheld by headquarters  x\n");
  look.format = Format::csv;
  EXPECT_EQ(printed(look, {row}), "held,form\r\nheld,x\r\n");
}

TEST(RowPrinter, LetsNoEscapeOfTheDataReachATerminal) {
  const auto out = printed({}, {"{\"\\u001b[2J\":\"\\u001b]0;x\\u0007\"}"});

  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_NE(out.find("\\x1B]0;x\\x07"), std::string::npos);
}

TEST(RowPrinter, PrintsOneArrayOfObjectsAsJson) {
  Look look;
  look.format = Format::json;

  EXPECT_EQ(printed(look, {R"({"b":1,"a":"é"})", R"({"b":2})"}),
            "[{\"b\":1,\"a\":\"é\"},\n {\"b\":2}]\n");
  EXPECT_EQ(printed(look, {}), "[]\n");
}

TEST(RowPrinter, PrintsASingleObjectAlone) {
  Look look;
  look.format = Format::json;
  look.one = true;

  EXPECT_EQ(printed(look, {R"({"b":1})"}), "{\n  \"b\": 1\n}\n");
  EXPECT_EQ(printed(look, {}), "");
  look.format = Format::table;
  EXPECT_EQ(printed(look, {R"({"reference":"x","by":"","id":3})"}),
            "reference  x\nid         3\n");
}

TEST(RowPrinter, PrintsCsvThatNoSpreadsheetRuns) {
  Look look;
  look.format = Format::csv;

  const auto out =
      printed(look, {R"({"a":"=1+2","b":"x, \"y\""})",
                     R"({"a":"@cmd","b":null})", R"({"a":"-5","b":[1,"z"]})"});

  EXPECT_EQ(out,
            "a,b\r\n"
            "'=1+2,\"x, \"\"y\"\"\"\r\n"
            "'@cmd,\r\n"
            "'-5,\"1, z\"\r\n");
}

TEST(RowPrinter, KeepsColumnsAlignedPastTheRowsThatGaveTheWidths) {
  std::vector<std::string> rows(RowPrinter::rows_before_widths + 1,
                                R"({"form":"ab","title":"x"})");

  const auto out = printed({}, rows);

  EXPECT_TRUE(out.ends_with("ab    x\nab    x\n"));
  const auto lines = std::count(out.begin(), out.end(), '\n');
  EXPECT_EQ(lines, std::ptrdiff_t(rows.size()) + 1);
}

TEST(RowPrinter, RefusesWhatIsNoObject) {
  RowPrinter printer({}, [](std::string_view) {});

  for (const char* text : {"", "[]", "1", "{", "{\"a\":}"}) {
    const auto added = printer.add(text);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::wire_format);
  }
  EXPECT_FALSE(printer.any());
}

TEST(FormatNames, AreTheThreeOfTheContract) {
  EXPECT_EQ(format_from_text("table").value(), Format::table);
  EXPECT_EQ(format_from_text("json").value(), Format::json);
  EXPECT_EQ(format_from_text("csv").value(), Format::csv);
  EXPECT_EQ(format_from_text("xml").error().code, Errc::usage);
}

}  // namespace
}  // namespace relais::sync
