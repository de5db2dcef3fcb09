#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/forms/cast.h"
#include "tests/unit/forms/standing.h"

namespace relais::test {

struct Writer {
  std::string person;
  std::string role;
};

/// One part of one record as entitled persons write it, change after change.
/// Keeps beside the fold what it must have become. Copies go their own ways.
class Story {
 public:
  /// The part as it begins: of the root part the root change, with all that
  /// names persons; of any other nothing yet.
  Story(Cast& cast, std::string part);

  const Cast& cast() const { return *cast_; }
  const sync::Form& form() const { return cast_->form(); }
  const std::string& part() const { return part_; }
  const sync::RecordId& record() const { return record_; }

  /// A change on the heads, or on others; not told yet. Later ones have later
  /// stamps. `device`: one person may sit at several.
  sync::Change make(const Writer& writer, std::vector<sync::Act> acts,
                    int device = 0);
  sync::Change make_on(std::vector<sync::Dot> parents, const Writer& writer,
                       std::vector<sync::Act> acts, int device = 0);
  /// Takes it in; what it stands on is no head any more.
  const sync::Change& tell(sync::Change change);
  const sync::Change& tell(const Writer& writer, std::vector<sync::Act> acts) {
    return tell(make(writer, std::move(acts)));
  }

  /// Whoever holds one of these roles here, of headquarters first; `but`: not
  /// this person.
  template <class Roles>
  std::optional<Writer> one_of(const Roles& roles,
                               const std::string& but = {}) const {
    return find({roles.begin(), roles.end()}, but);
  }
  std::optional<Writer> writer_of(const proto::Field& field,
                                  const proto::Field& spec) const;
  /// Cast::holds(), of this part as it stands.
  bool holds(const Writer& writer) const;
  /// The name of row `index` of a table.
  std::string row_name(const proto::Field& table, int index) const;

  void fill(const Standing& wanted);
  /// Fills what the step demands and takes it, by one person or by two; false
  /// when the form offers no way.
  bool advance(const proto::Transition& step);
  /// The step by this person; nothing is filled, nothing tracked.
  sync::Act act_of(const proto::Transition& step, bool proposes = false) const;
  bool propose(const proto::Transition& step, const std::string& but = {});
  /// What the lifecycle must say after this step.
  void reach(const proto::Transition& step);

  sync::PartState folded() const;
  sync::PartState folded_with(const std::vector<sync::Change>& more) const;
  sync::PartHistory history() const { return {changes, {}}; }

  std::vector<sync::Change> changes;
  std::vector<sync::Dot> heads;
  Standing standing;
  std::string state;      ///< of the lifecycle, in its part
  std::string suspended;  ///< by a hold

 private:
  std::optional<Writer> find(const std::vector<std::string>& roles,
                             const std::string& but) const;
  void open_record(Cast& cast);
  void name_persons(Cast& cast);
  void fill_rows(const proto::Field& table, const Standing& wanted);
  void fill_row(const proto::Field& table, int index, const Standing& wanted);

  const Cast* cast_;
  std::string part_;
  sync::RecordId record_;
  std::map<std::string, int> rows_ever_;  ///< table -> rows that were added
  std::uint64_t told_ = 0;
};

/// Every state that steps lead to, each with a way there.
std::map<std::string, Story> reached_states(Cast& cast);

/// What a person sees of a part, without the record of who tried what.
struct Content {
  explicit Content(const sync::PartState& state);
  bool operator==(const Content&) const = default;

  std::string state;
  std::string suspended;
  std::map<std::string, sync::FieldState> field;
  std::vector<sync::Conflict> conflicts;
  std::vector<sync::Proposal> proposals;
  std::vector<sync::Superseded> history;
  std::vector<sync::Dot> undone;
};

}  // namespace relais::test
