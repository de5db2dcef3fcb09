#include "tests/integration/daemon_headquarters.h"

#include <chrono>

#include "sync/journal/file.h"
#include "sync/session/headquarters_session.h"
#include "tests/support/published.h"

namespace relais::test {
namespace {

constexpr char content_type[] = "application/x-relais";
constexpr std::size_t feed_bytes = 8 * 1024 * 1024;

template <class Clock>
std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(Clock::now().time_since_epoch()).count();
}

void must(const sync::Result<>& done) {
  ASSERT_TRUE(done) << done.error().what.id << " "
                    << testing::PrintToString(done.error().what.arguments);
}

void publish(sync::Headquarters& core) {
  const std::string root = std::string(RELAIS_SOURCE_DIR) + "/proto";
  must(core.replica().transact([&]() -> sync::Result<> {
    for (const char* folder : {"/reference", "/reference/sample"}) {
      for (const auto& file :
           std::filesystem::directory_iterator(root + folder)) {
        if (file.path().extension() != ".csv") continue;
        auto done =
            core.publish_table(file.path().stem(), file_text(file.path()));
        if (!done) return done;
      }
    }
    return {};
  }));
  for (const std::string& id : published_form_ids()) {
    must(core.replica().transact([&] {
      return core.publish_form(file_text(root + "/forms/" + id + ".textproto"));
    }));
  }
}

std::vector<std::string> frames_of(const std::string& body) {
  std::vector<std::string> frames;
  sync::FrameReader reader;
  reader.feed(body);
  for (;;) {
    auto frame = reader.next();
    if (!frame || !*frame) return frames;
    frames.push_back(std::move(**frame));
  }
}

}  // namespace

std::int64_t PlainClock::wall_ms() {
  return now_ms<std::chrono::system_clock>();
}

std::int64_t PlainClock::monotonic_ms() {
  return now_ms<std::chrono::steady_clock>();
}

/// Keeps the body, answers at its end; or begins and goes away in the middle.
class ScriptedHeadquarters::Request final : public server::RequestHandler {
 public:
  Request(ScriptedHeadquarters& headquarters, server::RequestHead head,
          std::shared_ptr<server::Responder> responder)
      : headquarters_(&headquarters),
        head_(std::move(head)),
        responder_(std::move(responder)) {}

  void on_body(std::string bytes, std::function<void(bool)> done) override {
    body_ += bytes;
    done(true);
  }
  void on_end() override {
    Answer answer = headquarters_->answer(head_, body_);
    responder_->reply(answer.status, content_type, std::move(answer.body));
  }
  void on_closed() override {}

 private:
  ScriptedHeadquarters* headquarters_;
  server::RequestHead head_;
  std::shared_ptr<server::Responder> responder_;
  std::string body_;
};

ScriptedHeadquarters::ScriptedHeadquarters()
    : credentials_(authority_.server()) {
  store_ = sync::SqliteStore::open(folder_ / "hq.db", sync::OpenMode::exclusive)
               .value();
  auto keys = sync::open_machine_keys(*store_, random_).value();
  replica_ = std::make_unique<sync::Replica>(
      sync::Machine{store_.get(), &clock_, &random_, std::move(keys)});
  core_ = std::make_unique<sync::Headquarters>(*replica_);
  publish(*core_);
  listen(0);
}

ScriptedHeadquarters::~ScriptedHeadquarters() {
  go_away();
}

void ScriptedHeadquarters::listen(std::uint16_t port) {
  server_ =
      server::HttpServer::listen(
          "127.0.0.1", port,
          {credentials_.certificate_der, credentials_.private_key_pem,
           authority_.root_der()},
          [this](const server::RequestHead& head,
                 std::shared_ptr<server::Responder> responder) {
            return std::make_shared<Request>(*this, head, std::move(responder));
          })
          .value();
  port_ = server_->port();
  server_->start(1);
}

void ScriptedHeadquarters::go_away() {
  if (server_) server_->stop(1000);
  server_.reset();
}

void ScriptedHeadquarters::come_back() {
  listen(port_);
}

void ScriptedHeadquarters::give_way_to_an_impostor() {
  go_away();
  const Credentials ours = std::exchange(credentials_, stranger_.server());
  listen(port_);
  credentials_ = ours;
}

std::string ScriptedHeadquarters::url() const {
  return "https://127.0.0.1:" + std::to_string(port_);
}

proto::Invitation ScriptedHeadquarters::invite(const std::string& post,
                                               bool urls, bool documents) {
  const std::scoped_lock guard(lock_);
  proto::Invitation invitation;
  std::vector<std::string> addresses;
  if (urls) addresses.push_back(url());
  must(replica_->transact([&]() -> sync::Result<> {
    auto made =
        core_->invite(post, authority_.root_der(), addresses, documents);
    if (!made) return sync::fail(made.error());
    invitation = std::move(*made);
    return {};
  }));
  return invitation;
}

std::string ScriptedHeadquarters::code(const std::string& post) {
  sync::EnrolmentCode code;
  code.secret = invite(post, true, false).secret();
  code.root_bits = sync::x509::root_hash_bits(authority_.root_der(), 50);
  return sync::encode_code(code);
}

std::string ScriptedHeadquarters::invitation(bool urls,
                                             const std::string& post) {
  return sync::encode_invitation(invite(post, urls, true));
}

void ScriptedHeadquarters::refuse_next(int times, int status,
                                       const std::string& body) {
  const std::scoped_lock guard(lock_);
  refusals_left_ = times;
  refusal_ = {status, body};
}

void ScriptedHeadquarters::cut_next_answer(std::size_t after) {
  const std::scoped_lock guard(lock_);
  cut_ = after;
}

sync::Result<sync::Bytes> ScriptedHeadquarters::certify(
    std::string_view request, const sync::DeviceId& device) {
  return sync::x509::sign_request(authority_.root(), request,
                                  sync::to_hex(device));
}

ScriptedHeadquarters::Answer ScriptedHeadquarters::enrol(
    const std::string& body) {
  const auto frames = frames_of(body);
  if (frames.empty()) return {400, {}};
  const auto frame = sync::decode_frame(frames.front());
  proto::Frame granted;
  auto done = replica_->transact([&]() -> sync::Result<> {
    auto line = core_->admit(frame->join());
    if (!line) return sync::fail(line.error());
    auto certificate = certify(frame->join().request(), line->device);
    if (!certificate) return sync::fail(certificate.error());
    auto grant = core_->grant(line->device, *certificate, authority_.root_der(),
                              {url()});
    if (!grant) return sync::fail(grant.error());
    *granted.mutable_grant() = std::move(*grant);
    return {};
  });
  if (done) return {200, sync::encode_frame(granted)};
  proto::Frame refused;
  refused.mutable_refusal()->set_code(done.error().what.id);
  return {403, sync::encode_frame(refused)};
}

ScriptedHeadquarters::Answer ScriptedHeadquarters::session(
    const std::string& body, const std::string& certificate) {
  auto name = sync::x509::common_name(certificate);
  const auto raw = name ? sync::from_hex(*name) : std::nullopt;
  const auto device = raw ? sync::DeviceId::from_bytes(*raw) : std::nullopt;
  if (!device) return {401, {}};
  sync::HeadquartersSession talk(*core_, *device);
  for (const std::string& frame : frames_of(body)) {
    auto taken = replica_->transact([&] { return talk.on_frame(frame); });
    if (!taken) return {400, {}};
  }
  auto answer = talk.answer(feed_bytes);
  if (!answer) return {500, {}};
  ++sessions_;
  if (cut_) answer->resize(std::min(answer->size(), *cut_));
  cut_.reset();
  return {200, std::move(*answer)};
}

ScriptedHeadquarters::Answer ScriptedHeadquarters::answer(
    const server::RequestHead& head, const std::string& body) {
  const std::scoped_lock guard(lock_);
  Answer answer{404, {}};
  if (head.target == "/v1/enrol") answer = enrol(body);
  if (head.target == "/v1/sync" && refusals_left_ > 0) {
    --refusals_left_;
    return refusal_;
  }
  if (head.target == "/v1/sync") {
    answer = session(body, head.client_certificate_der);
  }
  changed_.notify_all();
  return answer;
}

sync::Result<std::string> ScriptedHeadquarters::read_file(
    const std::string& file) {
  const std::scoped_lock guard(lock_);
  auto report = sync::read_headquarters_file(
      *core_, file, [this](auto request, const auto& device) {
        return certify(request, device);
      });
  if (!report) return sync::fail(report.error());
  if (!report->refusals.empty()) {
    return sync::fail({sync::Errc::invalid, report->refusals.front()});
  }
  return sync::to_hex(*report->sender);
}

std::string ScriptedHeadquarters::write_file(const std::string& device) {
  const std::scoped_lock guard(lock_);
  const auto id = *sync::DeviceId::from_bytes(*sync::from_hex(device));
  std::string file;
  must(replica_->transact([&]() -> sync::Result<> {
    auto written = sync::write_headquarters_file(
        *core_, id, authority_.root_der(), {url()});
    if (!written) return sync::fail(written.error());
    file = std::move(*written);
    return {};
  }));
  return file;
}

std::size_t ScriptedHeadquarters::records(const std::string& form) {
  std::size_t count = 0;
  must(store_->each_record(form, [&](const auto&) {
    ++count;
    return true;
  }));
  return count;
}

bool ScriptedHeadquarters::wait_for_records(std::size_t count,
                                            const std::string& form) {
  std::unique_lock guard(lock_);
  return changed_.wait_for(guard, std::chrono::seconds(30),
                           [&] { return records(form) >= count; });
}

int ScriptedHeadquarters::sessions() {
  const std::scoped_lock guard(lock_);
  return sessions_;
}

}  // namespace relais::test
