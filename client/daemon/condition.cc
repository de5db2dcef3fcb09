#include "client/daemon/condition.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "client/daemon/limits.h"
#include "sync/record/access.h"
#include "sync/replica/draft.h"
#include "sync/replica/sealed_lane.h"
#include "sync/session/refusal.h"

namespace relais::client {
namespace {

using sync::fail;
using sync::Sentence;

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

/// When closed, of whoever's.
std::uint64_t unheld(const Condition& condition) {
  if (condition.closed) return condition.waiting_bytes;
  std::uint64_t count = 0;
  for (const auto& lane : condition.lanes) count += lane.saved + lane.sent;
  return count;
}

/// Before its certificate, a machine is refused nothing but its enrolment.
bool is_enrolment_refused(const Condition& condition) {
  return condition.enrolment.certificate.empty() && !condition.refusals.empty();
}

void judge_enrolment(const Condition& condition, std::vector<Trouble>& out) {
  if (condition.enrolment.post.empty()) {
    out.push_back({Sentence{"This machine is not enrolled.", {}},
                   Sentence{"Ask headquarters for a code or an invitation, "
                            "then run `relais enrol`.",
                            {}}});
  } else if (is_enrolment_refused(condition)) {
    out.push_back(
        {Sentence{"Headquarters refused this enrolment: ask it for a new code "
                  "or invitation, then run `relais enrol` again.",
                  {}},
         Sentence{"Everything saved here stays, and goes to headquarters "
                  "after that. Its reason follows.",
                  {}}});
  } else if (condition.enrolment.certificate.empty()) {
    out.push_back(
        {Sentence{"Headquarters' answer to the enrolment is not back: what is "
                  "saved goes only by files.",
                  {}},
         Sentence{"Run `relais packet export` and bring the file to "
                  "headquarters, or connect the machine.",
                  {}}});
  }
}

/// Also the last error, when a refusal ended the last attempt.
bool is_told_as_refusal(const Condition& condition, const Sentence& error) {
  return std::any_of(
      condition.refusals.begin(), condition.refusals.end(),
      [&](const proto::Refusal& one) { return one.code() == error.id; });
}

void judge_contact(const Condition& condition, std::vector<Trouble>& out) {
  if (condition.enrolment.post.empty() || is_enrolment_refused(condition)) {
    return;  // said already, with what to do
  }
  const std::uint64_t waiting = unheld(condition);
  if (condition.contact == 0) {
    out.push_back({Sentence{"Headquarters has never confirmed anything to "
                            "this machine.",
                            {}},
                   Sentence{"Connect the machine and run `relais sync "
                            "--wait`, or use `relais packet export`.",
                            {}}});
  } else if (waiting > 0 &&
             condition.wall - condition.contact > limits::silence_ms) {
    const auto days = (condition.wall - condition.contact) / day_ms;
    const Sentence how_many{
        "For {0} days headquarters has confirmed nothing; "
        "{1} changes wait.",
        {std::to_string(days), std::to_string(waiting)}};
    const Sentence something{
        "For {0} days headquarters has confirmed nothing, "
        "and something waits.",
        {std::to_string(days)}};
    out.push_back({condition.closed ? something : how_many,
                   Sentence{"Connect the machine, or bring a file made by "
                            "`relais packet export` to headquarters.",
                            {}}});
  }
  if (!condition.memory.last_error.id.empty() &&
      !is_told_as_refusal(condition, condition.memory.last_error)) {
    out.push_back({condition.memory.last_error,
                   Sentence{"It is tried again by itself; `relais sync "
                            "--wait` tries at once.",
                            {}}});
  }
}

void judge_refusals(const Condition& condition, std::vector<Trouble>& out) {
  if (condition.refused_recipients) {
    out.push_back({Sentence{"A list of who reads sealed reports came that is "
                            "not signed by those whom the last one names: it "
                            "was not taken.",
                            {}},
                   Sentence{"Reports are sealed as before. Tell one of those "
                            "who read them, in person.",
                            {}}});
  }
  for (const proto::Refusal& refusal : condition.refusals) {
    out.push_back(
        {sync::from_refusal(refusal),
         Sentence{"Headquarters refused for this reason: tell it to whoever "
                  "looks after the machines. Everything is still here.",
                  {}}});
  }
  if (condition.held_less) {
    out.push_back({Sentence{"Headquarters holds less than it once confirmed, "
                            "without having been restored.",
                            {}},
                   Sentence{"Tell headquarters. Nothing is deleted here, and "
                            "what is missing there is sent again.",
                            {}}});
  }
}

/// How far this machine's clock is from headquarters', as far as it shows: it
/// is behind what was heard, or was ahead when we last spoke directly.
std::int64_t clock_doubt_ms(const Condition& condition) {
  if (condition.headquarters_time == 0) return 0;
  const std::int64_t behind = condition.present - condition.wall;
  const std::int64_t apart =
      std::abs(condition.contact - condition.memory.last_success);
  if (apart > limits::clock_doubt_ms) return behind;
  const std::int64_t ahead = condition.contact - condition.headquarters_time;
  return std::max(behind, std::abs(ahead));
}

void judge_machine(const Condition& condition, std::vector<Trouble>& out) {
  if (condition.disk_free < limits::disk_low_bytes) {
    out.push_back({Sentence{"The disk has only {0} MiB left.",
                            {std::to_string(condition.disk_free >> 20)}},
                   Sentence{"Delete or move other files; never those of "
                            "Relais.",
                            {}}});
  }
  if (const auto doubt = clock_doubt_ms(condition);
      doubt > limits::clock_doubt_ms) {
    out.push_back({Sentence{"This machine's clock differs by {0} minutes from "
                            "headquarters' signed time.",
                            {std::to_string(doubt / 60'000)}},
                   Sentence{"Set the clock when you can. Nothing is lost: "
                            "order never comes from clocks.",
                            {}}});
  }
}

}  // namespace

Result<Condition> condition_of(Station& station, const sync::Actor& actor) {
  const sync::Store& store = station.store();
  auto enrolment = station.post().enrolment();
  auto memory = station.memory();
  auto contact = sync::number_fact(store, "contact");
  auto time = sync::number_fact(store, "receipt.time");
  auto less = sync::fact(store, "alarm.receipt");
  auto refused = sync::fact(store, sync::refused_recipients);
  const bool closed = station.people().any();
  auto lanes =
      closed ? station.counts_of(actor.person) : station.post().counts();
  auto waiting = closed ? station.waiting_bytes() : Result<std::uint64_t>(0);
  auto feed = station.post().feed_cursor();
  auto drafts = sync::drafts(station.replica());
  auto refusals = station.post().refusals();
  if (!enrolment) return fail(enrolment.error());
  if (!memory) return fail(memory.error());
  if (!contact) return fail(contact.error());
  if (!time) return fail(time.error());
  if (!less) return fail(less.error());
  if (!refused) return fail(refused.error());
  if (!lanes) return fail(lanes.error());
  if (!waiting) return fail(waiting.error());
  if (!feed) return fail(feed.error());
  if (!drafts) return fail(drafts.error());
  if (!refusals) return fail(refusals.error());
  Condition condition;
  condition.enrolment = std::move(*enrolment);
  condition.memory = std::move(*memory);
  condition.contact = *contact;
  condition.headquarters_time = *time;
  condition.wall = station.replica().clock().wall_ms();
  condition.present = station.replica().now_ms();
  condition.lanes = std::move(*lanes);
  condition.closed = closed;
  condition.waiting_bytes = *waiting;
  condition.feed = feed->position();
  for (const sync::Draft& draft : *drafts) {
    if (sync::may_open(draft, actor.person)) ++condition.drafts;
  }
  condition.refusals = std::move(*refusals);
  condition.held_less = !less->empty();
  condition.refused_recipients = !refused->empty();
  std::error_code ignored;
  const auto space = std::filesystem::space(
      station.store().database().path().parent_path(), ignored);
  condition.disk_free = space.available;
  condition.disk_size = space.capacity;
  return condition;
}

std::string link_state(const Condition& condition) {
  if (condition.memory.last_try == 0) return "unknown";
  switch (condition.memory.answerer) {
    case Answerer::nobody:
      return "offline";
    case Answerer::headquarters:
      return "online";
    case Answerer::stranger:
      return "stranger";
  }
  return "unknown";  // a newer version's
}

std::vector<Trouble> troubles_of(const Condition& condition) {
  std::vector<Trouble> troubles;
  judge_enrolment(condition, troubles);
  judge_contact(condition, troubles);
  judge_refusals(condition, troubles);
  judge_machine(condition, troubles);
  return troubles;
}

Result<std::uint64_t> parts_behind(const Station& station) {
  std::uint64_t behind = 0;
  auto read = station.store().each_part([&](const sync::StoredPart& part) {
    auto state = sync::decode_state(part.state);
    if (!state || state->needs_update) ++behind;
    return Result<>();
  });
  if (!read) return fail(read.error());
  return behind;
}

}  // namespace relais::client
