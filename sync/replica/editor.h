#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/replica/record_view.h"

namespace relais::sync {

/// One thing a person asked to change, as parsed from --set, JSON or a table
/// (sync/text/edits.h).
struct Edit {
  enum class Kind : std::uint8_t { set, annul_row, restore_row };
  Kind kind = Kind::set;
  Address address;  ///< row is empty when `new_row`
  int new_row = 0;  ///< 0: no; else rows of one command with the same number
                    ///< are the same new row, or the same log entry
  Value value;      ///< empty: clear
  std::string reason;
};

struct Created {
  RecordId record;  ///< of a draft: its local id
  std::string reference;
  bool draft = false;
};

struct Draft;

/// The verbs that change a record. Each validates first, writes nothing when
/// anything is wrong (all faults at once: Error::more), and then saves in one
/// transaction.
///
/// Errors: invalid (input, illegal step), not_found, already, denied.
class Editor {
 public:
  explicit Editor(Replica& replica) : replica_(&replica) {}

  /// A form with local drafts gives a draft, unless `submit`; others are saved
  /// and shared at once. `also` is done in the same transaction.
  using Also = std::function<Result<>(const Created&)>;
  Result<Created> create(const std::string& form, std::vector<Edit> edits,
                         const Actor& actor, bool submit,
                         const Also& also = {});
  Result<> edit(std::string_view name, std::vector<Edit> edits,
                const Actor& actor);
  Result<Created> submit(std::string_view draft, const Actor& actor);
  Result<> transition(std::string_view name, const std::string& step,
                      const std::string& reason, const Actor& actor);

  // -- headquarters' desk
  Result<> decide(const ConflictId& conflict, const Value& value,
                  const std::string& reason, const Actor& actor);
  /// By the id of the conflict that it settled (or its beginning), or by the
  /// decision's own dot.
  Result<> undo(std::string_view decision, const std::string& reason,
                const Actor& actor);
  Result<> accept(std::string_view dot, const std::string& reason,
                  const Actor& actor);
  Result<> challenge(const Dot& dot, const std::string& reason,
                     const Actor& actor);
  Result<> lost(const Dot& from, const std::string& reason, const Actor& actor);

 private:
  /// In the open transaction.
  Result<> create_any(const Form& form,
                      std::map<std::string, std::vector<Act>>& acts,
                      const Actor& actor, bool submit, Created& created);
  Result<Draft> make_draft(const Form& form,
                           std::map<std::string, std::vector<Act>>& acts,
                           const Actor& actor);
  /// In the open transaction.
  Result<> submit_draft(const Form& form, Draft draft, const Actor& actor,
                        Created& created);
  Result<> create_record(const Form& form,
                         std::map<std::string, std::vector<Act>>& acts,
                         const Actor& actor, Created& created);
  Result<> check_draft(const Form& form, const Draft& draft);
  Result<> append_act(const StoredRecord& record, const std::string& part,
                      Act act, const Actor& actor);
  /// submit, or abandon with a reason.
  Result<> draft_step(const RecordView& view, const std::string& step,
                      const std::string& reason, const Actor& actor);
  Result<> edit_draft(Draft draft, std::vector<Edit> edits);

  Replica* replica_;
};

}  // namespace relais::sync
