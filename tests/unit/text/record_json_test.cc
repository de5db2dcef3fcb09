#include "sync/text/record_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sync/text/edits.h"
#include "tests/unit/text/sample_record.h"

namespace relais::sync {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* journal = "11111111111111111111111111111111";

TEST(RecordAsJson, IsAsTheContractShowsIt) {
  const std::string dot = std::string(journal) + ".";

  Json record = Json::parse(record_json(test::sample_view()));

  // One digest a part: what two machines compare.
  EXPECT_EQ(record["digests"]["report"].get<std::string>().size(), 64U);
  record.erase("digests");
  EXPECT_EQ(record, Json::parse(R"({
    "record": "33333333333333333333333333333333",
    "reference": "INC-DIB-A-26-0042", "form": "incident",
    "state": "submitted", "held": "sent",
    "fields": {
      "category_primary": "EXT", "category_other": ["BRB"],
      "summary": "Au pont \u001b[31m rouge",
      "narrative": [{"row": ")" +
                                dot + R"(4",
                     "text": "Première ligne.\nSeconde."}],
      "amount_paid": 1500000,
      "subjects": [{"row": "00112233445566aa", "kind": "auxiliaire"}]},
    "transitions": ["receive"],
    "conflicts": [{
      "id": "22222222222222222222222222222222",
      "address": "amount_demanded",
      "values": [
        {"value": 25000, "author": "924-31.C", "role": "field_officer",
         "dot": ")" + dot + R"(2", "stamp": 1002},
        {"value": 250000, "author": "shell", "role": "post_chief",
         "dot": ")" + dot + R"(3", "stamp": 1003}],
      "blocking": false, "for": ["sync_resolver_ia"]}],
    "set_aside": [{"dot": ")" + dot +
                                R"(9", "part": "report",
                   "reason": "role"}],
    "hidden": ["identity"],
    "decisions": [{
      "address": "amount_paid", "value": 1500000, "by": "shell",
      "role": "sync_resolver_ia", "reason": "le reçu\nfait foi",
      "dot": ")" + dot + R"(8", "undone": false}],
    "proposals": [], "views": {},
    "annulled": [{"address": "category_other[THF]", "row": "THF"}]
  })"));
}

TEST(RecordAsJson, BeginsWithWhatNamesIt) {
  const std::string text = record_json(test::sample_view());

  EXPECT_TRUE(text.starts_with(R"({"record":"3333)"));
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(RecordAsJson, CanBeGivenBack) {
  const RecordView view = test::sample_view();

  const auto edits =
      edits_from_json(*view.form, *view.tables, record_json(view));

  // The control character of the summary is the one thing that nobody may
  // type; the log's entry is there already.
  ASSERT_FALSE(edits);
  EXPECT_TRUE(edits.error().more.empty());
  EXPECT_EQ(edits.error().what.arguments.front(), "summary");
}

TEST(RecordAsJson, GivesAnUndecidedStateByItsTargets) {
  RecordView view = test::sample_view();
  Conflict& conflict = view.parts.front().conflicts.front();
  conflict.address = {state_field, "", ""};
  conflict.blocking = true;
  conflict.values.front().state = "closed";

  const Json record = Json::parse(record_json(view));

  EXPECT_EQ(record["conflicts"][0]["address"], "state");
  EXPECT_EQ(record["conflicts"][0]["values"][0]["value"], "closed");
  EXPECT_EQ(record["conflicts"][0]["blocking"], true);
}

TEST(RecordAsJson, ShowsTheHistoryWhereAsked) {
  Change change;
  change.dot = test::sample_dot(1);
  change.part = "report";
  change.author = "924-31.C";
  change.role = "field_officer";
  change.wall = 0;
  Act act;
  act.kind = proto::ACT_KIND_WRITE;
  act.address = {"subjects", "aa", "kind"};
  act.value = Value(Code{"inconnu"});
  change.acts = {act};
  const std::vector<Change> history{change};

  const Json record = Json::parse(record_json(test::sample_view(), &history));

  EXPECT_EQ(record["history"], Json::parse(R"([{
    "dot": ")" + std::string(journal) + R"(.1", "part": "report",
    "author": "924-31.C", "role": "field_officer",
    "wall": "1970-01-01T00:00:00Z",
    "acts": [{"act": "write", "address": "subjects[aa].kind",
              "value": "inconnu"}]}])"));
}

TEST(RecordAsJson, WritesEveryKindOfValue) {
  RecordView view = test::sample_view();
  view.parts.clear();
  view.views = {{"a", Value(Decimal{125, 1})},
                {"b", Value(Decimal{9'007'199'254'740'993, 2})},
                {"c", Value(true)},
                {"d", Value(Date{0})},
                {"e", Value(Instant{0})},
                {"f", Value(Erased{})},
                {"g", Value(Blob{Hash{}, 3, "a.pdf"})},
                {"h", Value(Row{{"x", Value(std::int64_t{1})}})},
                {"i", Value(RecordId{})},
                {"j", Value(Sealed{"bytes"})}};

  const Json views = Json::parse(record_json(view))["views"];

  EXPECT_EQ(views["a"], 12.5);
  EXPECT_EQ(views["b"], "90071992547409.93");
  EXPECT_EQ(views["c"], true);
  EXPECT_EQ(views["d"], "1970-01-01");
  EXPECT_EQ(views["e"], "1970-01-01T00:00:00Z");
  EXPECT_TRUE(views["f"].is_null());
  EXPECT_EQ(views["g"]["size"], 3);
  EXPECT_EQ(views["h"]["x"], 1);
  EXPECT_EQ(views["i"], std::string(32, '0'));
  EXPECT_TRUE(views["j"].is_null());
}

TEST(RecordAsJson, TellsWhatWasErasedAndWhatWaits) {
  RecordView view = test::sample_view();
  Erasure erasure{"shell", "924-31.C", "Art. 7", "demande",
                  test::sample_dot(7)};
  view.erasures = {{"report", {test::sample_dot(2)}, erasure, 0}};
  const ProposalWhy whys[] = {ProposalWhy::proposed, ProposalWhy::closing,
                              ProposalWhy::hold, ProposalWhy::edited};
  for (const ProposalWhy why : whys) {
    view.parts.front().proposals.push_back(
        {why == ProposalWhy::edited, "receive", test::sample_dot(5), why});
  }

  const Json record = Json::parse(record_json(view));

  const std::string dot = std::string(journal) + ".";
  EXPECT_EQ(record["erased"], Json::parse(R"([{
    "part": "report", "dots": [")" + dot + R"(2"], "basis": "Art. 7",
    "reason": "demande", "by": "shell", "second": "924-31.C",
    "wall": "1970-01-01T00:00:00Z", "purge": ")" +
                                          dot + R"(7"}])"));
  ASSERT_EQ(record["proposals"].size(), 4U);
  EXPECT_EQ(record["proposals"][0]["why"], "proposed");
  EXPECT_EQ(record["proposals"][1]["why"], "closing");
  EXPECT_EQ(record["proposals"][2]["why"], "hold");
  EXPECT_EQ(record["proposals"][3]["kind"], "annulment");
}

TEST(RecordAsJson, TellsAChangeAloneWithAllThatItSays) {
  Change change;
  change.dot = test::sample_dot(1);
  Act act;
  act.kind = proto::ACT_KIND_PURGE;
  act.cites = {test::sample_dot(2)};
  act.dots = {test::sample_dot(3)};
  act.lost_from = test::sample_dot(4);
  act.basis = "Art. 7";
  act.proposes = true;
  change.acts = {act};

  const Json one = Json::parse(change_json(change))["acts"][0];

  const std::string dot = std::string(journal) + ".";
  EXPECT_EQ(one["cites"][0], dot + "2");
  EXPECT_EQ(one["dots"][0], dot + "3");
  EXPECT_EQ(one["from"], dot + "4");
  EXPECT_EQ(one["proposes"], true);
  EXPECT_FALSE(one.contains("value"));
}

TEST(LineOfAList, SaysInWordsWhatTheCodeNames) {
  RecordLine line;
  line.reference = "INC-1";
  line.form = "incident";
  line.state = "submitted";
  line.held = Held::held;
  const auto form = test::published_form("incident");

  const Json plain = Json::parse(line_json(line));
  const Json words =
      Json::parse(line_json_in_words(line, form.get(), Language::en));

  EXPECT_EQ(plain["held"], "held");
  EXPECT_EQ(plain["state"], "submitted");
  EXPECT_EQ(words["held"], "held by headquarters");
  EXPECT_EQ(words["state"], "Submitted");
}

}  // namespace
}  // namespace relais::sync
