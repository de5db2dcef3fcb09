#include "sync/text/sheet.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sync/replica/typed.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using nlohmann::json;
using test::Field;
using test::Node;

json sheet(Node& node, const std::string& name, const std::string& who,
           std::vector<std::string> typed = {}) {
  const SheetAsked asked{name, std::move(typed), Language::fr};
  auto all = sheet_json(node.replica(), asked, {who, "", proto::SIDE_POST});
  return all ? json::parse(*all) : json();
}

/// Null when the field is not to be asked.
json question(const json& sheet, const std::string& address) {
  for (const json& one : sheet["fields"]) {
    if (one["address"] == address) return one;
  }
  return nullptr;
}

TEST(Sheet, AsksWhatThisPersonMayFillInAndNothingElse) {
  Field field;
  Node& dib = field.machine("DIB");
  const json blank = sheet(dib, "incident", test::officer_of_dib);
  EXPECT_TRUE(question(blank, "summary")["writable"].get<bool>());
  EXPECT_TRUE(question(blank, "summary")["required"].get<bool>());
  EXPECT_EQ(question(blank, "triage_decision"), nullptr);
  EXPECT_EQ(question(blank, "receipt_code"), nullptr);
}

TEST(Sheet, WhatAppliesFollowsWhatIsTyped) {
  Field field;
  Node& dib = field.machine("DIB");
  const json off = sheet(dib, "incident", test::officer_of_dib);
  const json on =
      sheet(dib, "incident", test::officer_of_dib,
            {"occurred_from=12/05/2026 07:30", "occurred_to=12/05/2026 06:00"});
  EXPECT_EQ(question(off, "occurred_to")["fault"], "");
  EXPECT_NE(question(on, "occurred_to")["fault"], "");
  EXPECT_EQ(question(on, "occurred_from")["value"], "12/05/2026 07:30");
}

TEST(Sheet, WhatIsNoValueStopsNoOther) {
  Field field;
  Node& dib = field.machine("DIB");
  const json all = sheet(dib, "incident", test::officer_of_dib,
                         {"reported_on=hier", "amount_demanded=25 000"});
  EXPECT_EQ(question(all, "reported_on")["value"], "hier");
  EXPECT_NE(question(all, "reported_on")["fault"], "");
  EXPECT_EQ(question(all, "amount_demanded")["words"], "25 000 FCFA");
}

TEST(Sheet, OfARecordThatOneMayNotReadThereIsNone) {
  Field field;
  Node& dib = field.machine("DIB");
  const RecordId id =
      dib.create("evaluation", {"cycle_id=2026", "officer_id=924-31.C"},
                 test::chief_of_dib);
  EXPECT_NE(sheet(dib, to_hex(id), test::chief_of_dib), nullptr);
  EXPECT_EQ(sheet(dib, to_hex(id), test::officer_of_dib), nullptr);
}

TEST(Sheet, NothingIsWritten) {
  Field field;
  Node& dib = field.machine("DIB");
  const auto before = dib.replica().store().journals(
      dib.replica().keys().device, proto::LANE_UNSPECIFIED);
  sheet(dib, "incident", test::officer_of_dib, {"summary=Rien"});
  sheet(dib, "evaluation", test::chief_of_dib, {"cycle_id=2026"});
  const auto after = dib.replica().store().journals(dib.replica().keys().device,
                                                    proto::LANE_UNSPECIFIED);
  EXPECT_EQ(before->size(), after->size());
}

TEST(Typed, IsOnePersonsAloneAndUnreadableOnTheDisk) {
  Field field;
  Node& dib = field.machine("DIB");
  const auto keep = [&](const std::string& who, const std::string& text) {
    return dib.replica().transact([&] {
      return keep_typed(dib.replica(), {who, "incident", text});
    });
  };
  ASSERT_TRUE(keep("924-31.C", "Canari vert 17"));
  ASSERT_TRUE(keep("811-04.K", "autre"));
  EXPECT_EQ(typed_by(dib.replica(), "924-31.C")->at(0).text, "Canari vert 17");
  EXPECT_EQ(typed_by(dib.replica(), "811-04.K")->size(), 1U);
  EXPECT_EQ(dib.disk().find("Canari vert"), std::string::npos);
  ASSERT_TRUE(keep("924-31.C", ""));
  EXPECT_TRUE(typed_by(dib.replica(), "924-31.C")->empty());
  EXPECT_FALSE(keep("924-31.C", std::string(70'000, 'x')));
}

TEST(Search, FindsInReferencesAndTitlesWithoutAccents) {
  Field field;
  Node& dib = field.machine("DIB");
  dib.create("incident", test::an_incident(), test::officer_of_dib, false);
  const auto found = [&](const std::string& words) {
    return Reader(dib.replica())
        .list("", nullptr, 0, {test::officer_of_dib, "", proto::SIDE_POST},
              words)
        ->size();
  };
  EXPECT_EQ(found(""), 1U);
  EXPECT_EQ(found("inc-dib 0001"), 1U);
  EXPECT_EQ(found("0002"), 0U);
}

}  // namespace
}  // namespace relais::sync
