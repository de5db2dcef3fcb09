#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/change.pb.h"
#include "sync/ids.h"

/// The one way from messages to bytes and back.
namespace relais::sync {

/// Deterministic. Whoever hashes or signs keeps these bytes: a message that
/// was read is never written again to be hashed or verified.
Bytes serialise(const google::protobuf::MessageLite& message);

/// False unless `bytes` are one whole message, nested no deeper than
/// limits::proto_depth_max. Prints nothing, whatever comes.
bool parse(std::string_view bytes, google::protobuf::MessageLite& message);

/// Whether a newer version wrote a field, at any depth, that this one does not
/// know.
bool has_unknown(const google::protobuf::Message& message);

/// The path of the first text that is_clean_text() refuses, or that has a line
/// break where only one line may stand, such as "act[2].reason". Absent: all
/// texts are clean.
std::optional<std::string> unclean_text(
    const google::protobuf::Message& message);

/// A dot, without its journal where that is `own`.
void put_dot(const Dot& dot, const JournalId& own, proto::Dot& out);
/// Absent for what put_dot would not have written, and for position 0.
std::optional<Dot> get_dot(const proto::Dot& dot, const JournalId& own);

/// A dot with its journal, where no journal is at hand to leave out.
void put_dot(const Dot& dot, proto::Dot& out);
std::optional<Dot> get_dot(const proto::Dot& dot);

/// The length in front of a framed message, as a varint of at most 5 bytes and
/// no more of them than it needs.
struct FramedLength {
  enum class State : std::uint8_t { whole, cut, bad };
  State state = State::cut;
  std::size_t length = 0;  ///< of the message
  std::size_t bytes = 0;   ///< of the varint itself
};
FramedLength read_length(std::string_view bytes);
void put_length(Bytes& out, std::size_t length);

}  // namespace relais::sync
