#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/form.pb.h"
#include "sync/record/change.h"
#include "sync/record/expression.h"
#include "sync/result.h"

namespace relais::sync {

/// Where a transition leads that goes back from a hold.
inline constexpr const char* held_target = "$held";

/// One published version of a form, read once and asked for ever. Immutable;
/// threads may share it.
class Form {
 public:
  /// The file as published. Fails with invalid: not text-format Form, an
  /// expression that does not parse (names where). Does not run the form
  /// check; that is check_form().
  static Result<std::shared_ptr<const Form>> parse(std::string_view file);
  static Result<std::shared_ptr<const Form>> compile(proto::Form definition,
                                                     const Hash& hash);

  const proto::Form& definition() const { return definition_; }
  const std::string& id() const { return definition_.id(); }
  Version version() const { return {definition_.version(), hash_}; }
  bool keyed() const { return definition_.key_size() > 0; }
  bool has_part(std::string_view part) const;
  const proto::Part* part(std::string_view id) const;

  const proto::Field* field(std::string_view id) const;
  /// Which part a field belongs to.
  const std::string& part_of(const proto::Field& field) const;
  /// The rules of what can be *written* at an address: a scalar field; a
  /// unit table's row; a column of any other table. Null where nothing can.
  const proto::Field* spec(const Address& address) const;

  bool is_headquarters(std::string_view role) const;
  const proto::State* state(std::string_view id) const;
  const proto::Transition* transition(std::string_view id) const;
  /// In the `progress` order (its transitive closure).
  bool above(std::string_view high, std::string_view low) const;
  /// The policy once `state` is reached: policy_from's entry for the highest
  /// state that it has reached, else the field's own.
  proto::Policy policy(const proto::Field& spec, std::string_view state) const;
  /// Roles that settle a conflict at an address.
  std::vector<std::string> resolvers(const Address& address) const;
  /// Order for MAX, MIN and `raises`: choices by their place, numbers and
  /// dates by value, false < true. Empty and erased rank below everything.
  std::partial_ordering compare(const proto::Field& spec, const Value& a,
                                const Value& b) const;
  /// Whether a value has the type the form asks for at this spec (the schema
  /// question of a verdict: types and inline choices, not lengths or lists of
  /// reference data). Empty fits everywhere.
  bool fits(const proto::Field& spec, const Value& value) const;

  /// Parsed expressions; null where the form has none.
  const Expression* guard(std::string_view transition) const;
  const Expression* when(const proto::Field& field) const;
  const Expression* required_when(const proto::Field& field) const;
  const Expression* check(const proto::Check& check) const;

 private:
  Form() = default;
  void close_progress();
  const Expression* parsed(const std::string& text) const;

  proto::Form definition_;
  Hash hash_;
  std::map<std::string, const proto::Field*, std::less<>> field_;
  std::map<std::string, const proto::State*, std::less<>> state_;
  std::map<std::string, const proto::Transition*, std::less<>> transition_;
  std::map<std::string, proto::Side, std::less<>> side_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> over_;
  std::map<std::string, std::shared_ptr<const Expression>, std::less<>>
      expression_;  ///< by its text
};

/// The form check of publication: refuses everything that sync-model 4.2 and
/// 4.5 do not define. One sentence per fault, naming the field; empty: good.
std::vector<Sentence> check_form(const Form& form);
/// What a new version may not do to the one before: remove a field, a state
/// or a step; change a type or a part.
std::vector<Sentence> check_next_version(const Form& before, const Form& after);

}  // namespace relais::sync
