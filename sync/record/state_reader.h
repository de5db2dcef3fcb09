#pragma once

#include <cstddef>
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

/// The reverse of StateWriter. Damaged bytes give damaged values and read_all()
/// false, never more than they have room for.
class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : rest_(bytes) {}

  template <class... T>
  void operator()(T&... x) {
    (one(x), ...);
  }
  bool read_all() const { return good_ && rest_.empty(); }

 private:
  std::uint64_t number(std::size_t bytes);
  std::string_view raw(std::size_t bytes);
  /// How many follow: each takes at least one byte.
  std::size_t count();

  template <class T>
  requires std::is_integral_v<T>
  void one(T& x) { x = static_cast<T>(number(sizeof(T))); }
  template <class T>
  requires std::is_enum_v<T>
  void one(T& x) { x = static_cast<T>(number(1)); }
  void one(std::string& x) { x = raw(count()); }
  template <class Kind>
  void one(Id<Kind>& x) {
    if (const auto id = Id<Kind>::from_bytes(raw(16))) x = *id;
  }
  void one(Hash& x) {
    if (const auto hash = Hash::from_bytes(raw(32))) x = *hash;
  }
  void one(Value& x);
  template <class T>
  void one(std::optional<T>& x) {
    if (number(1) == 0) return;
    one(x.emplace());
  }
  template <class T>
  void one(std::vector<T>& x) {
    for (std::size_t left = count(); left > 0 && good_; --left) {
      one(x.emplace_back());
    }
  }
  template <class T>
  void one(std::set<T>& x) {
    for (std::size_t left = count(); left > 0 && good_; --left) {
      T next;
      one(next);
      x.insert(x.end(), std::move(next));
    }
  }
  template <class K, class T>
  void one(std::map<K, T>& x) {
    for (std::size_t left = count(); left > 0 && good_; --left) {
      K key;
      one(key);
      one(x.emplace_hint(x.end(), std::move(key), T())->second);
    }
  }
  template <class T>
  requires std::is_class_v<T>
  void one(T& x) { walk(*this, x); }
  template <class T>
  void kind(Value& x) {
    T held{};
    one(held);
    x = Value(std::move(held));
  }

  /// No enum of a state has more.
  static constexpr std::uint64_t enumerator_max = 3;

  std::string_view rest_;
  bool good_ = true;
  bool in_row_ = false;
};

}  // namespace relais::sync
