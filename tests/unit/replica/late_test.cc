#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/steps.h"
#include "sync/text/edits.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Actor at_headquarters(const char* person) {
  return {person, {}, proto::SIDE_HEADQUARTERS};
}
const Actor head_of_training = at_headquarters("789-77.T");
const Actor intake = at_headquarters(test::controller);
const Actor head_of_affairs = at_headquarters("648-33.N");

/// What reaches a record after headquarters closed it.
class Late : public testing::Test {
 protected:
  void step(const RecordId& record, const std::string& id, const Actor& by) {
    auto taken =
        Editor(there.replica()).transition(to_hex(record), id, "vu", by);
    ASSERT_TRUE(taken) << id << ": " << taken.error().what.id << " "
                       << testing::PrintToString(taken.error().what.arguments);
  }
  void edit(const RecordId& record, const std::vector<std::string>& set,
            const Actor& by) {
    auto view = Reader(there.replica()).show(to_hex(record), by).value();
    auto edits = edits_from_set(*view.form, *view.tables, set).value();
    auto done = Editor(there.replica()).edit(to_hex(record), edits, by);
    ASSERT_TRUE(done) << done.error().what.id << " "
                      << testing::PrintToString(done.error().what.arguments);
  }
  /// Reasons of the proposals to reopen that stand at headquarters.
  std::vector<std::string> proposals(const RecordId& record,
                                     const std::string& part) {
    std::vector<std::string> reasons;
    const auto state = there.replica().part(record, part).value();
    for (const Proposal& one : state->proposals) {
      if (one.what != "reopen") continue;
      reasons.push_back(there.replica().change(one.dot)->acts.front().reason);
    }
    return reasons;
  }

  Field field;
  Node& there = field.headquarters();
  Node& dib = field.machine("DIB");
};

TEST_F(Late, AMarkForACancelledSessionProposesToReopenIt) {
  const RecordId session = dib.create(
      "training_session",
      {"module_code=SEC-100", "place_post=DIB", "starts_on=2026-05-11",
       "ends_on=2026-05-15", "slots[2026-05-12/AM].planned_hours=3.0"},
      chief_of_dib);
  field.sync(dib);
  const auto attends = [&](const std::string& officer) {
    return dib.create("attendance",
                      {"session_id=" + to_hex(session),
                       "attendee_key=" + officer, "officer_id=" + officer,
                       "enrolment=registered", "marks[2026-05-12/AM].status=P"},
                      chief_of_dib);
  };
  const RecordId mark = attends("924-31.C");
  step(session, "cancel", head_of_training);
  ASSERT_THAT(proposals(session, "main"), IsEmpty());

  field.sync(dib);

  ASSERT_THAT(proposals(session, "main"), SizeIs(1));
  EXPECT_THAT(proposals(session, "main").front(),
              HasSubstr(there.replica().find(to_hex(mark))->reference));
  EXPECT_EQ((*there.replica().part(session, "main"))->state, "cancelled")
      << "a person decides";

  attends("0112-447.T");
  field.sync(dib);
  EXPECT_THAT(proposals(session, "main"), SizeIs(1)) << "one is enough";
  step(session, "reopen", head_of_training);
  EXPECT_THAT(proposals(session, "main"), IsEmpty());
}

TEST_F(Late, AStatementForAClosedCaseProposesToReopenIt) {
  const RecordId report =
      dib.create("incident", test::an_incident(), officer_of_dib, true);
  field.sync(dib);
  step(report, "triage", intake);
  edit(report,
       {"severity_confirmed=S2", "hierarchy_not_concerned=oui",
        "closure_reason=handled_by_hierarchy"},
       head_of_affairs);
  step(report, "close_by_hierarchy", head_of_affairs);

  ASSERT_TRUE(dib.edit(to_hex(report), {"narrative[+].text=Autre témoin."},
                       officer_of_dib));
  field.sync(dib);

  ASSERT_THAT(proposals(report, "case"), SizeIs(1));
  EXPECT_EQ((*there.replica().part(report, "case"))->state, "closed");
  step(report, "reopen", head_of_affairs);
  EXPECT_EQ((*there.replica().part(report, "case"))->state, "reopened");
}

}  // namespace
}  // namespace relais::sync
