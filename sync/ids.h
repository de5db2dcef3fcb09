#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace relais::sync {

/// Raw bytes. A std::string, because protobuf, SQLite and the file system all
/// speak it; text is named text.
using Bytes = std::string;

/// 16 bytes that name something for ever. A name, never a capability. Each
/// kind has its own type, so a device cannot be passed for a record.
template <class Kind>
struct Id {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id&) const = default;
  bool is_zero() const { return *this == Id{}; }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// Absent when `raw` is not 16 bytes.
  static std::optional<Id> from_bytes(std::string_view raw) {
    Id id;
    if (raw.size() != id.bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      id.bytes[i] = static_cast<std::uint8_t>(raw[i]);
    }
    return id;
  }
};

using DeviceId = Id<struct DeviceKind>;
using JournalId = Id<struct JournalKind>;
using RecordId = Id<struct RecordKind>;
using ConflictId = Id<struct ConflictKind>;
using KeyId = Id<struct KeyKind>;
using Epoch = Id<struct EpochKind>;

/// BLAKE2b-256.
struct Hash {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Hash&) const = default;
  bool is_zero() const { return *this == Hash{}; }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  static std::optional<Hash> from_bytes(std::string_view raw);
};

/// One entry of one journal: one change for ever. Ordered by bytes (journal,
/// then position), which is the order under every hash and in every list.
struct Dot {
  JournalId journal;
  std::uint64_t position = 0;  ///< From 1; 0 means "before the first".

  auto operator<=>(const Dot&) const = default;
};

/// Lower-case hexadecimal, two digits a byte.
std::string to_hex(std::string_view raw);
template <class Kind>
std::string to_hex(const Id<Kind>& id) {
  return to_hex(id.view());
}
/// Absent when `text` is not pairs of hexadecimal digits.
std::optional<Bytes> from_hex(std::string_view text);

/// "<journal in hexadecimal>.<position>", as people and JSON see a dot.
std::string to_text(const Dot& dot);
std::optional<Dot> dot_from_text(std::string_view text);

}  // namespace relais::sync

template <class Kind>
struct std::hash<relais::sync::Id<Kind>> {
  std::size_t operator()(const relais::sync::Id<Kind>& id) const noexcept {
    return std::hash<std::string_view>{}(id.view());
  }
};

template <>
struct std::hash<relais::sync::Dot> {
  std::size_t operator()(const relais::sync::Dot& dot) const noexcept {
    return std::hash<relais::sync::JournalId>{}(dot.journal) ^
           static_cast<std::size_t>(dot.position * 0x9E3779B97F4A7C15ULL);
  }
};
