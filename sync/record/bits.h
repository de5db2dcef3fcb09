#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relais::sync {

/// A set of small numbers: places of changes in the graph of one part.
class Bits {
 public:
  void set(std::size_t bit) {
    if (bit / 64 >= words_.size()) words_.resize(bit / 64 + 1);
    words_[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  bool test(std::size_t bit) const {
    return bit / 64 < words_.size() && (words_[bit / 64] >> bit % 64 & 1) != 0;
  }
  void reset(std::size_t bit) {
    if (!test(bit)) return;
    words_[bit / 64] &= ~(std::uint64_t{1} << bit % 64);
    trim();
  }
  Bits& operator|=(const Bits& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (std::size_t i = 0; i < other.words_.size(); ++i) {
      words_[i] |= other.words_[i];
    }
    return *this;
  }
  Bits& operator&=(const Bits& other) {
    if (other.words_.size() < words_.size()) words_.resize(other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i)
      words_[i] &= other.words_[i];
    trim();
    return *this;
  }
  /// Whether all of `other` is in here.
  bool contains(const Bits& other) const {
    if (other.words_.size() > words_.size()) return false;
    for (std::size_t i = 0; i < other.words_.size(); ++i) {
      if ((other.words_[i] & ~words_[i]) != 0) return false;
    }
    return true;
  }
  /// Those that are not in `other`.
  Bits without(const Bits& other) const {
    Bits left = *this;
    for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i) {
      left.words_[i] &= ~other.words_[i];
    }
    left.trim();
    return left;
  }
  /// Calls `visit` with each, rising.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(i * 64 + static_cast<std::size_t>(__builtin_ctzll(word)));
      }
    }
  }
  bool empty() const { return words_.empty(); }
  /// The largest; there must be one.
  std::size_t last() const {
    return words_.size() * 64 - 1 -
           static_cast<std::size_t>(__builtin_clzll(words_.back()));
  }
  std::size_t hash() const {
    std::uint64_t sum = 0xcbf29ce484222325ULL;
    for (std::uint64_t word : words_) sum = (sum ^ word) * 0x100000001b3ULL;
    return static_cast<std::size_t>(sum);
  }
  bool operator==(const Bits&) const = default;

 private:
  void trim() {
    while (!words_.empty() && words_.back() == 0) words_.pop_back();
  }

  std::vector<std::uint64_t> words_;  // the last is not zero
};

}  // namespace relais::sync
