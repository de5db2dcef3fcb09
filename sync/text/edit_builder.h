#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/tables.h"
#include "sync/replica/editor.h"
#include "sync/text/address.h"

namespace relais::sync {

/// Collects the edits of one input, and its faults. What --set, JSON and CSV
/// have in common; use those (edits.h).
class EditBuilder {
 public:
  EditBuilder(const Form& form, const Tables& tables)
      : form_(&form), tables_(&tables) {}

  /// A number for the next new row or log entry.
  int begin_row() { return ++rows_; }
  /// Text at an address; empty text clears. A new row takes `new_row`. Without
  /// `text` a row is named and nothing more.
  void write(const WrittenAddress& written, int new_row,
             const std::optional<std::string>& text);
  /// One code of a multiple choice. Whether the list has it is the Editor's
  /// question, as for every name of a row.
  void choose(const proto::Field& field, const std::string& code);
  void add_fault(Error error) { faults_.push_back(std::move(error)); }
  void refuse(Sentence why) { add_fault(Error{Errc::invalid, std::move(why)}); }

  /// Null after it noted the fault.
  const proto::Field* field(const std::string& id);
  const Form& form() const { return *form_; }

  /// Rows are annulled, with a reason, and never cleared.
  void refuse_clearing(const proto::Field& field);

  Result<std::vector<Edit>> finish();

 private:
  void write_codes(const proto::Field& field, const WrittenAddress& written,
                   const std::optional<std::string>& text);
  void write_table(const proto::Field& field, const WrittenAddress& written,
                   int new_row, const std::optional<std::string>& text);
  void write_value(const proto::Field& spec, Edit edit,
                   const std::string& text);

  const Form* form_;
  const Tables* tables_;
  int rows_ = 0;
  std::vector<Edit> edits_;
  std::vector<Error> faults_;
};

bool is_log(const proto::Field& field);

}  // namespace relais::sync
