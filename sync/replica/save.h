#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync/record/input.h"
#include "sync/replica/record_view.h"

namespace relais::sync {

/// Everything about a command before its change is made.
struct Intent {
  RecordId record;        ///< zero: the root of a free record
  std::string reference;  ///< root change
  std::string root_author;
  Actor actor;
  Moment moment = Moment::edit;
  std::map<std::string, std::vector<Act>> acts;  ///< by part
};

/// Validates the whole intent against the record as it stands (`parts`),
/// chooses for each part a role that the actor holds and that may do all its
/// acts, and appends one change a part in the open transaction. The fold's own
/// verdict is the last word: a change that would be set aside is not written
/// (the transaction fails).
///
/// Gives the record's id. Errors: invalid, denied.
Result<RecordId> save(Replica& replica, const Form& form,
                      const std::vector<PartState>& parts, Intent intent);

/// What a verdict's reason means to the person who asked.
Error refusal(const std::string& reason, const std::string& what);

}  // namespace relais::sync
