#include "sync/record/form_check.h"

#include <gtest/gtest.h>

#include "tests/unit/record/form_case.h"

namespace relais::sync {
namespace {

using test::field;
using test::FormCase;
using test::FormChange;
using test::step;

std::vector<std::string> shown(const std::vector<Sentence>& faults) {
  std::vector<std::string> lines;
  for (const Sentence& fault : faults) {
    std::string line = fault.id;
    for (std::size_t i = 0; i < fault.arguments.size(); ++i) {
      const std::string mark = "{" + std::to_string(i) + "}";
      for (auto at = line.find(mark); at != std::string::npos;
           at = line.find(mark)) {
        line.replace(at, mark.size(), fault.arguments[i]);
      }
    }
    lines.push_back(line);
  }
  return lines;
}

// ---- the forms that the product brings ------------------------------------

TEST(PublishedForms, HaveNoFault) {
  ASSERT_GE(test::published_form_ids().size(), 8U);
  for (const std::string& id : test::published_form_ids()) {
    const auto form = test::published_form(id);
    ASSERT_NE(form, nullptr) << id;
    EXPECT_EQ(form->id(), id);
    EXPECT_EQ(shown(check_form(*form)), std::vector<std::string>()) << id;
  }
}

TEST(PublishedForms, NameOnlyTablesAndRolesThatThereAre) {
  const Tables tables = test::published_tables();
  const Table* roles = tables.find("role");
  ASSERT_NE(roles, nullptr);
  for (const std::string& id : test::published_form_ids()) {
    const auto form = test::published_form(id);
    EXPECT_EQ(shown(check_references(*form, tables)),
              std::vector<std::string>());
    for (const proto::Role& role : form->definition().role()) {
      const int row = roles->find(role.id());
      ASSERT_GE(row, 0) << id << " " << role.id();
      EXPECT_EQ(roles->cell(static_cast<std::size_t>(row), "side"),
                form->is_headquarters(role.id()) ? "headquarters" : "post")
          << id << " " << role.id();
    }
    for (const proto::Field& field : form->definition().field()) {
      if (field.type() != proto::TYPE_RECORD) continue;
      EXPECT_NE(test::published_form(field.list()), nullptr) << field.id();
    }
  }
}

TEST(PublishedForms, MayFollowThemselves) {
  for (const std::string& id : test::published_form_ids()) {
    const auto form = test::published_form(id);
    proto::Form next = form->definition();
    next.set_version(next.version() + 1);
    EXPECT_TRUE(check_next_version(*form, **Form::compile(next, {})).empty());
  }
}

// ---- one fault at a time --------------------------------------------------

/// The places of the faults that a change of a published form makes.
std::set<std::string> faults_of(const char* id, const FormChange& change) {
  proto::Form form = test::published_form(id)->definition();
  change(form);
  auto compiled = Form::compile(form, {});
  if (!compiled) return {"does not parse"};
  std::set<std::string> places;
  for (const Sentence& fault : check_form(**compiled)) {
    EXPECT_EQ(fault.id.substr(0, 4), "{0}:");
    places.insert(fault.arguments.at(0));
  }
  return places;
}

void expect_faults(const std::vector<FormCase>& cases) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto places = faults_of(cases[i].form, cases[i].change);
    EXPECT_TRUE(places.contains(cases[i].place))
        << "case " << i << ", " << cases[i].place << ": "
        << testing::PrintToString(places);
  }
}

TEST(FormCheck, RefusesPoliciesThatTheModelDoesNotDefine) {
  expect_faults({
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_policy(proto::POLICY_ADD); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").clear_policy(); }},
      {"incident", "ongoing",
       [](auto& f) { field(f, "ongoing").set_type(proto::TYPE_INTEGER); }},
      {"incident", "team",
       [](auto& f) { field(f, "team").set_policy(proto::POLICY_LWW); }},
      {"incident", "narrative",
       [](auto& f) { field(f, "narrative").set_policy(proto::POLICY_ASK); }},
      {"incident", "reporter_identity",
       [](auto& f) {
         field(f, "reporter_identity").set_policy(proto::POLICY_LWW);
       }},
      {"incident", "narrative.text",
       [](auto& f) {
         field(f, "narrative.text").set_policy(proto::POLICY_LWW);
       }},
      {"attendance", "marks.status",
       [](auto& f) { field(f, "marks.status").set_policy(proto::POLICY_ASK); }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence.type").clear_policy(); }},
      {"incident", "evidence.type",
       [](auto& f) {
         field(f, "evidence.type").set_policy(proto::POLICY_IMM);
       }},
  });
}

TEST(FormCheck, KeepsRatchetsToWhatCanRise) {
  expect_faults({
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_ratchet(true); }},
      {"incident", "ongoing",
       [](auto& f) { field(f, "ongoing").clear_lower(); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").add_lower("ia_head"); }},
      {"incident", "ongoing",
       [](auto& f) { field(f, "ongoing").add_lower("hr_manager"); }},
      {"incident", "retaliation_risk",
       [](auto& f) {
         field(f, "retaliation_risk").clear_choice();
         field(f, "retaliation_risk").set_list("severity");
       }},
      {"incident", "category_retained",
       [](auto& f) { field(f, "category_retained").set_raises(true); }},
  });
}

TEST(FormCheck, KeepsImmutableFieldsToRootsAndKeys) {
  expect_faults({
      {"incident", "mandate_ref",
       [](auto& f) { field(f, "mandate_ref").set_policy(proto::POLICY_IMM); }},
      {"attendance", "walkin_name",
       [](auto& f) { field(f, "walkin_name").set_policy(proto::POLICY_IMM); }},
      {"attendance", "attendee_key",
       [](auto& f) { field(f, "attendee_key").set_policy(proto::POLICY_LWW); }},
      {"attendance", "attendee_key",
       [](auto& f) { field(f, "attendee_key").clear_required(); }},
      {"attendance", "key", [](auto& f) { f.add_key("no_such_field"); }},
  });
}

TEST(FormCheck, RefusesALifecycleThatReadsAnotherPart) {
  expect_faults({
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").add_needs("summary"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").set_guard("summary = 'x'"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").add_needs("no_such_field"); }},
      {"incident", "narrative",
       [](auto& f) { field(f, "narrative").set_material(true); }},
      {"incident", "retaliation_risk",
       [](auto& f) { field(f, "retaliation_risk").set_raises(true); }},
      {"incident", "summary",
       [](auto& f) {
         auto* from = field(f, "summary").add_policy_from();
         from->set_state("received");
         from->set_policy(proto::POLICY_OWN);
       }},
  });
}

TEST(FormCheck, RefusesPoliciesThatWouldCloseConflictsInSilence) {
  const auto from = [](const char* id, const char* state,
                       proto::Policy policy) {
    return [=](proto::Form& form) {
      auto* later = field(form, id).add_policy_from();
      later->set_state(state);
      later->set_policy(policy);
    };
  };
  expect_faults({
      {"training_session", "module_code",
       [](auto& f) { field(f, "module_code").clear_hq_ask(); }},
      {"training_session", "starts_on",
       from("starts_on", "open", proto::POLICY_LWW)},
      {"training_session", "starts_on",
       from("starts_on", "open", proto::POLICY_MAX)},
      {"training_session", "starts_on",
       from("starts_on", "no_such_state", proto::POLICY_OWN)},
      {"training_session", "starts_on",
       from("starts_on", "validated", proto::POLICY_OWN)},
  });
}

TEST(FormCheck, RefusesBrokenLifecycles) {
  const auto life = [](proto::Form& form) { return form.mutable_lifecycle(); };
  expect_faults({
      {"incident", "state.triage",
       [&](auto& f) {
         auto* back = life(f)->add_progress();
         back->set_lower("findings");
         back->set_higher("triage");
       }},
      {"incident", "state.closed",
       [&](auto& f) { life(f)->set_initial("closed"); }},
      {"incident", "lifecycle.initial",
       [&](auto& f) { life(f)->set_initial("no_such_state"); }},
      {"incident", "progress",
       [&](auto& f) { life(f)->add_progress()->set_lower("no_such_state"); }},
      {"incident", "state",
       [&](auto& f) { life(f)->add_state()->set_id("triage"); }},
      {"incident", "lifecycle", [&](auto& f) { life(f)->clear_head(); }},
      {"incident", "lifecycle",
       [](auto& f) { step(f, "reopen").set_id("open_again"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").set_to("no_such_state"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").add_from("no_such_state"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").set_to("$held"); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").clear_role(); }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").add_second("no_such_role"); }},
      {"incident", "step.notify.guard_message",
       [](auto& f) { step(f, "notify").clear_guard_message(); }},
      {"incident", "step",
       [](auto& f) { step(f, "triage").set_id("receive"); }},
  });
}

TEST(FormCheck, AsksForOwnersResolversAndRoles) {
  expect_faults({
      {"evaluation", "objective_results.rate",
       [](auto& f) { field(f, "objective_results.rate").clear_write(); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").clear_resolve(); }},
      {"attendance", "marks",
       [](auto& f) { field(f, "marks").clear_resolve(); }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence").clear_resolve(); }},
      {"incident", "mandate_ref",
       [](auto& f) { field(f, "mandate_ref").clear_resolve(); }},
      {"evaluation", "post_id",
       [](auto& f) { field(f, "post_id").clear_resolve(); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").add_write("no_such_role"); }},
      {"incident", "open", [](auto& f) { f.add_open("no_such_role"); }},
      {"incident", "incident", [](auto& f) { f.clear_open(); }},
      {"incident", "resolver", [](auto& f) { f.set_resolver("post_chief"); }},
      {"incident", "control.purge",
       [](auto& f) { f.mutable_control(2)->add_role("post_chief"); }},
      {"incident", "part.case",
       [](auto& f) { f.mutable_part(2)->add_read("no_such_role"); }},
      {"incident", "part.case",
       [](auto& f) { f.mutable_part(2)->clear_read(); }},
  });
}

TEST(FormCheck, RefusesNamesOfNothing) {
  expect_faults({
      {"incident", "occurred_to",
       [](auto& f) {
         field(f, "occurred_to")
             .mutable_check(0)
             ->set_expression("no_such_field = 1");
       }},
      {"incident", "evidence.seal_no",
       [](auto& f) {
         field(f, "evidence.seal_no").set_required_when("kind = 'x'");
       }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_when("sum(evidence.no) > 1"); }},
      {"incident", "incident", [](auto& f) { f.set_title("no_such_field"); }},
      {"incident", "incident", [](auto& f) { f.set_legal_hold("summary"); }},
      {"incident", "relation.author",
       [](auto& f) {
         f.mutable_relation(0)->mutable_source(0)->set_field("no_such_field");
       }},
      {"evaluation", "part.self",
       [](auto& f) {
         f.mutable_part(1)->mutable_scope(0)->set_role("hr_manager");
       }},
      {"attendance", "part.main",
       [](auto& f) {
         f.mutable_part(0)->mutable_scope(1)->set_field("no_such_field");
       }},
      {"incident", "publish.no_such_step",
       [](auto& f) { f.mutable_publish(0)->set_transition("no_such_step"); }},
      {"incident", "publish.receive",
       [](auto& f) {
         f.mutable_publish(0)->add_write()->set_field("no_such_field");
       }},
      {"incident", "publish.receive",
       [](auto& f) {
         f.mutable_publish(0)->add_write()->set_field("message");
       }},
      {"incident", "step.receive",
       [](auto& f) {
         step(f, "receive").add_assign()->set_field("no_such_field");
       }},
      {"attendance", "view.passed",
       [](auto& f) { f.mutable_view(2)->add_argument("no_such_field"); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_section("no_such_section"); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_part("no_such_part"); }},
      {"attendance", "marks",
       [](auto& f) { field(f, "marks").add_unit("no_such_column"); }},
  });
}

TEST(FormCheck, RefusesWhatIsHalfSaid) {
  expect_faults({
      {"incident", "incident", [](auto& f) { f.set_root_part("nowhere"); }},
      {"incident", "incident",
       [](auto& f) { f.set_lifecycle_part("nowhere"); }},
      {"incident", "role",
       [](auto& f) { f.mutable_role(1)->set_id(f.role(0).id()); }},
      {"incident", "role.field_officer",
       [](auto& f) { f.mutable_role(0)->clear_side(); }},
      {"incident", "part",
       [](auto& f) { f.mutable_part(1)->set_id(f.part(0).id()); }},
      {"incident", "section",
       [](auto& f) { f.mutable_section(1)->set_id(f.section(0).id()); }},
      {"attendance", "session_id",
       [](auto& f) { field(f, "session_id").clear_list(); }},
      {"attendance", "marks.row_key",
       [](auto& f) {
         field(f, "marks").mutable_row_key()->set_type(proto::TYPE_CODE);
       }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence.type").set_material(true); }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence.type").add_policy_from(); }},
      {"incident", "relation",
       [](auto& f) { *f.add_relation() = f.relation(0); }},
      {"incident", "relation.nobody",
       [](auto& f) { f.mutable_relation(0)->set_role("nobody"); }},
      {"incident", "relation.ia_investigator",
       [](auto& f) {
         f.mutable_relation(1)->mutable_source(0)->set_column("nowhere");
       }},
      {"incident", "relation.ia_investigator",
       [](auto& f) {
         f.mutable_relation(1)->mutable_source(0)->clear_match();
       }},
      {"attendance", "part.main",
       [](auto& f) { f.mutable_part(0)->mutable_scope(0)->clear_kind(); }},
      {"incident", "publish.receive",
       [](auto& f) {
         f.mutable_publish(0)->mutable_write(2)->set_from_field("nowhere");
       }},
      {"incident", "publish.receive",
       [](auto& f) {
         auto* write = f.mutable_publish(0)->mutable_write(1);
         write->clear_reception();
         write->set_value("no date");
       }},
      {"attendance", "view",
       [](auto& f) { f.mutable_view(1)->set_id(f.view(0).id()); }},
  });
}

TEST(FormCheck, AsksForBothLanguagesEverywhere) {
  expect_faults({
      {"incident", "incident", [](auto& f) { f.mutable_label()->clear_fr(); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").mutable_label()->clear_en(); }},
      {"incident", "evidence.type",
       [](auto& f) { field(f, "evidence.type").clear_label(); }},
      {"incident", "reporter_mode.named",
       [](auto& f) {
         field(f, "reporter_mode").mutable_choice(0)->clear_label();
       }},
      {"incident", "step.triage",
       [](auto& f) { step(f, "triage").clear_label(); }},
      {"incident", "state.received",
       [](auto& f) { f.mutable_lifecycle()->mutable_state(1)->clear_label(); }},
      {"incident", "part.report",
       [](auto& f) { f.mutable_part(0)->clear_label(); }},
      {"incident", "incident",
       [](auto& f) { f.mutable_check(0)->clear_message(); }},
      {"attendance", "marks.row_key",
       [](auto& f) { field(f, "marks").mutable_row_key()->clear_label(); }},
  });
}

TEST(FormCheck, RefusesDoubleNamesAndWhatMeansNothing) {
  expect_faults({
      {"incident", "field",
       [](auto& f) { field(f, "goods_text").set_id("summary"); }},
      {"incident", "field",
       [](auto& f) { field(f, "goods_text").set_id("state"); }},
      {"incident", "field",
       [](auto& f) { field(f, "goods_text").set_id("Goods"); }},
      {"incident", "evidence",
       [](auto& f) { field(f, "evidence.file").set_id("type"); }},
      {"incident", "reporter_mode",
       [](auto& f) {
         field(f, "reporter_mode").mutable_choice(0)->set_code("anonymous");
       }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_list("post"); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_scale(2); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").add_annul("ia_head"); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_hq_ask(true); }},
      {"incident", "place_post",
       [](auto& f) { field(f, "place_post").clear_list(); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_min_length(200); }},
      {"incident", "summary",
       [](auto& f) { field(f, "summary").set_pattern("(("); }},
      {"attendance", "marks.row_key",
       [](auto& f) {
         field(f, "marks").mutable_row_key()->set_type(proto::TYPE_DATE);
       }},
      {"incident", "incident", [](auto& f) { f.clear_lane(); }},
      {"incident", "incident", [](auto& f) { f.clear_digits(); }},
      {"attendance", "attendance", [](auto& f) { f.set_digits(4); }},
  });
}

TEST(References, NameTheTableOrColumnThatIsMissing) {
  const auto form = test::published_form("evaluation");
  Tables tables = test::published_tables();
  tables.table.erase("competency");
  tables.table["hierarchy"] = *Table::parse("code,officer,n1\n");

  const auto faults = shown(check_references(*form, tables));

  EXPECT_EQ(faults.size(), 4U) << testing::PrintToString(faults);
}

}  // namespace
}  // namespace relais::sync
