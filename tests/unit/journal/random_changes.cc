#include "tests/unit/journal/random_changes.h"

#include <algorithm>

#include "sync/crypto.h"
#include "tests/unit/journal/world.h"

namespace relais::test {

using namespace relais::sync;

Dot RandomChanges::dot() {
  const auto first = static_cast<std::uint8_t>(number(4) * 16);
  const JournalId other = *JournalId::from_bytes(counting(first, 16));
  return {number(2) == 0 ? own_ : other, 1 + number(300)};
}

std::vector<Dot> RandomChanges::dots(std::size_t count_max) {
  std::vector<Dot> out(number(count_max + 1));
  for (Dot& one : out) one = dot();
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string RandomChanges::text() {
  constexpr const char* pieces[] = {"a",  "Kayes", " ",  "é",  "ɛ",
                                    "\"", "\n",    "99", "字", "😀"};
  std::string out;
  for (auto left = number(8); left > 0; --left) out += pieces[number(10)];
  return out;
}

Value RandomChanges::value(bool row_allowed) {
  const auto whole =
      static_cast<std::int64_t>((std::uint64_t{random_()} << 32) | random_());
  switch (number(row_allowed ? 12 : 11)) {
    case 0:
      return Value();
    case 1:
      return Value(whole);
    case 2:
      return Value(Decimal{whole, static_cast<std::uint32_t>(number(10))});
    case 3:
      return Value(number(2) == 0);
    case 4:
      return Value(Date{static_cast<std::int32_t>(random_())});
    case 5:
      return Value(Instant{whole});
    case 6:
      return Value(Code{"code" + std::to_string(number(9))});
    case 7:
      return Value(free_record_id(dot()));
    case 8:
      return Value(Blob{hash({text()}), random_(), "photo.jpg"});
    case 9:
      return Value(Sealed{"\x12\x03" + counting(7, 3)});
    case 10:
      return Value(text());
    default:
      break;
  }
  Row row;
  for (auto left = number(4); left > 0; --left) {
    Value cell = value(false);
    if (!cell.empty()) row["c" + std::to_string(left)] = std::move(cell);
  }
  return Value(std::move(row));
}

/// What the kind needs, and at times more than it uses.
void RandomChanges::fill(Act& act) {
  if (act.kind == proto::ACT_KIND_WRITE) act.cites = dots(3);
  if (act.kind == proto::ACT_KIND_LOST) act.lost_from = dot();
  if (act.kind == proto::ACT_KIND_TRANSITION) {
    act.step = "close";
    act.proposes = number(2) == 0;
  }
  const bool one_dot = act.kind == proto::ACT_KIND_UNDO ||
                       act.kind == proto::ACT_KIND_ACCEPT ||
                       act.kind == proto::ACT_KIND_CHALLENGE;
  if (one_dot) act.dots = {dot()};
  if (act.kind != proto::ACT_KIND_PURGE) return;
  act.dots = dots(4);
  if (act.dots.empty()) act.dots = {dot()};
  act.basis = text();
  act.second = "a.traore";
  for (const Dot& past : dots(4)) {
    act.verdicts[past] = number(2) == 0 ? "" : "role";
  }
}

Act RandomChanges::act() {
  constexpr const char* fields[] = {"summary", "danger", "persons", "state"};
  Act act;
  act.kind = static_cast<ActKind>(1 + number(12));
  act.address.field = fields[number(4)];
  act.address.row = number(2) == 0 ? "p1" : "924-31.C";
  if (number(2) == 0) act.address.column = "name";
  if (number(2) == 0) act.address = {act.address.field, {}, {}};
  const bool rows = act.kind == proto::ACT_KIND_ADD_ROW ||
                    act.kind == proto::ACT_KIND_ANNUL_ROW ||
                    act.kind == proto::ACT_KIND_RESTORE_ROW;
  if (rows) act.address = {"persons", "p1", {}};
  act.reason = text();
  const bool on_state = act.address.field == state_field;
  if (act.kind == proto::ACT_KIND_DECIDE && on_state) {
    act.state = "closed";
  } else if (act.kind == proto::ACT_KIND_WRITE ||
             act.kind == proto::ACT_KIND_DECIDE ||
             act.kind == proto::ACT_KIND_APPEND) {
    act.value = value(true);
  }
  fill(act);
  return act;
}

Change RandomChanges::next() {
  own_ = *JournalId::from_bytes(
      counting(static_cast<std::uint8_t>(number(4) * 16), 16));
  Change change;
  change.dot = {own_, 1 + number(1000)};
  change.device = the_post().device;
  change.record = free_record_id(dot());
  change.form = "incident";
  change.part = number(2) == 0 ? "report" : "case";
  change.form_version = golden_form()->version();
  if (number(2) == 0) change.reference_version = {7, hash({text()})};
  change.parents = dots(6);
  change.author = number(5) == 0 ? "" : "924-31.C";
  change.role = "field_officer";
  change.stamp = static_cast<std::int64_t>(random_()) - 1'000'000;
  change.wall = static_cast<std::int64_t>(random_());
  change.boot = static_cast<std::uint32_t>(number(1000));
  change.uptime = random_();
  for (auto left = number(6); left > 0; --left) change.acts.push_back(act());
  return change;
}

}  // namespace relais::test
