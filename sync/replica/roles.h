#pragma once

#include <string>
#include <vector>

#include "sync/replica/record_view.h"

namespace relais::sync {

/// What decides about one person and one record: the roles he holds for it.
struct Standing {
  std::vector<std::string> roles;  ///< in the form's order
  bool author = false;  ///< wrote its root change (the service account: any
                        ///< record that was written on this machine)

  bool holds_any(const google::protobuf::RepeatedPtrField<std::string>& of)
      const;
};

/// `facts`: the record's, or what is about to be its root change.
Standing standing(const Replica& replica, const Form& form,
                  const Tables& tables, const Actor& actor,
                  const std::string& root_author, const DeviceId& device,
                  const Facts& facts);

/// A part may be read by those whom the form names; nobody else, and nothing
/// else decides.
bool may_read(const proto::Part& part, const Standing& standing);

/// Roles that an act needs; any of them will do. Empty: nobody may.
std::vector<std::string> roles_for(const Form& form, const Act& act);

}  // namespace relais::sync
