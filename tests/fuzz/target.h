#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sync/check.h"

/// A fuzz target is one file of targets/:
///
///   FUZZ_TARGET(screen) { ... CHECK(what must hold) ... }
///   FUZZ_TARGET(packet, fuzz::HostilePacket) { ... }
///
/// `input` is the bytes, a std::string_view. Where a message is named, the
/// input is one, serialised, and is changed field by field. All targets are
/// one program: of libFuzzer's in build/fuzz (`./dev fuzz`), elsewhere one that
/// reads the committed corpora.
namespace relais::fuzz {

using Message = google::protobuf::Message;

struct Target {
  void (*run)(std::string_view input) = nullptr;
  std::unique_ptr<Message> (*new_message)() = nullptr;  ///< null: bytes
};

std::map<std::string, Target>& targets();

inline bool add_target(const char* name, const Target& target) {
  return targets().emplace(name, target).second;
}

template <class M>
std::unique_ptr<Message> new_message() {
  return std::make_unique<M>();
}

}  // namespace relais::fuzz

#define FUZZ_TARGET(name, ...)                                       \
  static void name##_target(std::string_view input);                 \
  [[maybe_unused]] static const bool name##_is_there =               \
      ::relais::fuzz::add_target(                                    \
          #name, {&name##_target __VA_OPT__(                         \
                     , &::relais::fuzz::new_message<__VA_ARGS__>)}); \
  static void name##_target(std::string_view input)
