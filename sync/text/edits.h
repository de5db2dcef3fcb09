#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/tables.h"
#include "sync/replica/editor.h"

namespace relais::sync {

/// What a person asks to change, as edits. Values are read by the form's own
/// rules; what an address means for the record at hand (does the row exist?)
/// is the Editor's question. Each fails with invalid and names every fault of
/// its input at once.
///
/// A cell of a table is one edit with its column, in a unit table too. A code
/// of a multiple choice is an edit of the row named by the code, without a
/// column or a value.

/// Each "address=value"; an empty value clears. A multiple choice takes
/// "field=A,B" and "field[A]". "[+]" on one field, one after another and with
/// different columns, is one new row; a column named again begins the next.
Result<std::vector<Edit>> edits_from_set(
    const Form& form, const Tables& tables,
    const std::vector<std::string>& settings);

/// A record as `show --format json` prints it, or its `fields` alone. Absent:
/// untouched; null: clear; a row without "row": new. Entries of a log that
/// have a "row" are there already.
Result<std::vector<Edit>> edits_from_json(const Form& form,
                                          const Tables& tables,
                                          std::string_view json);

/// For a record to come: a row that the input names, where rows have no names
/// of their own, is a new one; what has the same name is the same row.
void make_rows_new(const Form& form, std::vector<Edit>& edits);

/// Names each column that is not UTF-8 and each that stands there twice, which
/// only those of new rows, "[+]", may.
Result<> check_csv_header(const std::vector<std::string>& header);

/// One line of a CSV whose header holds addresses. An empty cell is untouched;
/// the apostrophe that keeps a spreadsheet from running a cell is taken off.
/// Columns "reject_..." are passed over: a file of refused lines, corrected,
/// can be imported as it is. Where the only other one is "json", which is how
/// refused JSON is kept, its cell is read as edits_from_json does.
Result<std::vector<Edit>> edits_from_csv_line(
    const Form& form, const Tables& tables,
    const std::vector<std::string>& header,
    const std::vector<std::string>& cells);

/// `--annul ADDRESS --reason TEXT`. The row of a log is its entry's number.
Result<Edit> annul_from_text(const Form& form, std::string_view address,
                             const std::string& reason);

}  // namespace relais::sync
