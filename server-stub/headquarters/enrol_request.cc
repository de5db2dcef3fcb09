#include <memory>
#include <optional>
#include <utility>

#include "server-stub/headquarters/limits.h"
#include "server-stub/headquarters/reception.h"
#include "sync/journal/file.h"

namespace relais::server {
namespace {

using sync::Errc;
using sync::Error;
using sync::fail;

/// One POST /v1/enrol: a frame with a Join in, a frame with a Grant out. The
/// code's secret proves who asks; no certificate is needed. A machine that we
/// forgot, restored as we were, has another proof: the grant of then, as a
/// second frame, over a connection of the certificate that it names.
class EnrolRequest final : public RequestHandler,
                           public std::enable_shared_from_this<EnrolRequest> {
 public:
  EnrolRequest(Reception& reception, const RequestHead& head,
               std::shared_ptr<Responder> responder)
      : reception_(&reception),
        address_(address_of(head.remote)),
        certificate_(head.client_certificate_der),
        responder_(std::move(responder)) {}

  void on_body(std::string bytes, std::function<void(bool)> done) override;
  void on_end() override;
  void on_closed() override {}

 private:
  struct Asked {
    proto::Join join;
    std::optional<proto::Grant> grant;  ///< ours, from before
  };

  void answer();
  Result<Asked> read() const;
  Result<sync::RosterLine> line_of(const Asked& asked);
  Result<proto::Grant> grant(const Asked& asked);
  void refuse(int status, const Error& error);

  Reception* reception_;
  std::string address_;
  sync::Bytes certificate_;
  std::shared_ptr<Responder> responder_;
  sync::Bytes body_;
};

void EnrolRequest::on_body(std::string bytes, std::function<void(bool)> done) {
  body_ += bytes;
  if (body_.size() <= limits::join_bytes_max) return done(true);
  responder_->reply(413, relais_content, {});
  done(false);
}

void EnrolRequest::on_end() {
  // Alone: what is half done when the certificate request turns out damaged
  // must go back without anybody else's work.
  reception_->writer().alone([self = shared_from_this()] { self->answer(); });
}

void EnrolRequest::answer() {
  auto asked = read();
  if (!asked) return refuse(400, asked.error());
  const std::string& proof = asked->join.proof();
  if (reception_->guesses_too_much(address_, proof)) {
    return refuse(429, {Errc::denied,
                        {"Too many wrong codes came from this address: wait a "
                         "minute, then try again",
                         {}}});
  }
  auto granted = grant(*asked);
  if (!granted) {
    if (granted.error().code == Errc::denied) {
      reception_->note_wrong_code(address_, proof);
    }
    return refuse(http_status(granted.error().code), granted.error());
  }
  ++reception_->traffic().enrolments;
  proto::Frame answer;
  *answer.mutable_grant() = std::move(*granted);
  responder_->reply(200, relais_content, sync::encode_frame(answer));
}

Result<EnrolRequest::Asked> EnrolRequest::read() const {
  Asked asked;
  bool joins = false;
  sync::FrameReader reader;
  reader.feed(body_);
  for (;;) {
    auto bytes = reader.next();
    if (bytes && !*bytes) break;
    auto frame = bytes ? sync::decode_frame(**bytes)
                       : Result<proto::Frame>(fail(bytes.error()));
    if (!frame) return fail(frame.error());
    joins = joins || frame->has_join();
    if (frame->has_join()) asked.join = std::move(*frame->mutable_join());
    if (frame->has_grant()) asked.grant = std::move(*frame->mutable_grant());
  }
  if (!joins) {
    return fail(Errc::wire_format, "The request to enrol cannot be read");
  }
  return asked;
}

/// By the code's secret; else by the grant. A grant is no secret to whoever
/// carried it: what counts is the key of the certificate in it.
Result<sync::RosterLine> EnrolRequest::line_of(const Asked& asked) {
  sync::Headquarters& headquarters = reception_->office().headquarters();
  auto line = headquarters.admit(asked.join);
  if (line || line.error().code != Errc::denied || !asked.grant ||
      certificate_.empty() || asked.grant->certificate() != certificate_) {
    return line;
  }
  return headquarters.readmit(*asked.grant, asked.join.keys());
}

Result<proto::Grant> EnrolRequest::grant(const Asked& asked) {
  Office& office = reception_->office();
  proto::Grant grant;
  auto papers = office.papers();
  if (!papers) return fail(papers.error());
  auto done = office.replica().transact([&]() -> Result<> {
    auto line = line_of(asked);
    if (!line) return fail(line.error());
    if (line->retired) {
      return fail(Errc::denied,
                  "Headquarters has retired this machine: what it still holds "
                  "goes by packet export");
    }
    sync::Bytes certificate = line->certificate;
    if (certificate.empty()) {
      auto made = office.certify(asked.join.request(), line->device);
      if (!made) return fail(made.error());
      certificate = std::move(*made);
    }
    auto granted = office.headquarters().grant(line->device, certificate,
                                               papers->root.certificate_der,
                                               papers->urls());
    if (!granted) return fail(granted.error());
    grant = std::move(*granted);
    return office.headquarters().note_contact(line->device);
  });
  if (!done) return fail(done.error());
  return grant;
}

void EnrolRequest::refuse(int status, const Error& error) {
  ++reception_->traffic().refusals;
  responder_->reply(status, relais_content, refusal_frame(error));
}

}  // namespace

std::shared_ptr<RequestHandler> make_enrol_request(
    Reception& reception, const RequestHead& head,
    std::shared_ptr<Responder> responder) {
  return std::make_shared<EnrolRequest>(reception, head, std::move(responder));
}

}  // namespace relais::server
