#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "sync/crypto.h"

namespace relais::sync {

/// The bytes of the ring's file; a test stands in for it, and cuts the power.
class RingFile {
 public:
  virtual ~RingFile() = default;
  /// Everything; empty where there is none yet.
  virtual Result<Bytes> read() = 0;
  virtual Result<> write(std::size_t offset, std::string_view bytes) = 0;
  /// What was written before is on the disk when this returns.
  virtual Result<> sync() = 0;
};
/// A file of its owner's alone, written in place: renaming would show in the
/// folder, and leave the old one's blocks behind.
Result<std::unique_ptr<RingFile>> open_ring_file(
    const std::filesystem::path& path);

/// Envelopes that wait for their day: always `slots` of them, most or all of
/// them fillers, so that nothing here says whether one is real. A report comes
/// in at the front, the day's envelope leaves there, a new filler takes the
/// last place. No mark of what is real is kept on the disk, nor needed.
///
/// The file is two copies, each encrypted anew with a fresh nonce whenever it
/// is written: copy A, fsync, copy B, fsync. A is read where it is whole, else
/// B; so a cut at any moment leaves the old ring or the new one.
///
/// Ownership   Owns the file.
/// Threads     One at a time.
class WaitingRing {
 public:
  static constexpr std::size_t slots = 64;
  /// Reports that one run takes in before days have made room again: more
  /// would push others out at the end.
  static constexpr std::size_t taken_max = 48;

  /// `key`: 32 bytes, this machine's. What cannot be read (a new machine, a
  /// damaged file) begins anew, all fillers; anew() says so.
  static Result<WaitingRing> open(std::unique_ptr<RingFile> file, Bytes key,
                                  Random& random);

  bool anew() const { return anew_; }
  /// Behind those that came in since this run began, before all else. On the
  /// disk when it returns; after a failure as before. over_limit: too many.
  Result<> put(const std::vector<Bytes>& envelopes);
  /// The one whose turn it is.
  const Bytes& front() const { return ring_.front(); }
  /// It is in the journal: a filler comes in at the end.
  Result<> pop();
  /// The same, encrypted anew.
  Result<> rewrite();

 private:
  WaitingRing(std::unique_ptr<RingFile> file, Bytes key, Random& random);
  Result<> write(const std::deque<Bytes>& ring);
  bool read_copy(std::string_view bytes);

  std::unique_ptr<RingFile> file_;
  Bytes key_;
  Random* random_;
  std::deque<Bytes> ring_;
  std::size_t taken_ = 0;  ///< of this run, still here
  bool anew_ = false;
};

}  // namespace relais::sync
