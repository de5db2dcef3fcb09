#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/published.h"

namespace relais::test {

using FormChange = std::function<void(proto::Form&)>;

inline proto::Field& field(proto::Form& form, const std::string& id) {
  for (proto::Field& one : *form.mutable_field()) {
    if (one.id() == id) return one;
    for (proto::Field& column : *one.mutable_column()) {
      if (one.id() + "." + column.id() == id) return column;
    }
  }
  ADD_FAILURE() << id;
  return *form.mutable_field(0);
}

inline proto::Transition& step(proto::Form& form, const std::string& id) {
  for (auto& one : *form.mutable_lifecycle()->mutable_transition()) {
    if (one.id() == id) return one;
  }
  ADD_FAILURE() << id;
  return *form.mutable_lifecycle()->mutable_transition(0);
}

/// What somebody could change in a published form.
struct FormCase {
  const char* form;
  const char* place;  ///< where the fault must be found
  FormChange change;
};

}  // namespace relais::test
