#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/command/command.h"
#include "sync/text/messages.h"

/// The families of shared_verbs(), each in its own .cc.
namespace relais::sync {

void add_writing_verbs(Verbs& verbs, Replica& replica);
void add_import_verb(Verbs& verbs, Replica& replica);
void add_reading_verbs(Verbs& verbs, Replica& replica);
void add_published_verbs(Verbs& verbs, Replica& replica);
/// For a screen that fills in forms: sheet, grid, choices, typed. On no command
/// line.
void add_sheet_verbs(Verbs& verbs, Replica& replica);

/// What a report that is sealed consists of, and for whom. On no command line.
void add_sealing_verb(Verbs& verbs, Replica& replica);

/// The language of whoever called.
Language language_of(const Call& call);
/// The newest version of a form; not_found names those there are.
Result<std::shared_ptr<const Form>> form_for(const Replica& replica,
                                             const std::string& id);
/// usage when the argument is missing.
Result<std::string> needed(const Call& call, int index, std::string_view name);
/// The values of a repeated option.
std::vector<std::string> values_of(const Call& call, const std::string& name);
/// All bytes of the one file that comes with the call; over_limit past
/// limits::document_bytes_max.
Result<Bytes> whole_input(const Call& call);

}  // namespace relais::sync
