#pragma once

#include <string>

#include "sync/replica/record_view.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// Marks of many over the slots of one: an attendance sheet, as the forms
/// themselves tell it. A form belongs to the record's when its first key field
/// is a record of that form, and it has a unit table whose rows are named as
/// those of a table of the record are. As JSON on one line:
///
///   record, reference, form (of the lines), of and key (its two key fields),
///   table, column (the mark), slots_table, slots [{row, label, copy {column:
///   text}}] (what a mark takes over from its slot), choices
///   [{code, label}], lines [{record, reference, label, marks {slot: code},
///   hours (attended; "": none), undecided [slot]}], may_add
///
/// Lines by label. Errors: not_found; invalid when no form belongs to it.
Result<std::string> grid_json(const Replica& replica, const std::string& record,
                              const Actor& actor, Language language);

/// Whether records of this form have one.
bool has_grid(const Replica& replica, const Form& form);

}  // namespace relais::sync
