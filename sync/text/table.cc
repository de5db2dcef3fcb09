#include "sync/text/table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sync/record/tables.h"
#include "sync/text/words.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

using Json = nlohmann::ordered_json;

/// What would move a cursor or turn the text around goes as \u009B, which is
/// the same to a program.
std::string printed(const Json& json, int indent = -1) {
  constexpr auto replace = Json::error_handler_t::replace;
  std::string text = json.dump(indent, ' ', false, replace);
  if (printable(text, true) == text) return text;
  return json.dump(indent, ' ', true, replace);
}

std::string cell_text(const Json& json) {
  if (json.is_null()) return "";
  if (json.is_string()) return json.get<std::string>();
  const auto plain = [](const Json& item) { return !item.is_structured(); };
  if (!json.is_array() || !std::all_of(json.begin(), json.end(), plain)) {
    return printed(json);
  }
  std::string text;
  for (const Json& item : json) {
    if (!text.empty()) text += ", ";
    text += cell_text(item);
  }
  return text;
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t now = display_width(text);
  if (now < width) text.append(width - now, ' ');
  return text;
}

}  // namespace

struct RowPrinter::State {
  Look look;
  Write write;
  std::vector<std::string> keys;
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> kept;  ///< before widths are known
  bool widths_known = false;
  bool first = true;

  std::vector<std::string> cells(const Json& object) const {
    std::vector<std::string> found;
    for (const std::string& key : keys) {
      const auto at = object.find(key);
      found.push_back(at == object.end() ? "" : cell_text(*at));
    }
    return found;
  }

  void add_json(const Json& object) {
    if (look.one) return write(printed(object, 2) + "\n");
    write(first ? "[" : ",\n ");
    write(printed(object));
  }

  void add_csv(const Json& object) {
    if (first) write(csv_line(keys, true));
    write(csv_line(cells(object), true));
  }

  void add_table(const Json& object) {
    auto row = cells(object);
    for (std::size_t i = 0; i < row.size(); ++i) {
      // The four words of the screen are in JSON by their names.
      if (keys[i] == "held") row[i] = say(held_words(row[i]), look.language);
      row[i] = printable(row[i]);
    }
    if (look.one) return print_alone(row);
    if (widths_known) return print(row, false);
    kept.push_back(std::move(row));
    if (kept.size() == rows_before_widths) print_kept();
  }

  std::vector<std::string> headings() const {
    std::vector<std::string> found;
    for (const std::string& key : keys) {
      found.push_back(printable(say(heading_words(key), look.language)));
    }
    return found;
  }

  void print(const std::vector<std::string>& row, bool heading) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool last = i + 1 == row.size();
      line += last ? row[i] : padded(row[i], widths[i]) + "  ";
    }
    line.resize(line.find_last_not_of(' ') + 1);
    if (heading && look.bold) line = "\x1b[1m" + line + "\x1b[0m";
    write(line + "\n");
  }

  /// A single object: a line for each key.
  void print_alone(const std::vector<std::string>& row) {
    const auto names = headings();
    std::size_t width = 0;
    for (const auto& name : names) width = std::max(width, display_width(name));
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].empty())
        write(padded(names[i], width) + "  " + row[i] + "\n");
    }
  }

  void print_kept() {
    const auto names = headings();
    widths.assign(keys.size(), 0);
    const auto widen = [&](const std::vector<std::string>& row) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths[i] = std::max(widths[i], display_width(row[i]));
      }
    };
    widen(names);
    for (const auto& row : kept) widen(row);
    widths_known = true;
    print(names, true);
    for (const auto& row : kept) print(row, false);
    kept.clear();
  }
};

Result<Format> format_from_text(std::string_view text) {
  if (text == "table") return Format::table;
  if (text == "json") return Format::json;
  if (text == "csv") return Format::csv;
  return fail(Errc::usage, "The format is table, json or csv, not {0}.",
              {std::string(text)});
}

RowPrinter::RowPrinter(Look look, Write write)
    : state_(std::make_unique<State>()) {
  state_->look = look;
  state_->write = std::move(write);
}

RowPrinter::~RowPrinter() = default;

Result<> RowPrinter::add(std::string_view text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) {
    return fail(Errc::wire_format,
                "The daemon answered with something that is not a record.");
  }
  if (state_->first) {
    for (const auto& item : object.items()) state_->keys.push_back(item.key());
  }
  switch (state_->look.format) {
    case Format::table:
      state_->add_table(object);
      break;
    case Format::json:
      state_->add_json(object);
      break;
    case Format::csv:
      state_->add_csv(object);
      break;
  }
  state_->first = false;
  return {};
}

bool RowPrinter::any() const {
  return !state_->first;
}

void RowPrinter::finish() {
  const Look& look = state_->look;
  if (look.format == Format::json && !look.one) {
    state_->write(state_->first ? "[]\n" : "]\n");
  }
  if (look.format == Format::csv && state_->first && !look.columns.empty()) {
    state_->write(csv_line(look.columns, true));
  }
  if (!state_->kept.empty()) state_->print_kept();
}

}  // namespace relais::sync
