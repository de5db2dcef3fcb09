#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sync/record/state_walk.h"

namespace relais::sync {

/// Numbers big-endian; texts, lists, sets and maps after their count.
class StateWriter {
 public:
  template <class... T>
  void operator()(const T&... x) {
    (one(x), ...);
  }
  Bytes take() { return std::move(out_); }

 private:
  void number(std::uint64_t value, int bytes);
  void raw(std::string_view bytes) { out_ += bytes; }

  template <class T>
  requires std::is_integral_v<T>
  void one(T x) {
    number(static_cast<std::uint64_t>(x), static_cast<int>(sizeof(T)));
  }
  template <class T>
  requires std::is_enum_v<T>
  void one(T x) { number(static_cast<std::uint64_t>(x), 1); }
  void one(const std::string& x) {
    number(x.size(), 4);
    raw(x);
  }
  template <class Kind>
  void one(const Id<Kind>& x) {
    raw(x.view());
  }
  void one(const Hash& x) { raw(x.view()); }
  void one(const Value& x);
  template <class T>
  void one(const std::optional<T>& x) {
    one(x.has_value());
    if (x) one(*x);
  }
  template <class A, class B>
  void one(const std::pair<A, B>& x) {
    one(x.first);
    one(x.second);
  }
  template <class T>
  void one(const std::vector<T>& x) {
    all(x);
  }
  template <class T>
  void one(const std::set<T>& x) {
    all(x);
  }
  template <class K, class T>
  void one(const std::map<K, T>& x) {
    all(x);
  }
  template <class T>
  requires std::is_class_v<T>
  void one(const T& x) { walk(*this, x); }
  template <class List>
  void all(const List& list) {
    number(list.size(), 4);
    for (const auto& x : list) one(x);
  }

  Bytes out_;
};
}  // namespace relais::sync
