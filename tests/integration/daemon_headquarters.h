#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server-stub/http/server.h"
#include "sync/replica/headquarters.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/authority.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {

class PlainClock final : public sync::Clock {
 public:
  std::int64_t wall_ms() override;
  std::int64_t monotonic_ms() override;
  std::uint32_t boot() override { return 1; }
};

/// A headquarters with the published forms and the fictional officers, behind
/// a tiny HTTPS server that a test can make ill-behaved.
///
/// Threads: any; everything inside is behind one lock.
class ScriptedHeadquarters {
 public:
  ScriptedHeadquarters();
  ~ScriptedHeadquarters();

  std::string url() const;
  /// What `relais enrol --code` takes.
  std::string code(const std::string& post = "DIB");
  /// What `relais enrol --file` takes. `urls` false: no network ever.
  std::string invitation(bool urls, const std::string& post = "DIB");

  /// The next /v1/sync requests are answered with this status and body.
  void refuse_next(int times, int status, const std::string& body);
  /// The answer to the next /v1/sync stops after so many bytes.
  void cut_next_answer(std::size_t after);
  /// Nobody listens any more; or again, on the same port.
  void go_away();
  void come_back();
  /// Something else, with a root of its own, listens at the address.
  void give_way_to_an_impostor();

  /// The USB road.
  sync::Result<std::string> read_file(const std::string& file);  ///< device
  std::string write_file(const std::string& device);

  /// Waits until so many records of a form are here; false after ten seconds.
  bool wait_for_records(std::size_t count, const std::string& form);
  /// Whole /v1/sync requests that were answered.
  int sessions();

 private:
  class Request;
  struct Answer {
    int status = 200;
    std::string body;
  };
  void listen(std::uint16_t port);
  proto::Invitation invite(const std::string& post, bool urls, bool documents);
  Answer enrol(const std::string& body);
  Answer session(const std::string& body, const std::string& certificate);
  Answer answer(const server::RequestHead& head, const std::string& body);
  std::size_t records(const std::string& form);
  sync::Result<sync::Bytes> certify(std::string_view request,
                                    const sync::DeviceId& device);

  TemporaryFolder folder_;
  Authority authority_;
  PlainClock clock_;
  sync::SystemRandom random_;
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Headquarters> core_;
  std::mutex lock_;
  std::condition_variable changed_;
  int sessions_ = 0;
  int refusals_left_ = 0;
  Answer refusal_;
  std::optional<std::size_t> cut_;
  Credentials credentials_;
  Authority stranger_;
  std::uint16_t port_ = 0;
  std::unique_ptr<server::HttpServer> server_;
};

}  // namespace relais::test
