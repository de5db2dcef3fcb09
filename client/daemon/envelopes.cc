#include "client/daemon/envelopes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "client/daemon/limits.h"
#include "sync/replica/sealed_lane.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/report.h"

namespace relais::client {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::string_view day_fact = "envelope.day";
constexpr std::string_view key_context = "relais/ring/1";

/// A day begins at the fixed hour.
std::int64_t day_of(std::int64_t now_ms) {
  return (now_ms - limits::envelope_hour_ms) / sync::day_ms;
}

}  // namespace

Result<std::unique_ptr<Envelopes>> Envelopes::open(
    const std::filesystem::path& path, sync::Replica& replica) {
  auto file = sync::open_ring_file(path);
  if (!file) return fail(file.error());
  const auto key = sync::keyed_hash(replica.keys().box.secret_key, key_context);
  auto ring = sync::WaitingRing::open(std::move(*file), sync::Bytes(key.view()),
                                      replica.random());
  if (!ring) return fail(ring.error());
  return std::unique_ptr<Envelopes>(new Envelopes(std::move(*ring), replica));
}

Result<> Envelopes::check(const std::vector<sync::Bytes>& envelopes) {
  const bool whole =
      !envelopes.empty() && envelopes.size() <= sync::report_envelopes_max &&
      std::all_of(envelopes.begin(), envelopes.end(), [](const auto& one) {
        return one.size() == sync::envelope_bytes;
      });
  if (whole) return {};
  return fail(Errc::usage, "A sealed report is one to four envelopes");
}

Result<> Envelopes::take(const std::vector<sync::Bytes>& envelopes) {
  auto whole = check(envelopes);
  return whole ? ring_.put(envelopes) : whole;
}

Result<> Envelopes::beat() {
  sync::Store& store = replica_->store();
  const std::int64_t today = day_of(replica_->now_ms());
  auto last = sync::number_fact(store, day_fact);
  if (!last) return fail(last.error());
  if (*last == 0) {
    auto begun = replica_->transact(
        [&] { return sync::set_number_fact(store, day_fact, today); });
    if (!begun) return begun;
  } else if (*last != today) {
    // A clock that jumps to and fro must not empty the ring.
    const std::int64_t now = replica_->clock().monotonic_ms();
    if (sent_at_ == 0 || now - sent_at_ >= limits::envelope_spacing_ms) {
      if (auto sent = send(today); !sent) return sent;
      sent_at_ = std::max<std::int64_t>(now, 1);
    }
  }
  return ring_.rewrite();
}

/// Journal first, then the ring: a power cut between leaves the envelope in
/// both, and the next time it is dropped here.
Result<> Envelopes::send(std::int64_t day) {
  auto before = sync::last_envelope(*replica_);
  if (!before) return fail(before.error());
  if (*before == ring_.front()) {
    if (auto gone = ring_.pop(); !gone) return gone;
  }
  auto written = replica_->transact([&]() -> Result<> {
    auto put = sync::append_envelope(*replica_, ring_.front(), day);
    if (!put) return put;
    return sync::set_number_fact(replica_->store(), day_fact, day);
  });
  return written ? ring_.pop() : written;
}

std::chrono::milliseconds Envelopes::pause() const {
  const sync::Bytes dice = replica_->random().bytes(2);
  const auto thrown = static_cast<std::uint8_t>(dice[0]) * 256 +
                      static_cast<std::uint8_t>(dice[1]) + 1;
  const double share = -std::log(thrown / 65'536.0);
  return std::chrono::ceil<std::chrono::milliseconds>(limits::envelope_beat *
                                                      share) +
         limits::envelope_beat_min;
}

}  // namespace relais::client
