#include <memory>
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
/// code's secret proves who asks; no certificate is needed.
class EnrolRequest final : public RequestHandler,
                           public std::enable_shared_from_this<EnrolRequest> {
 public:
  EnrolRequest(Reception& reception, const RequestHead& head,
               std::shared_ptr<Responder> responder)
      : reception_(&reception),
        address_(address_of(head.remote)),
        responder_(std::move(responder)) {}

  void on_body(std::string bytes, std::function<void(bool)> done) override;
  void on_end() override;
  void on_closed() override {}

 private:
  void answer();
  Result<proto::Grant> grant(const proto::Join& join);
  void refuse(int status, const Error& error);

  Reception* reception_;
  std::string address_;
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
  if (reception_->guesses_too_much(address_)) {
    return refuse(429, {Errc::denied,
                        {"Too many wrong codes came from this address: wait a "
                         "minute, then try again",
                         {}}});
  }
  sync::FrameReader reader;
  reader.feed(body_);
  auto bytes = reader.next();
  auto frame = bytes && *bytes ? sync::decode_frame(**bytes)
                               : Result<proto::Frame>(proto::Frame());
  if (!frame || !frame->has_join()) {
    return refuse(
        400, {Errc::wire_format, {"The request to enrol cannot be read", {}}});
  }
  auto granted = grant(frame->join());
  if (!granted) {
    if (granted.error().code == Errc::denied) {
      reception_->note_wrong_code(address_);
    }
    return refuse(http_status(granted.error().code), granted.error());
  }
  ++reception_->traffic().enrolments;
  proto::Frame answer;
  *answer.mutable_grant() = std::move(*granted);
  responder_->reply(200, relais_content, sync::encode_frame(answer));
}

Result<proto::Grant> EnrolRequest::grant(const proto::Join& join) {
  Office& office = reception_->office();
  proto::Grant grant;
  auto papers = office.papers();
  if (!papers) return fail(papers.error());
  auto done = office.replica().transact([&]() -> Result<> {
    auto line = office.headquarters().admit(join);
    if (!line) return fail(line.error());
    if (line->retired) {
      return fail(Errc::denied,
                  "Headquarters has retired this machine: what it still holds "
                  "goes by packet export");
    }
    sync::Bytes certificate = line->certificate;
    if (certificate.empty()) {
      auto made = office.certify(join.request(), line->device);
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
