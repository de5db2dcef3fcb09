#pragma once

#include <nlohmann/json.hpp>

#include "sync/record/expression.h"
#include "sync/record/form.h"
#include "sync/record/tables.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// Levels that a position asks for, beside those that several people saw: the
/// competencies of an evaluation, as the form itself tells it. A form has them
/// when two of its tables are keyed by the same list and have a whole number
/// `level`, and a reference table gives a `level` to each code of that list by
/// the code of another list, which a field of the form holds (the position).
///
///   list, tables [field, ...] in the form's order, plan (a table with a column
///   of that list, or ""), plan_column, lines [{code, label, required,
///   essential}]
///
/// `required` is "" where the position asks for nothing or is not known yet;
/// lines by the list's order. Null when the form has none.
nlohmann::ordered_json levels_json(const Form& form, const Tables& tables,
                                   const Facts& facts, Language language);

}  // namespace relais::sync
