#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::sync {

/// What the form check adds once the reference tables are known: every list,
/// row key and relation names a table that is there, with the columns that it
/// asks for. One sentence per fault.
std::vector<Sentence> check_references(const Form& form, const Tables& tables);

/// Collects the faults of one form; shared by the files of the form check.
/// A place is written as a path: category, objectives.weight, part.case,
/// step.submit, view.passed.
class FormFaults {
 public:
  explicit FormFaults(const Form& form) : form_(&form) {}

  using Names = google::protobuf::RepeatedPtrField<std::string>;

  const Form& form() const { return *form_; }
  void add(Sentence fault) { faults_.push_back(std::move(fault)); }
  void undefined(const std::string& where, const std::string& name);
  void missing(const std::string& where, const std::string& what);
  void misplaced(const std::string& where, const std::string& what);
  void bad_name(const std::string& where, const std::string& name);
  /// Both languages.
  void text(const std::string& where, const proto::Text& text);
  void roles(const std::string& where, const Names& roles);
  bool is_role(const std::string& id) const;
  /// Every path names a field, or a column of a table; in a column's condition
  /// (`table`) a column beside it first.
  void condition(const std::string& where, const Expression* condition,
                 const proto::Field* table);
  void check(const std::string& where, const proto::Check& check,
             const proto::Field* table);
  bool is_path(const std::string& path) const;
  /// What the lifecycle reads must stand in its own part.
  void read_by_lifecycle(const std::string& where, const std::string& path);

  std::vector<Sentence> take() { return std::move(faults_); }

 private:
  const Form* form_;
  std::vector<Sentence> faults_;
};

void check_fields(FormFaults& faults);
void check_lifecycle(FormFaults& faults);
/// Relations and scopes, publications and views.
void check_links(FormFaults& faults);

}  // namespace relais::sync
