#include "sync/sealed/envelope.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "sync/check.h"
#include "sync/journal/entry.h"

namespace relais::sync {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t wrap_bytes = 80;
constexpr std::size_t wraps_bytes = envelope_recipients_max * wrap_bytes;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t padded_bytes = length_bytes + envelope_content_max;
static_assert(wraps_bytes + 24 + padded_bytes + 16 == envelope_bytes);

/// Their order says nothing, to a recipient either.
std::array<std::size_t, envelope_recipients_max> any_order(Random& random) {
  std::array<std::size_t, envelope_recipients_max> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Bytes dice = random.bytes(order.size() * 2);
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    const auto high = static_cast<std::uint8_t>(dice[2 * i]);
    const auto low = static_cast<std::uint8_t>(dice[2 * i + 1]);
    std::swap(order[i], order[(high * 256U + low) % (i + 1)]);
  }
  return order;
}

tl::unexpected<Error> not_for_this_key() {
  return fail(Errc::wire_format,
              "This envelope is not for this key, or was altered");
}

}  // namespace

Result<Bytes> make_envelope(const std::vector<Bytes>& box_keys,
                            std::string_view content, Random& random) {
  CHECK(box_keys.size() <= envelope_recipients_max);
  if (content.size() > envelope_content_max) {
    return fail(Errc::over_limit, "An envelope holds {0} bytes at most",
                {std::to_string(envelope_content_max)});
  }
  Bytes key = random.bytes(key_bytes);
  Bytes envelope(wraps_bytes, '\0');
  const auto order = any_order(random);
  for (std::size_t i = 0; i < envelope_recipients_max; ++i) {
    const bool real = i < box_keys.size();
    auto wrap =
        real ? seal(box_keys[i], key)
             : seal(make_box_key(random).public_key, random.bytes(key_bytes));
    if (!wrap) return wrap;
    envelope.replace(order[i] * wrap_bytes, wrap_bytes, *wrap);
  }
  Bytes padded;
  put_text(padded, content);
  padded.resize(padded_bytes, '\0');
  envelope += encrypt(key, padded, random);
  wipe(key);
  wipe(padded);
  CHECK(envelope.size() == envelope_bytes);
  return envelope;
}

Bytes make_filler(Random& random) {
  auto filler = make_envelope({}, {}, random);
  CHECK(filler.has_value());
  return std::move(*filler);
}

Result<Bytes> open_envelope(const KeyPair& key, std::string_view envelope) {
  if (envelope.size() != envelope_bytes) return not_for_this_key();
  for (std::size_t i = 0; i < envelope_recipients_max; ++i) {
    auto content_key = unseal(key, envelope.substr(i * wrap_bytes, wrap_bytes));
    if (!content_key || content_key->size() != key_bytes) continue;
    auto padded = decrypt(*content_key, envelope.substr(wraps_bytes));
    if (!padded || padded->size() != padded_bytes) return not_for_this_key();
    std::string_view rest = *padded;
    const auto content = take_text(rest);
    if (!content) return not_for_this_key();
    return Bytes(*content);
  }
  return not_for_this_key();
}

EnvelopeEntry envelope_entry(Bytes envelope, std::int64_t day) {
  EnvelopeEntry entry;
  entry.meta.set_kind(proto::ENTRY_KIND_ENVELOPE);
  entry.body.set_wall(day * day_ms);
  entry.body.set_piece(std::move(envelope));
  return entry;
}

bool fits_its_lane(proto::Lane lane, const proto::EntryMeta& meta,
                   std::optional<std::string_view> body) {
  const bool envelope = meta.kind() == proto::ENTRY_KIND_ENVELOPE;
  if (envelope != (lane == proto::LANE_SEALED)) return false;
  if (!envelope) return true;
  proto::EntryMeta plain;
  plain.set_kind(proto::ENTRY_KIND_ENVELOPE);
  plain.set_position(meta.position());
  if (encode(plain) != encode(meta)) return false;
  if (!body) return true;
  const auto written = decode_body(*body);
  if (!written || written->piece().size() != envelope_bytes ||
      written->wall() % day_ms != 0) {
    return false;
  }
  const auto same = envelope_entry(written->piece(), written->wall() / day_ms);
  return encode(same.body) == *body;
}

}  // namespace relais::sync
