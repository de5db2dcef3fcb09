#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/fold.h"

namespace relais::test {

/// Persons for a form that was read from a file, in the tables that the
/// product brings: two at every position that has a role, a user for each role
/// of headquarters, one whom the records are about with his superiors, one who
/// is nobody. What each may be is worked
/// out here from the form and the tables alone, beside the product.
class Cast final : public sync::Publications {
 public:
  explicit Cast(const std::string& form_id);

  const sync::Form& form() const { return *form_; }
  const proto::Form& rules() const { return form_->definition(); }

  /// Everybody, the intruder too.
  const std::vector<std::string>& persons() const { return persons_; }
  /// Roles of the table of roles and of the form.
  const std::vector<std::string>& roles() const { return roles_; }
  bool holds(const std::string& person, const std::string& role,
             const std::string& part) const;
  /// At most two; those with the fewest other roles.
  std::vector<std::string> holders(const std::string& role,
                                   const std::string& part) const;
  std::set<std::string> roles_of(const std::string& person,
                                 const std::string& part) const;
  /// Another record, about nobody yet.
  void begin_record();
  /// Says that the record names `person` in `field`, which it must once a
  /// relation reads it.
  void name(const std::string& field, const std::string& person);
  void wrote_root(const std::string& person);
  /// Fields that some relation reads and that nobody is named in yet, although
  /// that role has nobody: the record is not yet about anybody there.
  std::vector<std::string> unnamed() const;

  std::shared_ptr<const sync::Form> form(const std::string& id,
                                         std::uint32_t version) const override;
  std::shared_ptr<const sync::Tables> tables(
      std::uint32_t version) const override;
  /// The tables that differ from those the product brings: name -> CSV.
  const std::map<std::string, std::string>& own_tables() const { return csv_; }

 private:
  std::vector<std::string> related(const std::string& role) const;
  std::string user_of(const std::string& role) const;
  bool by_position(const std::string& person, const std::string& role) const;

  std::shared_ptr<const sync::Form> form_;
  std::shared_ptr<sync::Tables> tables_;
  std::map<std::string, std::string> csv_;
  std::vector<std::string> persons_;
  std::vector<std::string> roles_;
  std::map<std::string, std::set<std::string>> position_roles_;
  std::map<std::string, std::string> position_;
  std::map<std::string, std::string> user_;
  std::map<std::string, std::vector<std::string>> named_;
  std::string root_author_;
  mutable std::map<std::pair<std::string, std::string>,
                   std::vector<std::string>>
      holders_;  ///< found already
};

inline constexpr const char* subject = "S-001.A";
inline constexpr const char* superior = "S-002.B";
inline constexpr const char* second_superior = "S-003.C";
inline constexpr const char* intruder = "S-004.D";  ///< in no table

}  // namespace relais::test
