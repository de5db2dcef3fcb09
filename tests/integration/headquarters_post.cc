#include "tests/integration/headquarters_post.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "sync/journal/file.h"
#include "sync/replica/editor.h"
#include "sync/text/edits.h"
#include "sync/x509/certificate.h"

namespace relais::test {
namespace {

constexpr const char* chief_of_diboli = "811-04.K";
/// The head of a request, which curl counts with the body.
constexpr std::uint64_t head_bytes_max = 512;

void must(const sync::Result<>& done) {
  ASSERT_TRUE(done) << done.error().what.id << " "
                    << testing::PrintToString(done.error().what.arguments);
}

template <class Value>
Value must(sync::Result<Value> value) {
  if (!value) {
    ADD_FAILURE() << value.error().what.id << " "
                  << testing::PrintToString(value.error().what.arguments);
    return {};
  }
  return std::move(*value);
}

/// In the writer's turn: nobody else may use the store meanwhile.
template <class Work>
auto in_turn(server::Writer& writer, Work work) {
  std::promise<decltype(work())> done;
  writer.alone([&] { done.set_value(work()); });
  return done.get_future().get();
}

client::Exchange exchange_of(const std::string& path, const std::string& body,
                             std::size_t& sent) {
  client::Exchange exchange;
  exchange.path = path;
  exchange.read = [&body, &sent](char* out, std::size_t size) {
    const std::size_t count = std::min(size, body.size() - sent);
    body.copy(out, count, sent);
    sent += count;
    return count;
  };
  return exchange;
}

}  // namespace

RunningHeadquarters::RunningHeadquarters() {
  server::Founding founding;
  founding.name = "Test";
  founding.sample = true;
  founding.share = std::string(RELAIS_SOURCE_DIR) + "/proto";
  office_ = must(server::Office::found(folder_ / "hq", founding, {}));
  papers_ = must(office_->papers());
  writer_ = std::make_unique<server::Writer>(office_->replica());
  reception_ = std::make_unique<server::Reception>(*office_, *writer_);
  server_ = must(server::HttpServer::listen("127.0.0.1", 0, papers_.identity(),
                                            reception_->router()));
  server_->start(2);
}

RunningHeadquarters::~RunningHeadquarters() {
  for (const auto& door : doors_) door->stop(1000);
  server_->stop(1000);
  writer_->stop();
}

std::uint16_t RunningHeadquarters::open_door(
    const server::TlsIdentity& identity) {
  doors_.push_back(must(server::HttpServer::listen("127.0.0.1", 0, identity,
                                                   reception_->router())));
  doors_.back()->start(1);
  return doors_.back()->port();
}

std::string RunningHeadquarters::url() const {
  return server::url_of("127.0.0.1", server_->port());
}

sync::Bytes RunningHeadquarters::code(const std::string& post) {
  return in_turn(*writer_, [&] {
    sync::Bytes secret;
    must(office_->replica().transact([&]() -> sync::Result<> {
      auto made =
          office_->headquarters().invite(post, root_der(), {url()}, false);
      if (!made) return sync::fail(made.error());
      secret = made->secret();
      return {};
    }));
    return secret;
  });
}

std::size_t RunningHeadquarters::records() {
  return in_turn(*writer_, [&] {
    std::size_t count = 0;
    must(office_->store().each_record({}, [&](const auto&) {
      ++count;
      return true;
    }));
    return count;
  });
}

server::Writer::Counts RunningHeadquarters::counts() {
  return in_turn(*writer_, [&] { return writer_->counts(); });
}

void RunningHeadquarters::retire(const sync::DeviceId& device) {
  in_turn(*writer_, [&] {
    must(office_->replica().transact(
        [&] { return office_->headquarters().retire(device, "stolen"); }));
    return true;
  });
}

void RunningHeadquarters::forget(const sync::DeviceId& device) {
  in_turn(*writer_, [&] {
    must(office_->replica().transact([&]() -> sync::Result<> {
      sync::Store& store = office_->store();
      std::vector<sync::Bytes> invitations;
      auto read = store.scan("invitation", {}, [&](auto key, auto) {
        invitations.emplace_back(key);
        return true;
      });
      for (const sync::Bytes& one : invitations) {
        if (read) read = store.remove("invitation", one);
      }
      return read ? store.remove("device", device.view()) : read;
    }));
    return true;
  });
}

FieldMachine::FieldMachine(RunningHeadquarters& headquarters,
                           std::int64_t quiet_ms)
    : url_(headquarters.url()),
      root_der_(headquarters.root_der()),
      transport_(quiet_ms) {
  store_ = must(sync::SqliteStore::open(folder_ / "relais.db",
                                        sync::OpenMode::exclusive));
  auto keys = must(sync::open_machine_keys(*store_, random_));
  replica_ = std::make_unique<sync::Replica>(
      sync::Machine{store_.get(), &clock_, &random_, std::move(keys)});
  post_ = std::make_unique<sync::Post>(*replica_);
}

std::int64_t FieldMachine::RunClock::wall_ms() {
  return wrong_by + std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
}

std::int64_t FieldMachine::RunClock::monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

client::Peer FieldMachine::peer(bool with_certificate) {
  client::Peer peer;
  peer.url = url_;
  peer.root_der = root_der_;
  if (with_certificate) {
    peer.certificate_der = must(post_->enrolment()).certificate;
    peer.private_key_pem = tls_key_;
  }
  return peer;
}

client::Answer FieldMachine::post(const std::string& path,
                                  const std::string& body,
                                  bool with_certificate) {
  std::size_t sent = 0;
  return must(
      transport_.post(peer(with_certificate), exchange_of(path, body, sent)));
}

sync::Result<> FieldMachine::try_sync() {
  sync::PostSession session(*post_, {}, std::exchange(cut_, false));
  for (;;) {
    const auto body = must(session.next());
    if (!body) return {};
    std::size_t sent = 0;
    const auto answer =
        transport_.post(peer(true), exchange_of("/v1/sync", *body, sent));
    if (!answer) {
      const std::uint64_t gone = transport_.bytes_sent();
      const std::uint64_t up = std::min(gone - std::min(gone, head_bytes_max),
                                        std::uint64_t{body->size()});
      cut_ = up > 0;
      must(session.on_uploaded(up));
      return sync::fail(answer.error());
    }
    if (answer->status != 200) {
      return sync::fail(sync::Errc::denied,
                        "Headquarters at {0} refused, with the number {1}",
                        {url_, std::to_string(answer->status)});
    }
    must(session.on_uploaded(body->size()));
    if (auto taken = session.on_answer(answer->body); !taken) {
      cut_ = true;
      return taken;
    }
  }
}

int FieldMachine::enrol(const sync::Bytes& secret) {
  auto request = must(sync::x509::make_request(sync::to_hex(device())));
  must(replica_->transact([&] { return post_->remember_secret(secret, {}); }));
  proto::Frame frame;
  *frame.mutable_join() = must(post_->join(request.request_der));
  const auto answer = post("/v1/enrol", sync::encode_frame(frame), false);
  if (answer.status != 200) return answer.status;
  sync::FrameReader reader;
  reader.feed(answer.body);
  const auto granted = must(sync::decode_frame(must(reader.next()).value()));
  must(replica_->transact([&]() -> sync::Result<> {
    auto kept = sync::set_fact(*store_, "tls.request", request.request_der);
    return kept ? post_->take_grant(granted.grant()) : kept;
  }));
  tls_key_ = request.private_key_pem;
  return 200;
}

std::string FieldMachine::introduction() {
  std::string body;
  for (const proto::Frame& frame : must(post_->introduction())) {
    body += sync::encode_frame(frame);
  }
  return body;
}

int FieldMachine::sync() {
  sync::PostSession session(*post_, {}, false);
  int status = 0;
  for (;;) {
    const auto body = must(session.next());
    if (!body) return status;
    const auto answer = post("/v1/sync", *body);
    status = answer.status;
    if (status != 200) return status;
    must(session.on_answer(answer.body));
  }
}

sync::Bytes FieldMachine::next_body() {
  sync::PostSession session(*post_, {}, false);
  return must(session.next()).value();
}

void FieldMachine::writes() {
  const auto form = replica_->publications().newest_form("commendation");
  const auto tables = replica_->publications().newest_tables();
  ASSERT_TRUE(form && tables);
  const sync::Actor chief{chief_of_diboli, "", proto::SIDE_POST};
  auto created = sync::Editor(*replica_).create(
      "commendation",
      must(sync::edits_from_set(*form, *tables, {"officer_id=924-31.C"})),
      chief, false);
  ASSERT_TRUE(created) << created.error().what.id;
}

std::uint64_t FieldMachine::not_held() {
  std::uint64_t count = 0;
  for (const auto& lane : must(post_->counts()))
    count += lane.saved + lane.sent;
  return count;
}

sync::Bytes FieldMachine::packet_file() {
  return must(sync::write_post_file(*post_, {}, 1 << 20));
}

}  // namespace relais::test
