#include "server-stub/headquarters/reception.h"

#include <algorithm>
#include <utility>

#include "server-stub/headquarters/limits.h"
#include "sync/journal/file.h"
#include "sync/session/refusal.h"

namespace relais::server {

Reception::Reception(Office& office, Writer& writer)
    : office_(&office), writer_(&writer) {}

Router Reception::router() {
  return [this](const RequestHead& head, std::shared_ptr<Responder> responder)
             -> std::shared_ptr<RequestHandler> {
    const bool reads = head.method == "GET" || head.method == "HEAD";
    if (head.target == "/v1/sync" && head.method == "POST") {
      return make_sync_request(*this, head, std::move(responder));
    }
    if (head.target == "/v1/enrol" && head.method == "POST") {
      return make_enrol_request(*this, head, std::move(responder));
    }
    if (reads && (head.target == "/healthz" || head.target == "/metrics")) {
      return make_status_request(*this, head.target == "/metrics",
                                 std::move(responder));
    }
    return nullptr;
  };
}

bool Reception::guesses_too_much(const std::string& address,
                                 const std::string& proof) {
  const auto found = guesses_.find(address);
  if (found == guesses_.end()) return false;
  const std::int64_t now = office_->replica().clock().monotonic_ms();
  if (now - found->second.since > limits::wrong_codes_ms) {
    guesses_.erase(found);
    return false;
  }
  const std::set<sync::Hash>& known = found->second.proofs;
  return known.size() >= limits::wrong_codes_max &&
         !known.contains(sync::hash({proof}));
}

void Reception::note_wrong_code(const std::string& address,
                                const std::string& proof) {
  const std::int64_t now = office_->replica().clock().monotonic_ms();
  if (guesses_.size() >= limits::wrong_code_addresses_max) {
    std::erase_if(guesses_, [&](const auto& one) {
      return now - one.second.since > limits::wrong_codes_ms;
    });
    if (guesses_.size() >= limits::wrong_code_addresses_max) guesses_.clear();
  }
  Guesses& guesses = guesses_[address];
  if (guesses.proofs.empty()) guesses.since = now;
  guesses.proofs.insert(sync::hash({proof}));
}

sync::Bytes refusal_frame(const sync::Error& error) {
  proto::Frame frame;
  *frame.mutable_refusal() = sync::to_refusal(error.what);
  return sync::encode_frame(frame);
}

bool is_disk_failure(sync::Errc code) {
  return code == sync::Errc::disk_full || code == sync::Errc::corrupt ||
         code == sync::Errc::busy;
}

int http_status(sync::Errc code) {
  if (is_disk_failure(code)) return 503;
  if (code == sync::Errc::denied) return 403;
  if (code == sync::Errc::over_limit) return 413;
  return 400;
}

std::string address_of(const std::string& remote) {
  return remote.substr(0, remote.rfind(':'));
}

}  // namespace relais::server
