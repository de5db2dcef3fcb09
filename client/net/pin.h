#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sync/result.h"

namespace relais::client {

using sync::Result;

/// What makes a server headquarters: its chain ends in one private root, known
/// whole or, at first contact, by the first bits of its hash. No other root
/// counts, whatever the machine trusts.
///
/// Dates are not asked: a post whose clock is wrong must still sync, and a
/// root that signs for one headquarters only says by its signature, not by its
/// dates, who is meant. The host name is still checked, by curl.
class Pin {
 public:
  /// By `root_der`, or by the hash alone when its first 50 bits are given (in
  /// decimal). Invalid when that is no number.
  static Result<std::unique_ptr<Pin>> make(
      std::string root_der,
      const std::optional<std::string>& root_hash_prefix_bits);
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

  /// Replaces the verification of an SSL_CTX by this pin's. The pin must
  /// outlive every handshake of that context.
  void install(void* ssl_context);
  /// The root that the server proved to come from; empty before that.
  const std::string& proved_root_der() const { return proved_root_der_; }

 private:
  struct Check;
  explicit Pin(std::string root_der) : root_der_(std::move(root_der)) {}

  std::string root_der_;
  std::optional<std::uint64_t> root_hash_bits_;
  std::string proved_root_der_;
};

}  // namespace relais::client
