#pragma once

#include <string>
#include <vector>

#include "sync/replica/record_view.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// What is asked of a form's sheet.
struct SheetAsked {
  std::string name;  ///< a record or draft, or a form: one not yet begun
  /// "address=value" each, as for edits_from_set(): typed and not saved yet.
  std::vector<std::string> typed;
  Language language = Language::fr;
};

/// What one person may fill in and what stands in it, in the form's order, as
/// JSON on one line:
///
///   form, label, record, reference, state, held (all "" but the first two
///   before it is begun), draft (what is typed stays here until `submit`),
///   marks (it has a grid of them, grid.h), levels (levels.h; null: none),
///   faults (of the whole), transitions [{id, label, help, needs [field that
///   is empty yet], reason}], sections [{id, label}], fields [{address, label,
///   help, section, type, list, choices, value, words, writable, required,
///   undecided, fault, warning}]
///
/// A field that does not apply, given the rest, is not there; nor is an empty
/// one that this person may not fill. A table has `columns`, `row_key`, `log`
/// and `rows` [{row, label, cells}], a cell looking like a field. `value` is
/// what --set reads, `words` what a person reads. What was typed and is no
/// value stands in `value` as it was typed, with its fault.
///
/// Nothing is written. Errors: not_found, denied, as for showing a record.
Result<std::string> sheet_json(const Replica& replica, const SheetAsked& asked,
                               const Actor& actor);

/// The forms that this person may begin, {form, label, help} each.
std::vector<std::string> forms_json(const Replica& replica, Language language,
                                    const Actor& actor);

/// The codes that a reference table offers now, {code, label} each, to be
/// chosen from; not_found.
Result<std::vector<std::string>> choices_json(const Replica& replica,
                                              const std::string& table,
                                              Language language);

}  // namespace relais::sync
