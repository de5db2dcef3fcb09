#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "server-stub/headquarters/limits.h"
#include "server-stub/headquarters/reception.h"
#include "sync/session/headquarters_session.h"

namespace relais::server {
namespace {

using sync::Bytes;
using sync::Errc;
using sync::Error;
using sync::fail;

/// One POST /v1/sync. Frames go to the writer as they become whole; the next
/// bytes are read once those are committed. What came before a cut is held.
class SyncRequest final : public RequestHandler,
                          public std::enable_shared_from_this<SyncRequest> {
 public:
  SyncRequest(Reception& reception, const RequestHead& head,
              std::shared_ptr<Responder> responder)
      : reception_(&reception),
        certificate_(head.client_certificate_der),
        responder_(std::move(responder)) {}

  void on_body(std::string bytes, std::function<void(bool)> done) override;
  void on_end() override;
  void on_closed() override {}

 private:
  /// What the writer's thread knows; begun anew when a commit failed.
  struct Talk {
    std::optional<sync::HeadquartersSession> session;
    std::optional<Error> fault;  ///< ends the request; what was taken stays
    bool stranger = false;       ///< the roster does not have it
  };

  Result<> take(const std::vector<Bytes>& frames);
  Result<> recognise();
  void on_committed(const Result<>& committed, const Result<>& framing,
                    const std::function<void(bool)>& done);
  void answer();
  void refuse(const Error& error);

  Reception* reception_;
  Bytes certificate_;
  std::shared_ptr<Responder> responder_;

  // Of the connection.
  sync::FrameReader reader_;
  std::uint64_t bytes_ = 0;

  // Of the writer.
  Talk talk_;
};

void SyncRequest::on_body(std::string bytes, std::function<void(bool)> done) {
  bytes_ += bytes.size();
  Result<> framing;
  if (bytes_ > limits::sync_body_bytes_max) {
    framing = fail(Errc::over_limit,
                   "A session of more than {0} bytes is cut: sync again",
                   {std::to_string(limits::sync_body_bytes_max)});
  } else {
    reader_.feed(bytes);
  }
  std::vector<Bytes> frames;
  while (framing) {
    auto frame = reader_.next();
    if (!frame) framing = fail(frame.error());
    if (!frame || !*frame) break;
    frames.push_back(std::move(**frame));
  }
  if (framing && frames.empty()) return done(true);
  auto self = shared_from_this();
  auto before = std::make_shared<std::optional<Talk>>();
  reception_->writer().share(
      [self, before, frames = std::move(frames)] {
        if (!*before) *before = self->talk_;
        self->talk_ = **before;
        return self->take(frames);
      },
      [self, framing, done = std::move(done)](const Result<>& committed) {
        self->on_committed(committed, framing, done);
      });
}

/// Inside a transaction that other sessions share.
Result<> SyncRequest::take(const std::vector<Bytes>& frames) {
  if (auto known = recognise(); !known) {
    if (is_disk_failure(known.error().code)) return known;
    talk_.fault = known.error();
  }
  for (const Bytes& frame : frames) {
    if (talk_.fault) break;
    auto taken = talk_.session->on_frame(frame);
    if (taken) continue;
    if (is_disk_failure(taken.error().code)) return taken;
    talk_.fault = taken.error();
  }
  return {};
}

/// The roster decides, on every request: the very certificate that it names,
/// and not retired.
Result<> SyncRequest::recognise() {
  if (talk_.session || talk_.fault) return {};
  sync::Headquarters& headquarters = reception_->office().headquarters();
  auto name = sync::x509::common_name(certificate_);
  const auto raw = name ? sync::from_hex(*name) : std::nullopt;
  const auto id = raw ? sync::DeviceId::from_bytes(*raw) : std::nullopt;
  std::optional<sync::RosterLine> line;
  if (id) {
    auto found = headquarters.device(*id);
    if (!found) return fail(found.error());
    line = std::move(*found);
  }
  if (!line || line->certificate != certificate_) {
    talk_.stranger = true;
    return fail(Errc::denied,
                "Headquarters does not know this machine: enrol it with a "
                "new code");
  }
  if (line->retired) {
    return fail(Errc::denied,
                "Headquarters has retired this machine: what it still holds "
                "goes by packet export");
  }
  talk_.session.emplace(headquarters, *id);
  return {};
}

void SyncRequest::on_committed(const Result<>& committed,
                               const Result<>& framing,
                               const std::function<void(bool)>& done) {
  const Error* error = nullptr;
  if (!committed) {
    error = &committed.error();
  } else if (talk_.fault) {
    error = &*talk_.fault;
  } else if (!framing) {
    error = &framing.error();
  }
  if (error != nullptr) refuse(*error);
  done(error == nullptr);
}

void SyncRequest::on_end() {
  reception_->writer().alone([self = shared_from_this()] { self->answer(); });
}

/// After the last commit.
void SyncRequest::answer() {
  auto known = recognise();
  if (!known) return refuse(known.error());
  if (talk_.fault) return refuse(*talk_.fault);
  if (!reader_.at_boundary()) {
    return refuse({Errc::wire_format,
                   {"The session ended within a packet: sync again", {}}});
  }
  auto body = talk_.session->answer(limits::answer_feed_bytes);
  if (!body) return refuse(body.error());
  Traffic& traffic = reception_->traffic();
  ++traffic.sessions;
  traffic.bytes_up += bytes_;
  traffic.bytes_down += body->size();
  responder_->reply(200, relais_content, std::move(*body));
}

void SyncRequest::refuse(const Error& error) {
  ++reception_->traffic().refusals;
  reception_->traffic().bytes_up += bytes_;
  // 401 asks a machine that we forgot to enrol again by its grant.
  const int status = talk_.stranger ? 401 : http_status(error.code);
  responder_->reply(status, relais_content, refusal_frame(error));
}

}  // namespace

std::shared_ptr<RequestHandler> make_sync_request(
    Reception& reception, const RequestHead& head,
    std::shared_ptr<Responder> responder) {
  return std::make_shared<SyncRequest>(reception, head, std::move(responder));
}

}  // namespace relais::server
