#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The numbers of headquarters' HTTPS side.
namespace relais::server::limits {

/// Beyond, the kernel's queue waits: memory stays under this many times what
/// one connection holds.
inline constexpr std::size_t connections_max = 1024;
/// Request line and headers. Ours have five.
inline constexpr std::uint32_t request_header_bytes_max = 8 * 1024;
/// What is read at once, and the piece a handler is given: Beast's own buffer
/// would read 512 bytes at a time.
inline constexpr std::size_t read_bytes = 64 * 1024;
/// Pieces of an answer are joined up to a TLS record.
inline constexpr std::size_t record_bytes = 16 * 1024;
/// What a handler may leave unsent before the connection is given up; it asks
/// Responder::when_sent to stay far below.
inline constexpr std::size_t unsent_answer_bytes_max = 64 * 1024 * 1024;
/// What the kernel may hold unsent, so that what is written is nearly gone.
inline constexpr int kernel_unsent_bytes = 64 * 1024;
/// After a refusal, what still arrives is thrown away so that the peer can
/// read the answer: so many bytes, so long.
inline constexpr std::size_t discarded_bytes_max = 4 * 1024 * 1024;
inline constexpr std::chrono::seconds discarding{10};

/// A handshake, a head, the next piece of a body, or bytes acknowledged of an
/// answer: longer than a post's own patience, so that the post decides.
inline constexpr std::chrono::seconds peer_idle{120};
/// A handler that owes an answer and waits for no byte.
inline constexpr std::chrono::seconds handler_idle{600};
/// How often the two are looked at.
inline constexpr std::chrono::seconds tick{5};
/// Before another try when the process has no descriptor left.
inline constexpr std::chrono::seconds accept_again{1};

/// TLS sessions kept in memory, and for how long: a post that calls once a day
/// still saves a round of certificates.
inline constexpr long tls_sessions_max = 4096;
inline constexpr long tls_session_s = 2 * 24 * 60 * 60;

}  // namespace relais::server::limits
