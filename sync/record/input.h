#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/tables.h"
#include "sync/record/value_text.h"

namespace relais::sync {

/// What a person entered is checked here, before anything is written; the fold
/// asks much less, because what once was written must stay readable. Every
/// sentence begins with the place: "{0}: ...".

/// Type, text, length, pattern, bounds, choices, and for a code that the list
/// has it and still offers it: valid_from and valid_to against `today`, the
/// day by headquarters' time; without one, any code with a valid_to is taken
/// as retired. A row of a unit, or an entry of a log, with its columns. Empty
/// is always good here.
std::vector<Sentence> validate_value(const Form& form, const proto::Field& spec,
                                     const Address& address, const Value& value,
                                     const Tables& tables,
                                     std::optional<Date> today = {});

/// The name of a new row as typed: a code of the field's list, a line that
/// fits the row key's pattern, or 16 hexadecimal digits.
Result<std::string> row_key_from_text(const proto::Field& table,
                                      std::string_view text,
                                      const Tables& tables,
                                      std::optional<Date> today = {});

/// When a record is checked, which decides how much must be there.
enum class Moment : std::uint8_t {
  submit,  ///< a local draft becomes a record: everything
  root,    ///< first change where drafts are not kept: the root part
  edit,    ///< later: what the change touches, and what depends on it
};

/// A change as it would be written, with the record as it would then stand.
struct Entered {
  const Form* form = nullptr;
  const Tables* tables = nullptr;
  /// All parts, the change on top (FactsOnTop): answers "table.@row".
  const Facts* after = nullptr;
  const std::vector<Act>* acts = nullptr;
  Moment moment = Moment::edit;
  /// Parts that are not here or not to be read by the author: conditions that
  /// read them are left to headquarters.
  std::set<std::string> unseen;
  std::optional<Date> today;
};

struct Findings {
  std::vector<Sentence> refusals;
  std::vector<Sentence> warnings;  ///< shown, but nothing is refused
};

/// Everything about one change: each act's place and value, required fields,
/// `when`, row counts, the checks of fields, columns and form.
Findings validate_change(const Entered& entered);

/// Fields that must be filled before a step and are not.
std::vector<std::string> missing_for(const proto::Transition& step,
                                     const Facts& facts);

/// Words of a form in both languages, as one argument of a sentence: French,
/// U+001F, English. say() shows the reader's half (sync/text/messages.h).
std::string in_both(const proto::Text& text);

}  // namespace relais::sync
