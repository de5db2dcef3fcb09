#pragma once

#include <string>
#include <vector>

#include "sync/replica/record_view.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// A record as JSON, on one line (the printer of rows indents it):
///
///   record, reference, form, state, held, fields, transitions, conflicts,
///   set_aside, hidden, decisions, proposals, views, digests (by part: what
///   two machines that hold it compare)
///
/// What is undecided, erased or sealed is not among the fields, so that the
/// fields can be given back to `--from`. Rows that were annulled stand apart,
/// under "annulled"; "needs_update" is there when it is true. With `history`,
/// every change stands under that key.
std::string record_json(const RecordView& view,
                        const std::vector<Change>* history = nullptr);

/// A line of `list`: record, reference, form, state, title, held, conflicts.
std::string line_json(const RecordLine& line);
/// Their names: the columns of a list that is empty.
std::vector<std::string> line_columns();
/// The same for a person's table: state and held in words. `form` may be null.
std::string line_json_in_words(const RecordLine& line, const Form* form,
                               Language language);

/// One change: dot, part, author, entered_by, role, wall, acts. `wall` is what
/// the machine's clock said, and decides nothing.
std::string change_json(const Change& change);

}  // namespace relais::sync
