#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "proto/session.pb.h"
#include "server-stub/headquarters/office.h"
#include "server-stub/headquarters/writer.h"
#include "server-stub/http/server.h"

namespace relais::server {

/// What went through the door; changed by the writer's thread alone.
struct Traffic {
  std::uint64_t sessions = 0;  ///< answered
  std::uint64_t refusals = 0;  ///< of a whole request
  std::uint64_t enrolments = 0;
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
};

/// The door of a running headquarters: which request goes where, and what its
/// handlers share.
///
/// Ownership   Borrows office and writer; outlives the server.
/// Threads     router() any; the rest: the writer's.
class Reception {
 public:
  Reception(Office& office, Writer& writer);

  /// POST /v1/sync, POST /v1/enrol, GET /healthz, GET /metrics.
  Router router();

  Office& office() { return *office_; }
  Writer& writer() { return *writer_; }
  Traffic& traffic() { return traffic_; }

  /// Whether this address guessed too many codes within the last minute.
  /// `proof`: what a Join shows of its code; one code asked again, by a machine
  /// that tries again by itself, is one guess.
  bool guesses_too_much(const std::string& address, const std::string& proof);
  void note_wrong_code(const std::string& address, const std::string& proof);

 private:
  struct Guesses {
    std::int64_t since = 0;       ///< monotonic
    std::set<sync::Hash> proofs;  ///< of each; wrong_codes_max at most
  };

  Office* office_;
  Writer* writer_;
  Traffic traffic_;
  std::map<std::string, Guesses> guesses_;
};

inline constexpr const char* relais_content = "application/x-relais";

/// A request is one object; it answers by its responder.
std::shared_ptr<RequestHandler> make_sync_request(
    Reception& reception, const RequestHead& head,
    std::shared_ptr<Responder> responder);
std::shared_ptr<RequestHandler> make_enrol_request(
    Reception& reception, const RequestHead& head,
    std::shared_ptr<Responder> responder);
/// /healthz as JSON, /metrics as Prometheus reads it; no payload in either.
std::shared_ptr<RequestHandler> make_status_request(
    Reception& reception, bool metrics, std::shared_ptr<Responder> responder);

/// The frame of a Refusal, as the body of an answer that is none.
sync::Bytes refusal_frame(const sync::Error& error);
/// 403: who asks; 400: what; 413: how much; 503: our own disk.
int http_status(sync::Errc code);
/// Our own disk failed: nothing that was asked is to blame.
bool is_disk_failure(sync::Errc code);
/// The address without its port.
std::string address_of(const std::string& remote);

}  // namespace relais::server
