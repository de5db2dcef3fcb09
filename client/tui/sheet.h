#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/tui/pick_screen.h"
#include "sync/result.h"

namespace relais::tui {

/// One question of a form: a field, or a cell of a row.
struct Question {
  std::string address;
  std::string label;
  std::string help;
  std::string section;
  std::string type;
  std::string list;  ///< the reference table to choose from
  std::vector<Item> choices;
  std::string value;  ///< as it is typed
  std::string words;  ///< as people read it
  bool writable = false;
  bool required = false;
  bool undecided = false;
  std::string fault;
  std::string warning;

  bool chosen() const {
    return type == "code" || (type == "codes") || !list.empty();
  }
  bool long_text() const { return type == "text"; }
  /// Nothing is wrong but that nothing stands there.
  bool only_missing() const { return value.empty() && required; }
};

struct SheetRow {
  std::string row;
  std::string label;
  std::vector<Question> cells;
};

/// A field with the rows of a table, or the entries of a log.
struct Field {
  Question question;
  bool table = false;
  bool log = false;
  bool annul = false;
  /// How a new row is named; none: it needs no name.
  std::optional<Question> row_key;
  bool key_of_row = false;  ///< by a row of another table
  std::vector<Question> columns;
  std::vector<SheetRow> rows;
};

struct Step {
  std::string id;
  std::string label;
  bool reason = false;
  std::vector<std::string> needs;  ///< fields to be filled in first
};

/// Levels that are asked for, and the tables that say which ones were seen.
struct Levels {
  struct Line {
    std::string code;
    std::string label;
    std::string required;
    bool essential = false;
  };
  std::vector<std::string> tables;
  std::string plan;         ///< the table of what is to be done about a gap
  std::string plan_column;  ///< where it names the line
  std::vector<Line> lines;  ///< none: the form has no levels
};

/// What the daemon says of a form or a record (sync/text/sheet.h).
struct Sheet {
  std::string form;
  std::string label;
  std::string record;  ///< empty: not begun
  std::string reference;
  std::string state;
  std::string held;
  bool draft = false;  ///< what is typed stays here until it is submitted
  bool marks = false;  ///< it has a grid of them
  Levels levels;
  /// The question asked first, and its one answer that is not sealed; "": none.
  std::string sealed_by;
  std::string open_mode;
  std::vector<std::string> faults;
  std::vector<Step> steps;
  std::vector<std::pair<std::string, std::string>> sections;
  std::vector<Field> fields;

  /// Null when it is not asked here.
  const Field* field(const std::string& id) const;
};

/// Fails with wire_format when it is no such answer.
sync::Result<Sheet> read_sheet(const std::string& json);

/// A row in one line: what stands in its columns.
std::string summary(const SheetRow& row);

/// {code, label} as an answer of `choices` gives it.
sync::Result<Item> read_choice(const std::string& json);

/// The field of this name in an object; "" where there is none.
std::string text_in(const std::string& json, const char* name);

}  // namespace relais::tui
