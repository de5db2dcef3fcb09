#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/change.pb.h"
#include "sync/ids.h"
#include "sync/record/value.h"
#include "sync/result.h"

namespace relais::sync {

/// field, field[row], or field[row].column. The lifecycle is {"state"}.
struct Address {
  std::string field;
  std::string row;
  std::string column;

  auto operator<=>(const Address&) const = default;
  Address row_only() const { return {field, row, {}}; }
};

/// "field/row/column": the form under the hash of a conflict, and in JSON.
std::string to_text(const Address& address);

inline constexpr const char* state_field = "state";

using ActKind = proto::ActKind;

/// One effect of a change; which members are set depends on the kind
/// (proto/change.proto).
struct Act {
  ActKind kind = proto::ACT_KIND_UNSPECIFIED;
  Address address;
  Value value;  ///< write, decide (not of the state), append: a Row
  std::string reason;
  std::string step;  ///< transition
  bool proposes = false;
  std::string state;  ///< decide on the state; the step back from a hold
  std::vector<Dot> cites;
  std::vector<Dot> dots;  ///< undo, accept, challenge: one; purge: any number
  Dot lost_from;
  std::string basis;
  std::string second;
  std::map<Dot, std::string> verdicts;  ///< purge; empty text: legal

  bool operator==(const Act&) const = default;
};

struct Version {
  std::uint32_t number = 0;
  Hash hash;
  bool operator==(const Version&) const = default;
};

/// One author, one part of one record, one moment.
struct Change {
  Dot dot;
  DeviceId device;
  RecordId record;
  std::string form;
  std::string part;
  Version form_version;
  Version reference_version;
  std::vector<Dot> parents;  ///< sorted by dot
  std::string author;        ///< empty: nobody is named
  std::string entered_by;
  std::string role;
  std::int64_t stamp = 0;  ///< ms; see sync-model 8
  std::int64_t wall = 0;   ///< shown only
  std::uint32_t boot = 0;
  std::uint64_t uptime = 0;
  std::string reference;  ///< root change: what people say aloud
  std::vector<Act> acts;
  bool erased = false;     ///< the body is gone: a stub
  bool understood = true;  ///< false: a newer version wrote something unknown

  bool operator==(const Change&) const = default;
};

/// Ids of records (sync-model 2); bytes as in the model's head comment.
RecordId free_record_id(const Dot& root);
RecordId keyed_record_id(const std::string& form,
                         const std::vector<std::string>& key);
ConflictId conflict_id(const std::string& part, const Address& address,
                       std::vector<Dot> dots);

}  // namespace relais::sync
