#include <gtest/gtest.h>

#include <set>

#include "sync/record/form_check.h"
#include "tests/unit/record/form_case.h"

namespace relais::sync {
namespace {

using test::field;
using test::FormCase;
using test::step;

TEST(NextVersion, RemovesNothingAndChangesNoType) {
  const std::vector<FormCase> cases = {
      {"incident", "incident", [](auto& f) { f.set_version(1); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_id("headline"); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_type(proto::TYPE_TEXT); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_part("case"); }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence.type").set_id("kind"); }},
      {"incident", "narrative",
       [](auto& f) { field(f, "narrative").set_policy(proto::POLICY_ADD); }},
      {"attendance", "marks", [](auto& f) { field(f, "marks").clear_unit(); }},
      {"attendance", "pre_test",
       [](auto& f) { field(f, "pre_test").set_scale(2); }},
      {"incident", "reporter_mode.named",
       [](auto& f) {
         field(f, "reporter_mode").mutable_choice(0)->set_code("open");
       }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").set_id("orient"); }},
      {"incident", "state.council",
       [](auto& f) {
         for (auto& state : *f.mutable_lifecycle()->mutable_state()) {
           if (state.id() == "council") state.set_id("board");
         }
       }},
      {"incident", "part.public",
       [](auto& f) { f.mutable_part(3)->set_id("open"); }},
      {"incident", "incident", [](auto& f) { f.set_lane(proto::LANE_NORMAL); }},
      {"attendance", "attendance", [](auto& f) { f.clear_key(); }},
  };
  for (const FormCase& one : cases) {
    const auto before = test::published_form(one.form);
    proto::Form next = before->definition();
    next.set_version(2);
    one.change(next);
    std::set<std::string> places;
    for (const Sentence& fault :
         check_next_version(*before, **Form::compile(next, {}))) {
      places.insert(fault.arguments.at(0));
    }
    EXPECT_TRUE(places.contains(one.place))
        << one.place << ": " << testing::PrintToString(places);
  }
}

TEST(NextVersion, MayAddFieldsStatesAndSteps) {
  const auto before = test::published_form("attendance");
  proto::Form next = before->definition();
  next.set_version(2);
  *next.add_field() = field(next, "pre_test");
  next.mutable_field(next.field_size() - 1)->set_id("mid_test");
  field(next, "enrolment").add_choice()->set_code("no_show");
  next.mutable_lifecycle()->add_state()->set_id("archived");

  EXPECT_TRUE(check_next_version(*before, **Form::compile(next, {})).empty());
}

}  // namespace
}  // namespace relais::sync
