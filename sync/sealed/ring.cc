#include "sync/sealed/ring.h"

#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

constexpr std::string_view magic = "RELAISW\x01";
constexpr std::size_t plain_bytes = WaitingRing::slots * envelope_bytes;
/// Magic, nonce, ciphertext, tag.
constexpr std::size_t copy_bytes = 8 + 24 + plain_bytes + 16;
static_assert(magic.size() == 8);

}  // namespace

WaitingRing::WaitingRing(std::unique_ptr<RingFile> file, Bytes key,
                         Random& random)
    : file_(std::move(file)), key_(std::move(key)), random_(&random) {}

Result<WaitingRing> WaitingRing::open(std::unique_ptr<RingFile> file, Bytes key,
                                      Random& random) {
  WaitingRing ring(std::move(file), std::move(key), random);
  auto bytes = ring.file_->read();
  if (!bytes) return fail(bytes.error());
  const std::string_view all = *bytes;
  const bool read =
      ring.read_copy(all.substr(0, copy_bytes)) ||
      (all.size() > copy_bytes && ring.read_copy(all.substr(copy_bytes)));
  if (!read) {
    ring.anew_ = !all.empty();
    while (ring.ring_.size() < slots) ring.ring_.push_back(make_filler(random));
  }
  // One copy may be old, or half written.
  if (auto written = ring.rewrite(); !written) return fail(written.error());
  return ring;
}

bool WaitingRing::read_copy(std::string_view bytes) {
  if (bytes.size() != copy_bytes || !bytes.starts_with(magic)) return false;
  const auto plain = decrypt(key_, bytes.substr(magic.size()));
  if (!plain) return false;
  ring_.clear();
  for (std::size_t i = 0; i < slots; ++i) {
    ring_.push_back(plain->substr(i * envelope_bytes, envelope_bytes));
  }
  return true;
}

Result<> WaitingRing::write(const std::deque<Bytes>& ring) {
  CHECK(ring.size() == slots);
  Bytes plain;
  plain.reserve(plain_bytes);
  for (const Bytes& envelope : ring) plain += envelope;
  for (const std::size_t offset : {std::size_t{0}, copy_bytes}) {
    Bytes copy(magic);
    copy += encrypt(key_, plain, *random_);
    CHECK(copy.size() == copy_bytes);
    if (auto done = file_->write(offset, copy); !done) return done;
    if (auto done = file_->sync(); !done) return done;
  }
  return {};
}

Result<> WaitingRing::rewrite() {
  return write(ring_);
}

Result<> WaitingRing::put(const std::vector<Bytes>& envelopes) {
  if (taken_ + envelopes.size() > taken_max) {
    return fail(Errc::over_limit,
                "Too many sealed reports wait here already: try again in some "
                "days, or turn to one of the recipients directly");
  }
  std::deque<Bytes> next = ring_;
  for (const Bytes& envelope : envelopes) {
    CHECK(envelope.size() == envelope_bytes);
  }
  next.insert(next.begin() + static_cast<std::ptrdiff_t>(taken_),
              envelopes.begin(), envelopes.end());
  next.resize(slots);
  if (auto written = write(next); !written) return written;
  ring_ = std::move(next);
  taken_ += envelopes.size();
  return {};
}

Result<> WaitingRing::pop() {
  std::deque<Bytes> next = ring_;
  next.pop_front();
  next.push_back(make_filler(*random_));
  if (auto written = write(next); !written) return written;
  ring_ = std::move(next);
  if (taken_ > 0) --taken_;
  return {};
}

}  // namespace relais::sync
