#include "sync/record/access.h"

#include <gtest/gtest.h>

#include "tests/support/plain_facts.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::PlainFacts;
using Roles = std::set<std::string>;

constexpr auto post = proto::SIDE_POST;
constexpr auto headquarters = proto::SIDE_HEADQUARTERS;

constexpr const char* chief = "811-04.K";       // CBS at Diboli
constexpr const char* examiner = "924-31.C";    // CVIS, N+1 of the officer
constexpr const char* officer = "0112-447.T";   // ECOR
constexpr const char* director = "702-15.B";    // DR
constexpr const char* controller = "779-50.P";  // CTI
constexpr const char* intake = "912-96.W";      // RSI
constexpr const char* head = "648-33.N";        // CBACI
constexpr const char* custodian = "817-76.P";
constexpr const char* resolver = "966-35.T";
constexpr const char* human_resources = "985-47.J";
constexpr const char* trainer = "848-98.S";
constexpr const char* system_admin = "907-44.T";

class AccessTo : public testing::Test {
 protected:
  explicit AccessTo(const char* form) : form_(test::published_form(form)) {}

  Access of(const std::string& person, proto::Side side) {
    return Access(*form_, tables_, {person, side}, author_, facts_);
  }
  Roles readable(const std::string& person, proto::Side side) {
    const Access access = of(person, side);
    Roles parts;
    for (const auto& part : form_->definition().part()) {
      if (access.may_read(part.id())) parts.insert(part.id());
    }
    EXPECT_EQ(access.may_see(), !parts.empty());
    return parts;
  }
  static Act act(proto::ActKind kind, const char* field, const char* row = "",
                 const char* column = "") {
    Act act;
    act.kind = kind;
    act.address = {field, row, column};
    return act;
  }
  static Act write(const char* field, const char* row = "",
                   const char* column = "") {
    return act(proto::ACT_KIND_WRITE, field, row, column);
  }
  static Act step(const char* id, bool proposes = false) {
    Act step = act(proto::ACT_KIND_TRANSITION, "");
    step.step = id;
    step.proposes = proposes;
    return step;
  }

  std::shared_ptr<const Form> form_;
  Tables tables_ = test::published_tables();
  PlainFacts facts_;
  std::string author_ = officer;
};

class AccessToAnIncident : public AccessTo {
 protected:
  AccessToAnIncident() : AccessTo("incident") {}
};

// Every person of every kind, at a post and at headquarters.
TEST_F(AccessToAnIncident, LetsEachRoleReadItsPartsAndNothingElse) {
  struct Line {
    const char* person;
    Roles at_post;
    Roles at_headquarters;
  };
  const Roles internal = {"report", "case", "public"};
  const std::vector<Line> lines = {
      {officer, {"public"}, {"public"}},
      {service_person, {}, {}},
      {chief, {}, {}},
      {examiner, {}, {}},
      {director, {}, {}},
      {trainer, {}, {}},
      {system_admin, {}, {}},
      {"849-60.J", {}, {}},  // auditor
      {"000-00.X", {}, {}},
      {"", {}, {}},
      {intake, {}, internal},
      {controller, {}, internal},  // takes in, besides investigating
      {head, {}, internal},
      {resolver, {}, internal},
      {shell_person, {}, internal},
      {custodian, {}, {"identity"}},
      {human_resources, {}, {"case"}},
      {headquarters_itself, {}, {"report", "identity", "case", "public"}},
  };
  for (const Line& line : lines) {
    EXPECT_EQ(readable(line.person, post), line.at_post) << line.person;
    EXPECT_EQ(readable(line.person, headquarters), line.at_headquarters)
        << line.person;
  }
}

TEST_F(AccessToAnIncident, HidesItFromWhomeverItAccuses) {
  facts_.row("subjects", {{"officer", Value(Code{head})}}, "a1")
      .row("excluded_readers", {}, resolver)
      .row("conflicts_of_interest", {{"officer", Value(Code{controller})}});

  for (const char* person : {head, resolver, controller}) {
    EXPECT_TRUE(excluded(*form_, facts_, person));
    EXPECT_TRUE(readable(person, headquarters).empty()) << person;
    EXPECT_FALSE(of(person, headquarters).may("case", step("triage")));
    EXPECT_FALSE(
        of(person, headquarters).may("case", act(proto::ACT_KIND_ACCEPT, "")));
  }
  EXPECT_FALSE(excluded(*form_, facts_, intake));
  EXPECT_FALSE(excluded(*form_, facts_, ""));
  EXPECT_FALSE(readable(intake, headquarters).empty());
  facts_.row("subjects", {{"officer", Value(Code{officer})}}, "a2");
  EXPECT_TRUE(readable(officer, post).empty()) << "even its author";
}

TEST_F(AccessToAnIncident, GivesTheInvestigatorsRoleToTheAssignedAlone) {
  const auto roles = [this](const std::string& person) {
    return roles_of(*form_, tables_, {person, headquarters}, author_, facts_);
  };
  EXPECT_EQ(roles(controller), (Roles{"ia_intake"}));
  facts_.code("lead_investigator", controller).row("team", {}, "828-31.S");
  EXPECT_EQ(roles(controller), (Roles{"ia_intake", "ia_investigator"}));
  EXPECT_TRUE(roles("828-31.S").contains("ia_investigator"));
  EXPECT_TRUE(roles("763-23.B").contains("ia_intake"));
  EXPECT_FALSE(roles("763-23.B").contains("ia_investigator"));
  facts_.row("conflicts_of_interest", {{"officer", Value(Code{controller})}});
  EXPECT_FALSE(of(controller, headquarters).may_see()) << "at once";
}

TEST_F(AccessToAnIncident, LetsAPostOnlyAddToWhatItNoLongerReads) {
  const Access author = of(officer, post);
  const auto added = act(proto::ACT_KIND_ADD_ROW, "evidence", "b1");

  EXPECT_EQ(
      author.role_for("report", {act(proto::ACT_KIND_APPEND, "narrative")}),
      "field_officer");
  EXPECT_TRUE(author.role_for("report",
                              {added, write("evidence", "b1", "description")}));
  EXPECT_FALSE(author.may("report", write("evidence", "b2", "description")));
  EXPECT_FALSE(author.may("report", write("summary")));
  EXPECT_FALSE(author.may(
      "report", act(proto::ACT_KIND_ANNUL_ROW, "vehicle_refs", "c1")));
  EXPECT_FALSE(author.may("case", write("severity_proposed")));
  EXPECT_FALSE(author.may("public", write("message")));
  for (const char* other : {chief, examiner, service_person}) {
    EXPECT_FALSE(
        of(other, post).may("report", act(proto::ACT_KIND_APPEND, "narrative")))
        << other;
  }
}

TEST_F(AccessToAnIncident, LetsWhoeverTakesItDownFillAllOfItOnce) {
  for (const char* person : {officer, chief, director, service_person}) {
    const auto access =
        Access::to_new(*form_, tables_, {person, post}, PlainFacts());
    EXPECT_TRUE(access.may_open()) << person;
    EXPECT_TRUE(access.role_for("report",
                                {write("summary"), write("category_primary")}));
    EXPECT_TRUE(access.may("case", write("severity_proposed")));
    EXPECT_FALSE(access.may("case", write("severity_confirmed")));
    EXPECT_FALSE(access.may("report", write("severity_proposed")))
        << "another part";
  }
  for (const char* person : {trainer, system_admin, "000-00.X", ""}) {
    const auto access =
        Access::to_new(*form_, tables_, {person, post}, PlainFacts());
    EXPECT_FALSE(access.may_open()) << person;
    EXPECT_FALSE(access.may("report", write("summary"))) << person;
  }
}

TEST_F(AccessToAnIncident, AsksTwoPersonsRolesForATwoPersonStep) {
  EXPECT_TRUE(of(intake, headquarters).may("case", step("dismiss", true)));
  EXPECT_FALSE(of(intake, headquarters).may("case", step("dismiss")));
  EXPECT_TRUE(of(head, headquarters).may("case", step("dismiss")));
  EXPECT_FALSE(of(head, headquarters).may("case", step("dismiss", true)));
  EXPECT_FALSE(of(head, headquarters).may("report", step("triage")))
      << "the lifecycle is in the case";
  EXPECT_FALSE(of(head, headquarters).may("case", step("no_such_step")));
}

TEST_F(AccessToAnIncident, AsksBothRightsOfWhoeverLowersAProtection) {
  Act lower = write("legal_hold");
  lower.cites = {Dot{}};

  EXPECT_TRUE(of(head, headquarters).may("case", lower));
  EXPECT_FALSE(of(intake, headquarters).may("case", lower));
}

TEST_F(AccessToAnIncident, KeepsDecisionsAndControlToTheirDomain) {
  const auto decide = act(proto::ACT_KIND_DECIDE, "amount_demanded");
  const auto lost = act(proto::ACT_KIND_LOST, "");
  const auto purge = act(proto::ACT_KIND_PURGE, "");

  EXPECT_TRUE(of(resolver, headquarters).may("report", decide));
  EXPECT_TRUE(of(shell_person, headquarters).may("report", decide));
  EXPECT_FALSE(of(shell_person, post).may("report", decide));
  EXPECT_FALSE(of("0113-684.J", headquarters).may("report", decide))
      << "the resolver of another domain";
  EXPECT_FALSE(of(human_resources, headquarters).may("report", decide));
  EXPECT_TRUE(of(resolver, headquarters).may("case", lost));
  EXPECT_FALSE(of(resolver, headquarters).may("case", purge));
  EXPECT_FALSE(of(system_admin, headquarters).may("case", lost));
  // It names changes and reads nothing: somebody must be able to.
  EXPECT_TRUE(of(resolver, headquarters).may("identity", lost));
  EXPECT_FALSE(of(resolver, headquarters).may_read("identity"));
  EXPECT_FALSE(of(human_resources, headquarters).may("identity", lost));
  EXPECT_EQ(of(head, headquarters).role_for("report", {}), std::nullopt);
}

TEST_F(AccessToAnIncident, TakesRolesOfUsersWhileTheirRowIsOpen) {
  tables_.table["headquarters_user"] = *Table::parse(
      "code,valid_to,role\n"
      "keita,,ia_head ia_intake\nold,2026-01-01,ia_head\n");

  EXPECT_EQ(of("keita", headquarters).roles(), (Roles{"ia_head", "ia_intake"}));
  EXPECT_TRUE(of("old", headquarters).roles().empty());
  EXPECT_TRUE(of("keita", post).roles().empty());
}

class AccessToAnEvaluation : public AccessTo {
 protected:
  AccessToAnEvaluation() : AccessTo("evaluation") {
    facts_.code("officer_id", officer);
    author_ = examiner;
  }
};

TEST_F(AccessToAnEvaluation, ShowsItToTheThreeConcernedAndToHumanResources) {
  const Roles everything = {"shared", "self", "superior"};

  EXPECT_EQ(readable(officer, post), (Roles{"shared", "self"}));
  EXPECT_EQ(readable(examiner, post), everything);
  EXPECT_EQ(readable(chief, post), everything) << "the N+2";
  EXPECT_EQ(readable(director, post), Roles());
  EXPECT_EQ(readable("0107-568.P", post), Roles()) << "a colleague";
  EXPECT_EQ(readable(service_person, post), Roles());
  EXPECT_EQ(readable(human_resources, headquarters), everything);
  EXPECT_EQ(readable(head, headquarters), Roles()) << "internal affairs";
}

TEST_F(AccessToAnEvaluation, LetsTheSuperiorOfTheDayReadAndNoFormerOne) {
  tables_.table["hierarchy"] = *Table::parse(
      "code,officer,n1,n2,from,to\n"
      "a,0112-447.T,811-04.K,702-15.B,2024-01-01,2025-01-01\n"
      "b,0112-447.T,924-31.C,702-15.B,2025-01-01,\n");

  EXPECT_EQ(of(examiner, post).roles(), (Roles{"n_plus_1"}));
  EXPECT_TRUE(of(chief, post).roles().empty());
  facts_.code("evaluator_id", chief);
  EXPECT_EQ(of(chief, post).roles(), (Roles{"n_plus_1"})) << "named by HR";
  EXPECT_TRUE(of(examiner, post).roles().empty());
}

TEST_F(AccessToAnEvaluation, IsOpenedByASuperiorForHisOwnOnly) {
  PlainFacts nothing;
  PlainFacts own;
  own.code("officer_id", officer);
  PlainFacts others;
  others.code("officer_id", "835-62.D");
  const auto opens = [this](const char* person, const Facts& facts) {
    return Access::to_new(*form_, tables_, {person, post}, facts).may_open();
  };

  EXPECT_TRUE(opens(examiner, nothing));
  EXPECT_TRUE(opens(examiner, own));
  EXPECT_FALSE(opens(examiner, others));
  EXPECT_FALSE(opens(officer, nothing)) << "nobody's superior";
  EXPECT_FALSE(opens(officer, own));
}

TEST_F(AccessToAnEvaluation, GivesEachColumnToItsOwner) {
  const auto achieved = write("objective_results", "a1", "achieved");
  const auto rate = write("objective_results", "a1", "rate");

  EXPECT_TRUE(of(officer, post).may("shared", achieved));
  EXPECT_FALSE(of(officer, post).may("shared", rate));
  EXPECT_TRUE(of(examiner, post).may("shared", rate));
  EXPECT_FALSE(of(examiner, post).role_for("shared", {rate, achieved}))
      << "one change, one role";
  EXPECT_FALSE(of(officer, post).may("superior", write("n1_rating")));
}

TEST(Access, DeniesWhatNoFormSpeaksOf) {
  const Tables tables = test::published_tables();
  for (const std::string& id : test::published_form_ids()) {
    const auto form = test::published_form(id);
    const Access access(*form, tables, {headquarters_itself, headquarters},
                        head, PlainFacts());
    EXPECT_FALSE(access.may_read("no_such_part")) << id;
    Act act;
    EXPECT_FALSE(access.may(form->definition().root_part(), act)) << id;
    act.kind = proto::ACT_KIND_WRITE;
    act.address.field = "no_such_field";
    EXPECT_FALSE(access.may(form->definition().root_part(), act)) << id;
    const Access nobody(*form, tables, {system_admin, headquarters}, head,
                        PlainFacts());
    EXPECT_FALSE(nobody.may_see()) << id;
    EXPECT_FALSE(nobody.may_open()) << id;
  }
}

}  // namespace
}  // namespace relais::sync
