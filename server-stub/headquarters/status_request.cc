#include <memory>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "server-stub/headquarters/reception.h"

namespace relais::server {
namespace {

struct Number {
  const char* name;
  std::uint64_t value;
};

/// One GET /healthz or /metrics, answered by the writer: so it also says that
/// the writer is alive.
class StatusRequest final : public RequestHandler,
                            public std::enable_shared_from_this<StatusRequest> {
 public:
  StatusRequest(Reception& reception, bool metrics,
                std::shared_ptr<Responder> responder)
      : reception_(&reception),
        metrics_(metrics),
        responder_(std::move(responder)) {}

  void on_body(std::string, std::function<void(bool)> done) override {
    responder_->reply(400, "text/plain", {});
    done(false);
  }
  void on_end() override {
    reception_->writer().alone([self = shared_from_this()] { self->answer(); });
  }
  void on_closed() override {}

 private:
  void answer();
  std::vector<Number> numbers(
      const std::vector<sync::RosterLine>& machines) const;

  Reception* reception_;
  bool metrics_;
  std::shared_ptr<Responder> responder_;
};

std::vector<Number> StatusRequest::numbers(
    const std::vector<sync::RosterLine>& machines) const {
  const Traffic& traffic = reception_->traffic();
  const Writer::Counts& writer = reception_->writer().counts();
  return {{"machines", machines.size()},  {"sessions", traffic.sessions},
          {"refusals", traffic.refusals}, {"enrolments", traffic.enrolments},
          {"bytes_up", traffic.bytes_up}, {"bytes_down", traffic.bytes_down},
          {"commits", writer.commits},    {"pieces_committed", writer.shared}};
}

void StatusRequest::answer() {
  auto machines = reception_->office().headquarters().roster();
  if (!machines) {
    responder_->reply(503, "text/plain", "the store cannot be read\n");
    return;
  }
  if (metrics_) {
    std::string text;
    for (const Number& one : numbers(*machines)) {
      text += std::string("relais_") + one.name + ' ' +
              std::to_string(one.value) + '\n';
    }
    responder_->reply(200, "text/plain; version=0.0.4", std::move(text));
    return;
  }
  nlohmann::ordered_json json;
  json["status"] = "ok";
  for (const Number& one : numbers(*machines)) json[one.name] = one.value;
  responder_->reply(200, "application/json", json.dump() + '\n');
}

}  // namespace

std::shared_ptr<RequestHandler> make_status_request(
    Reception& reception, bool metrics, std::shared_ptr<Responder> responder) {
  return std::make_shared<StatusRequest>(reception, metrics,
                                         std::move(responder));
}

}  // namespace relais::server
