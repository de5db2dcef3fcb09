#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/net/transport.h"
#include "server-stub/headquarters/office.h"
#include "server-stub/headquarters/reception.h"
#include "server-stub/headquarters/writer.h"
#include "sync/clock.h"
#include "sync/replica/post.h"
#include "sync/session/post_session.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {

/// A real headquarters on a port of 127.0.0.1, made as `relais-hq init` does.
class RunningHeadquarters {
 public:
  RunningHeadquarters();
  ~RunningHeadquarters();

  server::Office& office() { return *office_; }
  server::Writer& writer() { return *writer_; }
  std::string url() const;
  const std::string& root_der() const { return papers_.root.certificate_der; }
  /// The secret of a new enrolment code.
  sync::Bytes code(const std::string& post = "DIB");
  /// What `read` makes of the store, in the writer's turn.
  std::size_t records();
  server::Writer::Counts counts();
  void retire(const sync::DeviceId& device);
  const sync::x509::Root& root() const { return papers_.root; }
  /// Listens at one more port with this certificate; the port.
  std::uint16_t open_door(const server::TlsIdentity& identity);
  std::uint16_t port() const { return server_->port(); }
  /// As after a restore from a backup made before this machine was invited.
  void forget(const sync::DeviceId& device);

 private:
  TemporaryFolder folder_;
  std::unique_ptr<server::Office> office_;
  server::Papers papers_;
  std::unique_ptr<server::Writer> writer_;
  std::unique_ptr<server::Reception> reception_;
  std::unique_ptr<server::HttpServer> server_;
  std::vector<std::unique_ptr<server::HttpServer>> doors_;
};

/// A post's machine, as far as headquarters sees it.
class FieldMachine {
 public:
  /// `quiet_ms`: the silence that means that the other end is gone.
  explicit FieldMachine(RunningHeadquarters& headquarters,
                        std::int64_t quiet_ms = client::limits::quiet_ms_min);

  /// The status of POST /v1/enrol; 200: it is enrolled.
  int enrol(const sync::Bytes& secret);
  /// The Join and the grant that /v1/enrol takes once more.
  std::string introduction();
  /// One whole sync; the status of its last request.
  int sync();
  /// One sync as relaisd has it: after a cut the next one asks first.
  sync::Result<> try_sync();
  /// Headquarters at another address; `clock`: so far wrong.
  void call(const std::string& url) { url_ = url; }
  void set_clock_wrong_by(std::int64_t ms) { clock_.wrong_by = ms; }
  void hang_up() { transport_.close_connections(); }
  /// Another body instead of what there is to say.
  client::Answer post(const std::string& path, const std::string& body,
                      bool with_certificate = true);
  /// A record that is saved here, not sent yet.
  void writes();
  /// Everything of the next request's body.
  sync::Bytes next_body();
  /// What no receipt covers yet.
  std::uint64_t not_held();
  sync::Bytes packet_file();
  const sync::DeviceId& device() const { return replica_->keys().device; }
  sync::Replica& replica() { return *replica_; }

 private:
  class RunClock final : public sync::Clock {
   public:
    std::int64_t wall_ms() override;
    std::int64_t monotonic_ms() override;
    std::uint32_t boot() override { return 1; }

    std::int64_t wrong_by = 0;
  };

  client::Peer peer(bool with_certificate);

  TemporaryFolder folder_;
  std::string url_;
  std::string root_der_;
  RunClock clock_;
  sync::SystemRandom random_;
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Post> post_;
  std::string tls_key_;
  client::Transport transport_;
  bool cut_ = false;
};

}  // namespace relais::test
