#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/model_delivery.h"
#include "tests/support/part_story.h"
#include "tests/support/published.h"
#include "tests/support/random_seed.h"
#include "tests/unit/forms/story.h"

namespace relais::test {
namespace {

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

sync::Act row_act(proto::ActKind kind, const proto::Field& table,
                  const std::string& row) {
  sync::Act act = add_row(table.id(), row);
  act.kind = kind;
  act.reason = "why";
  return act;
}

sync::Act entry_of(const proto::Field& log, std::size_t which) {
  const auto values = rising_values(log.column(0));
  return append(log.id(),
                {{log.column(0).id(), values.at(which % values.size())}});
}

/// Fields, tables and logs of every form's file, part by part.
class EveryField : public testing::TestWithParam<std::string> {
 protected:
  EveryField() : random_(random_seed("Every field")), cast_(GetParam()) {}

  template <class Visit>
  void each_field(Visit visit) {
    for (const auto& part : cast_.rules().part()) {
      const Story begun(cast_, part.id());
      for (const proto::Field& field : cast_.rules().field()) {
        if (cast_.form().part_of(field) == part.id()) visit(begun, field);
      }
    }
  }

  /// By a holder of every role and by the intruder: only `may` may.
  template <class Roles>
  void for_roles(const Story& begun, const Roles& may, const sync::Act& act,
                 const std::string& refusal) {
    Story here = begun;
    std::vector<sync::Change> tries;
    std::vector<std::string> expected;
    for (const std::string& role : cast_.roles()) {
      auto who = cast_.holders(role, here.part());
      if (!who.empty()) who.resize(1);
      who.push_back(intruder);
      for (const std::string& person : who) {
        const bool he = cast_.holds(person, role, here.part());
        expected.push_back(!he ? "rights" : among(may, role) ? "" : refusal);
        tries.push_back(here.make({person, role}, {act}));
      }
    }
    const sync::PartState state = here.folded_with(tries);
    for (std::size_t i = 0; i < tries.size(); ++i) {
      EXPECT_EQ(state.verdicts.at(tries[i].dot), expected[i])
          << act.address.field << "." << act.address.column << ", kind "
          << act.kind << ", by " << tries[i].author << " as " << tries[i].role;
      ++(expected[i].empty() ? legal_ : refused_);
    }
  }

  void is_the_same_in_any_order(const Story& story) {
    const sync::PartHistory part = story.history();
    PartReplica replica(part, cast_);
    for (const auto& change : delivery_of(part, 2, random_)) {
      replica.hear(change);
    }
    EXPECT_TRUE(replica.state() == story.folded());
  }

  /// A value, or a cell of a row that is there.
  void write_by_role(const Story& begun, const proto::Field& field,
                     const proto::Field& spec, const sync::Address& address) {
    sync::Act act = write(address, rising_values(spec).front());
    if (spec.unit_size() > 0) act.value = sync::Value(sync::Row{});
    const auto& may = spec.write_size() > 0 ? spec.write() : field.write();
    // Who names another person writes himself out of his role: asked of the
    // value that stands.
    if (!begun.standing.at(field.id()).empty() && address.row.empty()) {
      act.value = begun.standing.at(field.id());
    }
    const bool given = gives_a_role(field);
    if (given && begun.standing.at(field.id()).empty()) return;
    if (spec.policy() == proto::POLICY_IMM) return;
    for_roles(begun, may, act,
              spec.policy() == proto::POLICY_OWN ? "ownership" : "role");
  }

  bool gives_a_role(const proto::Field& field) const {
    for (const auto& relation : cast_.rules().relation()) {
      for (const auto& source : relation.source()) {
        if (source.field() == field.id()) return true;
      }
    }
    return false;
  }

  void table_by_role(const Story& begun, const proto::Field& table) {
    const std::string row = begun.row_name(table, 1);
    if (!gives_a_role(table)) {
      for_roles(begun, table.write(),
                row_act(proto::ACT_KIND_ADD_ROW, table, row), "role");
    }
    Story with_row = begun;
    with_row.tell(*with_row.writer_of(table, table),
                  {add_row(table.id(), row)});
    const auto& annul = table.annul_size() > 0 ? table.annul() : table.write();
    const sync::Act gone = row_act(proto::ACT_KIND_ANNUL_ROW, table, row);
    for_roles(with_row, annul, gone, "role");
    if (table.unit_size() > 0) {
      write_by_role(with_row, table, table, {table.id(), row, {}});
    } else {
      for (const auto& column : table.column()) {
        write_by_role(with_row, table, column, {table.id(), row, column.id()});
      }
    }
    with_row.tell(*with_row.one_of(annul), {gone});
    for_roles(with_row, table.write(),
              row_act(proto::ACT_KIND_RESTORE_ROW, table, row), "role");
  }

  /// The same row made by two; annulled while it is made again; by two.
  void rows_at_once(const Story& begun, const proto::Field& table) {
    const std::string row = begun.row_name(table, 1);
    const Writer writer = *begun.writer_of(table, table);
    const auto& may = table.annul_size() > 0 ? table.annul() : table.write();
    const Writer annuller = *begun.one_of(may);
    const sync::Act made = add_row(table.id(), row);
    const sync::Act gone = row_act(proto::ACT_KIND_ANNUL_ROW, table, row);
    const auto status = [&](const Story& story) {
      is_the_same_in_any_order(story);
      return story.folded().field.at(table.id()).row.at(row).status;
    };
    Story both = begun;
    both.tell(both.make_on(begun.heads, writer, {made}, 1));
    both.tell(both.make_on(begun.heads, writer, {made}, 2));
    EXPECT_EQ(status(both), sync::RowStatus::live) << table.id();

    Story kept = both;
    kept.tell(kept.make_on(both.heads, annuller, {gone}, 1));
    kept.tell(kept.make_on(both.heads, writer, {made}, 2));
    EXPECT_EQ(status(kept), sync::RowStatus::live) << table.id();
    EXPECT_EQ(kept.folded().proposals.size(), 1U) << table.id();

    Story away = both;
    away.tell(away.make_on(both.heads, annuller, {gone}, 1));
    away.tell(away.make_on(both.heads, annuller, {gone}, 2));
    EXPECT_EQ(status(away), sync::RowStatus::annulled) << table.id();
    ++rows_;
  }

  /// Entries stand in causal order, then by their clocks; none is replaced.
  void entries_at_once(const Story& begun, const proto::Field& log) {
    const Writer writer = *begun.writer_of(log, log);
    Story story = begun;
    std::vector<sync::Dot> order;
    for (int device : {2, 1}) {
      const auto& told = story.tell(
          story.make_on(begun.heads, writer, {entry_of(log, 0)}, device));
      order.push_back(told.dot);
    }
    // Later by its past, though its clock is behind.
    sync::Change last = story.make(writer, {entry_of(log, 1)});
    last.stamp = 1;
    order.push_back(story.tell(std::move(last)).dot);
    sync::Act over = entry_of(log, 1);
    over.kind = proto::ACT_KIND_WRITE;
    const sync::Dot refused = story.tell(writer, {over}).dot;

    const sync::PartState state = story.folded();
    std::vector<sync::Dot> found;
    for (const sync::LogEntry& entry : state.field.at(log.id()).entry) {
      found.push_back(entry.dot);
    }
    EXPECT_EQ(found, order) << log.id();
    EXPECT_EQ(state.verdicts.at(refused), "schema") << log.id();
    is_the_same_in_any_order(story);
    ++logs_;
  }

  std::mt19937_64 random_;
  Cast cast_;
  int legal_ = 0;
  int refused_ = 0;
  int rows_ = 0;
  int logs_ = 0;
};

TEST_P(EveryField, IsWrittenByItsRolesAlone) {
  each_field([&](const Story& begun, const proto::Field& field) {
    const int before = legal_;
    if (field.policy() == proto::POLICY_LOG) {
      for_roles(begun, field.write(), entry_of(field, 0), "role");
    } else if (field.policy() == proto::POLICY_ADD) {
      table_by_role(begun, field);
    } else {
      write_by_role(begun, field, field, {field.id(), {}, {}});
    }
    const bool asked =
        field.policy() != proto::POLICY_IMM && !gives_a_role(field);
    EXPECT_EQ(asked && legal_ == before, false) << field.id() << ": by nobody";
  });
  EXPECT_GT(legal_, 0);
  EXPECT_GT(refused_, 0);
}

TEST_P(EveryField, KeepsEveryRowAndEntryWrittenAtOnce) {
  int tables = 0;
  int logs = 0;
  each_field([&](const Story& begun, const proto::Field& field) {
    if (field.policy() == proto::POLICY_ADD) {
      ++tables;
      rows_at_once(begun, field);
    } else if (field.policy() == proto::POLICY_LOG) {
      ++logs;
      entries_at_once(begun, field);
    }
  });
  EXPECT_EQ(rows_, tables);
  EXPECT_EQ(logs_, logs);
}

// Two machines that open the same record meet in it; of a free record there
// is one root, and a second is none of it.
TEST_P(EveryField, OfTheKeyIsTheSameHoweverOftenTheRecordIsOpened) {
  Story story(cast_, cast_.rules().root_part());
  const sync::Change& root = story.changes.front();
  sync::Change again =
      story.make_on({}, {root.author, root.role}, root.acts, 7);
  const sync::Dot second = story.tell(std::move(again)).dot;
  const sync::PartState state = story.folded();

  const bool keyed = cast_.form().keyed();
  EXPECT_EQ(state.verdicts.at(second), keyed ? "" : "record id");
  EXPECT_TRUE(state.conflicts.empty());
  for (const std::string& key : cast_.rules().key()) {
    const sync::CellState& cell = state.field.at(key).cell;
    EXPECT_TRUE(cell.value == story.standing.at(key)) << key;
    EXPECT_EQ(cell.by.size(), 2U) << key;
  }
  is_the_same_in_any_order(story);
}

INSTANTIATE_TEST_SUITE_P(Published, EveryField,
                         testing::ValuesIn(published_form_ids()));

}  // namespace
}  // namespace relais::test
