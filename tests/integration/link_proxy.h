#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace relais::test {

/// A line between a post and headquarters that fails when told to: it carries
/// TCP connections from a port of 127.0.0.1 to another. Bytes are counted from
/// the last order on, over all connections.
///
/// Threads: any; one of its own carries.
class LinkProxy {
 public:
  explicit LinkProxy(std::uint16_t to);
  ~LinkProxy();
  LinkProxy(const LinkProxy&) = delete;
  LinkProxy& operator=(const LinkProxy&) = delete;

  std::string url() const;

  enum class Way { up, down };
  enum class Fault {
    close,   ///< both ends see an end, after what came before it
    reset,   ///< both ends see a reset
    flip,    ///< one bit of the next byte is another
    silence  ///< nothing passes any more, and nobody is told
  };
  /// Just before the byte of this number (from 0) that way.
  void fail_at(Way way, std::size_t byte, Fault fault);
  /// What passes comes a byte at a time; the first `slow` of them a second
  /// after one another.
  void dribble(Way way, std::size_t slow);
  /// As a good line again. Connections that fell silent stay so.
  void heal();
  /// Whether the fault came about.
  bool failed() const { return failed_; }

 private:
  struct Order {
    Way way = Way::up;
    std::size_t byte = 0;
    Fault fault = Fault::close;
  };
  struct Connection {
    int ends[2];  ///< by Way: where bytes that way come from
    bool silent = false;
    bool over = false;
  };

  void run();
  void welcome();
  void carry(Connection& connection, Way way);
  bool pass(Connection& connection, Way way, std::string bytes);
  bool break_before(Connection& connection, Way way, std::string& bytes);
  bool send(int descriptor, Way way, const std::string& bytes);
  void give_order(std::optional<Order> order);

  std::uint16_t to_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int bell_[2] = {-1, -1};  ///< a pipe that wakes the thread
  std::vector<Connection> connections_;

  std::mutex mutex_;  ///< of what follows
  std::optional<Order> order_;
  std::size_t carried_[2] = {0, 0};
  std::optional<Way> dribbles_;
  std::size_t slow_ = 0;

  std::atomic<bool> failed_ = false;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace relais::test
