#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/record/expression.h"
#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::sync {

/// Persons who are no officer: the post's account before its first PIN, the
/// shell at headquarters, and headquarters itself.
inline constexpr const char* service_person = "service";
inline constexpr const char* shell_person = "shell";
inline constexpr const char* headquarters_itself = "headquarters";

struct Asker {
  std::string person;  ///< matricule, user id, or one of the three above
  proto::Side side = proto::SIDE_POST;  ///< where he sits
};

/// Roles of this form that he holds for one record: by position (tables
/// officer, position_role), as a user of headquarters (headquarters_user), by
/// a relation (`facts`: all parts of the record that this machine holds). A
/// position gives a role that the form ties to a relation only to persons whom
/// the record itself names there. A closed row (valid_to) gives nothing. At a
/// post nobody holds a role of headquarters.
std::set<std::string> roles_of(const Form& form, const Tables& tables,
                               const Asker& asker,
                               const std::string& root_author,
                               const Facts& facts);

/// Roles of which one must be held for this act; empty: nobody may. An undo
/// stands at the address of the decision.
std::vector<std::string> roles_allowed(const Form& form, const Act& act);

/// Rule A1: subjects of the record, those whom headquarters excluded, those
/// who declared a conflict of interest. They see nothing of it, not even that
/// it is there; lists and counts ask this too.
bool excluded(const Form& form, const Facts& facts, const std::string& person);

/// Who may do what to one record: one policy, read from the form, and what it
/// does not allow is denied. Programs ask here before they show or write; the
/// fold judges again, by the tables of the change.
///
/// Ownership   Borrows the form, which must outlive it; keeps no facts.
class Access {
 public:
  Access(const Form& form, const Tables& tables, const Asker& asker,
         const std::string& root_author, const Facts& facts);
  /// For a record that is not there yet. `facts`: what its root change would
  /// say; before anything is said a relation counts when the tables name the
  /// person in it for anybody.
  static Access to_new(const Form& form, const Tables& tables,
                       const Asker& asker, const Facts& facts);

  const std::set<std::string>& roles() const { return roles_; }
  bool may_read(const std::string& part) const;
  /// Whether he may know that the record exists.
  bool may_see() const;
  bool may_open() const;
  /// The role in which he may do all of these in one change of this part;
  /// absent: denied. In a part that he may not read, of a record that he may
  /// see, there are only additions: entries, new rows and their cells; and
  /// headquarters' challenge, lost and purge, which name changes alone.
  std::optional<std::string> role_for(const std::string& part,
                                      const std::vector<Act>& acts) const;
  bool may(const std::string& part, const Act& act) const {
    return role_for(part, {act}).has_value();
  }

 private:
  bool blind_allows(const std::vector<Act>& acts) const;
  static bool controls(const std::vector<Act>& acts);

  const Form* form_;
  std::set<std::string> roles_;
  proto::Side side_;
  bool fresh_ = false;
  bool excluded_ = false;
};

}  // namespace relais::sync
