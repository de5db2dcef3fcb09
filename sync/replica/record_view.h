#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/record/fold.h"
#include "sync/replica/erasure_note.h"
#include "sync/replica/replica.h"

namespace relais::sync {

/// Who asks or writes, and from which side.
struct Actor {
  std::string person;      ///< matricule, user id, "service" or "shell"
  std::string entered_by;  ///< who typed it, if another
  proto::Side side = proto::SIDE_POST;
};

/// The four words of the screen, and no others.
enum class Held : std::uint8_t { draft, saved, sent, held };
std::string_view to_text(Held held);

/// A decision on a conflict, as the officer reads it.
struct Decision {
  Address address;
  Value value;
  std::string state;  ///< of a decision on the lifecycle
  std::string by;
  std::string role;
  std::string reason;
  Dot dot;
  bool undone = false;
};

/// One record as one person may see it: parts he may read, the names of those
/// he may not, what he may do next.
struct RecordView {
  RecordId record;
  std::string reference;
  std::shared_ptr<const Form> form;
  std::shared_ptr<const Tables> tables;
  std::string state;
  Held held = Held::saved;
  std::string author;
  std::vector<PartState> parts;          ///< readable ones
  std::vector<std::string> hidden;       ///< held here, not to be shown
  std::vector<std::string> transitions;  ///< legal now for this person
  std::vector<std::string> unready;      ///< so, but for a field that is empty
  std::vector<Decision> decisions;
  std::vector<ErasureNote> erasures;
  std::map<std::string, Value> views;  ///< computed when read
};

/// A line of `list`.
struct RecordLine {
  RecordId record;
  std::string reference;
  std::string form;
  std::string state;
  std::string title;
  Held held = Held::saved;
  std::uint32_t conflicts = 0;
};

/// Facts over all parts that a person may read, for --where.
class RecordFacts final : public Facts {
 public:
  explicit RecordFacts(const std::vector<PartState>& parts) : parts_(&parts) {}
  Value value(const std::string& path) const override;
  std::vector<Value> values(const std::string& path) const override;

 private:
  const std::vector<PartState>* parts_;
};

/// Reads records for people. Access decides what is in a view
/// (sync/record/access.h); what may not be seen never leaves here.
enum class ListOrder : std::uint8_t { newest, reference };

class Reader {
 public:
  explicit Reader(const Replica& replica) : replica_(&replica) {}

  /// not_found; denied when nothing of it may be seen by this person.
  Result<RecordView> show(std::string_view name, const Actor& actor) const;
  /// `where` null: all. Stops at `limit` (0: none). `search`: only what has
  /// each of its words in its reference or title, without case and accents.
  Result<std::vector<RecordLine>> list(
      std::string_view form, const Expression* where, std::size_t limit,
      const Actor& actor, const std::string& search = {},
      ListOrder order = ListOrder::newest) const;
  /// Those in which something is in conflict, or was and is decided; newest
  /// first. Costs what they cost, however many others there are.
  Result<std::vector<RecordLine>> disputed(const Actor& actor) const;
  /// Saved, sent, held: over the record's changes written on this machine.
  Result<Held> held(const RecordId& record) const;

 private:
  /// What headquarters wrote itself waits for no receipt.
  static Held shown(Held reached, const Actor& actor);
  /// What list() was asked.
  struct Listing {
    std::string_view form;
    const Expression* where = nullptr;
    std::size_t limit = 0;
    const Actor* actor = nullptr;
    std::vector<std::string> words;

    bool full(const std::vector<RecordLine>& lines) const {
      return limit > 0 && lines.size() >= limit;
    }
  };
  Result<> list_drafts(const Listing& asked,
                       std::vector<RecordLine>& lines) const;
  Result<> list_newest(const Listing& asked,
                       std::vector<RecordLine>& lines) const;
  Result<> list_by_reference(const Listing& asked,
                             std::vector<RecordLine>& lines) const;
  Result<> add_line(const Listing& asked, const StoredRecord& stored,
                    std::vector<RecordLine>& lines) const;
  Result<RecordView> show_draft(const struct Draft& draft) const;
  Result<> add_views(RecordView& view, const Actor& actor) const;
  /// What this person may read of it; nothing: not even that it exists.
  Result<std::vector<PartState>> readable(const StoredRecord& stored,
                                          const Form& form,
                                          const Tables& tables,
                                          const Actor& actor) const;
  /// Empty: this person may not know that it exists.
  Result<std::optional<RecordLine>> visible_line(const StoredRecord& stored,
                                                 const Expression* where,
                                                 const Actor& actor) const;

  const Replica* replica_;
};

}  // namespace relais::sync
