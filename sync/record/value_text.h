#pragma once

#include <string>
#include <string_view>

#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::sync {

/// What a person typed for `spec`, as a value: a cell of --set, of a table, of
/// a screen. Nothing typed is the empty value. Dates as 2026-05-12 or
/// 12/05/2026; instants with a time after them (UTC, as in Mali); numbers with
/// a point or a comma, thousands apart by spaces; yes and no in both
/// languages; codes exactly; records by the 32 digits of their id; text
/// through clean_text(). Fails with invalid, naming the field and what is
/// expected; lengths, bounds and patterns are validate_value()'s. Not for
/// tables, attachments and sealed fields.
Result<Value> value_from_text(const Form& form, const proto::Field& spec,
                              std::string_view text, const Tables& tables);

/// What value_from_text() reads back: dates as ISO, codes as they are, yes and
/// no as true and false. Empty for what is erased or sealed; a row as
/// "column=value; column=value"; an attachment by its name.
std::string text_of(const Form& form, const proto::Field& spec,
                    const Value& value);

}  // namespace relais::sync
