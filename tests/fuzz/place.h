#pragma once

#include <functional>

#include "tests/fuzz/forgery.h"
#include "tests/support/field.h"

namespace relais::fuzz {

/// A headquarters with everything published, and a post that is enrolled there
/// and wrote an incident, both in memory. Every input finds them as they were.
class Place {
 public:
  static Place& here();

  test::Node& headquarters() { return field_.headquarters(); }
  test::Node& post() { return *post_; }
  const Road& up() const { return up_; }
  const Road& down() const { return down_; }

  /// Work inside a transaction of that machine, which is then rolled back.
  static void undo(test::Node& machine, const std::function<void()>& work);
  /// Work with transactions of its own at one of the two, whose disk is then
  /// as it was.
  void restore_after(test::Node& machine, const std::function<void()>& work);

 private:
  Place();

  sync::ParsedFiles parsed_;
  test::MemoryFiles memory_;
  test::Field field_{test::Ground{&memory_, &parsed_}};
  test::Node* post_;
  Road up_;
  Road down_;
};

}  // namespace relais::fuzz
