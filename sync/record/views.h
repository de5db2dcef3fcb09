#pragma once

#include <map>
#include <string>

#include "sync/record/expression.h"
#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::sync {

/// The value of one view of a form: a function of this program over what one
/// person may read, computed when it is read, never stored, in no conflict and
/// no digest. Undecided values count nowhere. Empty where the function is
/// unknown or too little is known.
///
/// What stands in another record is asked as "field.path" where `field` names
/// that record (session_id.module_code, session_id.planned_hours): whoever has
/// both records may answer it, everybody else gives nothing.
///
///   attended_hours  marks: present and late count as planned, late by more
///                   than 30 minutes half an hour less, partial its minutes
///   planned_hours   a table's column of that name, summed
///   effective_score the best attempt
///   passed          session, marks, attempts: the best attempt reaches the
///                   module's pass mark, and 80 % of the hours were attended
///   weight_total    a table's column `weight`, summed
///   final_rating    the last of its arguments that is filled
///   statutory_mark  the mark of that rating in the table statutory_mark
///   retention_until closing reason, date, sanction: until when it is kept;
///                   nothing under legal hold
///   extended_days   a log's column `days`, summed
///   custody_gaps    entries whose giver is not the last receiver
///   reaction_mean   mean of a table's whole numbers, two decimals
///   count_rows      rows of a table
Value computed_view(const Form& form, const Tables& tables,
                    const proto::View& view, const Facts& facts);

/// All views of the form by their id; those without a value are empty.
std::map<std::string, Value> computed_views(const Form& form,
                                            const Tables& tables,
                                            const Facts& facts);

}  // namespace relais::sync
