#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/journal/file.h"
#include "sync/replica/post.h"

namespace relais::sync {

/// What one sync may spend.
struct SessionBudget {
  std::size_t bytes = 1024 * 1024;  ///< of one request's body
  std::size_t packet = 32 * 1024;   ///< what a packet aims at
  std::optional<Lane> lane;         ///< only this one
};

/// The prefix of one of our journals that a request or a file carries.
struct Reach {
  JournalId journal;
  std::uint64_t last = 0;
};

/// What a session did, for `sync` and `status`: what left, not what was meant
/// to.
struct SessionReport {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_taken = 0;
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  std::vector<Sentence> alarms;
};

/// Decides what a post says in one sync with headquarters and what it makes of
/// the answer. Touches no socket, clock or thread: the driver carries one
/// request after another until next() gives nothing. One object serves one
/// session; a new attempt is a new object.
///
/// Threads: the store's. Runs its own transactions.
class PostSession {
 public:
  /// `ask_first`: the last attempt was cut, so the first request only asks
  /// what is held; nothing that is held goes out again.
  PostSession(Post& post, const SessionBudget& budget, bool ask_first);

  /// The body of the next request; empty optional: everything that had to be
  /// said was said.
  Result<std::optional<Bytes>> next();
  /// The whole answer to the last request. A bad packet in it is named in the
  /// report and stops no other.
  Result<> on_answer(std::string_view body);
  /// Bytes left this machine, as far as the driver knows: packets that went
  /// out whole are `sent` from now on.
  Result<> on_uploaded(std::uint64_t bytes);
  /// They left, but headquarters refused the whole request: none is `sent`.
  void on_refused(std::uint64_t bytes) { report_.bytes_up += bytes; }

  /// The greeting says all that was read of the feeds: on a road without an
  /// answer.
  void say_feeds() { in_full_ = healing_ = true; }
  /// What the requests after this may spend: the driver learns as it goes.
  void spend(const SessionBudget& budget) { budget_ = budget; }
  /// How far the last request goes in our journals.
  std::vector<Reach> carried() const;
  /// The byte budget cut the last request short.
  bool more() const { return more_here_; }

  const SessionReport& report() const { return report_; }

 private:
  struct Pending {        ///< one packet of the last request
    std::size_t end = 0;  ///< its last byte in the body
    Reach reach;
  };

  Result<Bytes> hello();
  Result<> add_packets(Bytes& body);
  Result<> on_frame(const proto::Frame& frame);
  Result<> on_welcome(const proto::Welcome& welcome);

  Post* post_;
  SessionBudget budget_;
  SessionReport report_;
  Bytes nonce_;
  bool ask_;
  bool over_ = false;
  bool more_here_ = false;   ///< the byte budget stopped us
  bool more_there_ = false;  ///< headquarters has more
  std::vector<Pending> pending_;
  /// What went up once is not sent again in this session: a packet that is
  /// refused delays no other.
  Post::Passed passed_;
  std::vector<std::size_t> ends_;  ///< of every packet of the last request
  std::vector<Bytes> to_return_;
  std::vector<proto::PinAlarm> told_;  ///< by the last greeting
  bool in_full_ = false;               ///< say all that was read of the feeds
  bool healing_ = false;               ///< a request that says so was asked for
};

/// The USB road: one direction of a session written down. What `reach` names
/// is sent once the file is where it should be: then Post::mark_sent().
struct PostFile {
  Bytes bytes;
  std::vector<Reach> reach;
  bool more = false;  ///< `bytes_max` cut it short
};

/// Everything that no receipt says is held, with a Hello, and a Join while the
/// certificate is not back.
Result<PostFile> cut_post_file(Post& post,
                               const std::optional<proto::Join>& join,
                               std::size_t bytes_max);
/// The same, only its bytes.
Result<Bytes> write_post_file(Post& post,
                              const std::optional<proto::Join>& join,
                              std::size_t bytes_max);
/// What headquarters wrote for this machine. Faults of single items are in the
/// report; the rest is taken.
Result<SessionReport> read_post_file(Post& post, std::string_view file);

}  // namespace relais::sync
