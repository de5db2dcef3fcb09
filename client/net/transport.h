#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/net/limits.h"
#include "sync/result.h"

namespace relais::client {

using sync::Result;

/// Whom to call and how to know it is them. No system certificate store, no
/// proxy from the environment, no redirect.
struct Peer {
  std::string url;       ///< https://host:port
  std::string root_der;  ///< the private root, DER
  /// First contact: the root is not known yet, only the first 50 bits of its
  /// hash, in decimal (x509::root_hash_bits); the chain's root must match and
  /// is handed back.
  std::optional<std::string> root_hash_prefix_bits;
  std::string certificate_der;  ///< ours; empty before enrolment
  std::string private_key_pem;  ///< of that certificate

  bool operator==(const Peer&) const = default;
};

/// Who was at the other end of a call, as far as it showed.
enum class Answerer {
  nobody,
  headquarters,  ///< TLS proved it, whatever it then said
  stranger,      ///< something that is not our headquarters
};

struct Answer {
  int status = 0;
  /// What was not streamed: the whole answer when Exchange::write is empty,
  /// the text of a refusal (any status but 2xx) always.
  std::string body;
  std::string root_der;  ///< first contact: the root that the server showed
};

/// A request whose body is pulled and whose answer is pushed, so that neither
/// is ever whole in memory.
struct Exchange {
  std::string path;  ///< "/v1/sync"
  std::string content_type = "application/x-relais";
  /// Fills up to `size` bytes; 0 ends the body. Called on the net thread.
  /// Empty: there is no body.
  std::function<std::size_t(char* out, std::size_t size)> read;
  /// Bytes of the answer; false aborts (cancelled). Called on the net thread,
  /// also while the body is still being read.
  std::function<bool(std::string_view bytes)> write;
  /// Asked often, at least once a second; true aborts.
  std::function<bool()> stopped;
  std::uint64_t answer_bytes_max = 64ULL * 1024 * 1024;
};

/// HTTPS by libcurl's easy interface; the only file that sees curl is its .cc.
/// Threads: one, the net thread. A connection is kept between calls.
///
/// Liveness is bytes acknowledged, never a fixed timeout shorter than what is
/// in flight needs at the measured rate (sync-model 10).
///
/// Certificate dates are ignored, once the chain ends in the pinned root: a
/// wrong clock must not stop a sync (client/net/pin.h).
class Transport {
 public:
  /// `quiet_ms_min`: the shortest silence that means "gone".
  explicit Transport(std::int64_t quiet_ms_min = limits::quiet_ms_min);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// offline: no route, refused, cut, quiet too long; denied: TLS says this
  /// is not headquarters or we are not welcome; wire_format: an answer that
  /// cannot be headquarters' (a captive portal); over_limit: an answer without
  /// end; invalid: not an https address; corrupt: our own key or certificate
  /// cannot be read; cancelled. An answer that refuses is a value: its status
  /// and text.
  Result<Answer> post(const Peer& peer, const Exchange& exchange);
  /// Bytes that left this machine in the last call, as far as curl knows.
  std::uint64_t bytes_sent() const;
  /// Who was there in the last call.
  Answerer answerer() const;
  void close_connections();

 private:
  struct Curl;
  std::unique_ptr<Curl> curl_;
};

}  // namespace relais::client
