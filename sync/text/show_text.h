#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sync/replica/record_view.h"
#include "sync/text/messages.h"

namespace relais::sync {

/// How a person reads a record. Ends with a newline; holds no control
/// characters of the data.
struct Reading {
  Language language = Language::fr;
  std::size_t columns = 80;
};

/// A record: what it is and where, what is undecided, what was decided, then
/// its fields by section, and what may be done next.
std::string show_text(const RecordView& view, const Reading& reading);

/// Every change, oldest first as given, with what the machine's clock said.
std::string history_text(const RecordView& view,
                         const std::vector<Change>& history,
                         const Reading& reading);

/// One open conflict in plain words, with who may settle it.
std::string conflict_text(const RecordView& view, const Conflict& conflict,
                          const Reading& reading);
/// One decision that came back.
std::string decision_text(const RecordView& view, const Decision& decision,
                          const Reading& reading);

}  // namespace relais::sync
