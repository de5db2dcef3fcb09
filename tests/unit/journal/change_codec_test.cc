#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "sync/journal/entry.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/support/random_seed.h"
#include "tests/unit/journal/random_changes.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::golden_form;

/// The golden change of a position, open to be spoilt.
struct Spoilt {
  Change change;
  proto::EntryMeta meta;
  proto::EntryBody body;

  Result<Change> decoded() const {
    const Bytes body_bytes = encode(body);
    return decode_change(change.dot, change.device, encode(meta), body_bytes);
  }
  /// The field that decode_change() names, or "accepted".
  std::string refusal() const {
    const auto result = decoded();
    if (result) return result->understood ? "accepted" : "not understood";
    EXPECT_EQ(result.error().code, Errc::wire_format);
    return result.error().what.arguments.at(1);
  }
};

Spoilt change_at(std::uint64_t position) {
  Spoilt out;
  out.change = test::post_changes().at(position - 1);
  const Entry& entry = test::post_journal().entries.at(position - 1);
  EXPECT_TRUE(parse(entry.meta, out.meta));
  EXPECT_TRUE(parse(entry.body, out.body));
  return out;
}

void add_unknown(google::protobuf::Message& message) {
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(999, 1);
}

TEST(ChangeCodec, GivesBackEveryChangeAndTheSameBytes) {
  test::RandomChanges changes(test::random_seed("ChangeCodec"));
  for (int i = 0; i < 3000; ++i) {
    const Change change = changes.next();
    const auto bytes = encode_change(change, golden_form().get());
    const auto again =
        decode_change(change.dot, change.device, bytes.meta, bytes.body);
    ASSERT_TRUE(again) << again.error().what.id << " "
                       << again.error().what.arguments.at(1);
    ASSERT_EQ(*again, change);
    const auto twice = encode_change(*again, golden_form().get());
    ASSERT_EQ(twice.meta, bytes.meta);
    ASSERT_EQ(twice.body, bytes.body);
  }
}

TEST(ChangeCodec, SortsWhatTheCallerGaveInAnyOrder) {
  Change change = test::post_changes().at(2);
  const auto sorted = encode_change(change, golden_form().get());
  std::reverse(change.parents.begin(), change.parents.end());
  change.parents.push_back(change.parents.front());

  EXPECT_EQ(encode_change(change, golden_form().get()).meta, sorted.meta);
}

TEST(ChangeCodec, KeepsTheValueOfARatchetInTheMetaAlone) {
  const Spoilt root = change_at(1);

  EXPECT_EQ(root.meta.act(2).ratchet().code().code(), "possible");
  EXPECT_FALSE(root.body.act(2).has_value());
  EXPECT_FALSE(root.meta.act(0).has_ratchet());
  EXPECT_EQ(root.body.act(0).value().text(), "Saisie non déclarée");
}

TEST(ChangeCodec, ErasesEveryValueButARatchetWithTheBody) {
  const Change whole = test::post_changes().front();
  const Entry& entry = test::post_journal().entries.front();
  const auto stub =
      decode_change(whole.dot, whole.device, entry.meta, std::nullopt);

  ASSERT_TRUE(stub);
  EXPECT_TRUE(stub->erased);
  EXPECT_TRUE(stub->understood);
  EXPECT_EQ(stub->author, "");
  EXPECT_EQ(stub->acts.at(0).value, Value(Erased{}));
  EXPECT_EQ(stub->acts.at(2).value, Value(Code{"possible"}));
  EXPECT_EQ(stub->acts.at(10).value, Value());
  EXPECT_EQ(stub->acts.at(12).address, whole.acts.at(12).address);
}

TEST(ChangeCodec, WritesADotOfItsOwnJournalWithoutTheJournal) {
  const Spoilt decided = change_at(3);

  EXPECT_EQ(decided.meta.parent(0).journal().size(), 16);
  EXPECT_EQ(decided.meta.parent(1).journal(), "");
}

TEST(ChangeCodec, RefusesAFieldThatNoVersionCouldHaveWritten) {
  using Spoil = std::function<void(Spoilt&)>;
  const Bytes own = test::counting(0xA0, 16);
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"kind", [](Spoilt& s) { s.meta.set_kind(proto::ENTRY_KIND_NOTICE); }},
      {"position", [](Spoilt& s) { s.meta.set_position(4); }},
      {"record", [](Spoilt& s) { s.meta.set_record("short"); }},
      {"form", [](Spoilt& s) { s.meta.clear_form(); }},
      {"part", [](Spoilt& s) { s.meta.clear_part(); }},
      {"form_version",
       [](Spoilt& s) { s.meta.mutable_form_version()->set_hash("x"); }},
      {"reference_version",
       [](Spoilt& s) { s.meta.mutable_reference_version()->set_hash("x"); }},
      {"reference", [](Spoilt& s) { s.meta.mutable_reference(); }},
      {"document", [](Spoilt& s) { s.meta.mutable_document(); }},
      {"withdraw", [](Spoilt& s) { s.meta.mutable_withdraw(); }},
      {"parent",
       [](Spoilt& s) { s.meta.mutable_parent()->SwapElements(0, 1); }},
      {"parent", [](Spoilt& s) { *s.meta.add_parent() = s.meta.parent(1); }},
      {"parent", [](Spoilt& s) { s.meta.mutable_parent(1)->set_position(0); }},
      {"parent",
       [&](Spoilt& s) { s.meta.mutable_parent(1)->set_journal(own); }},
      {"parent",
       [](Spoilt& s) { s.meta.mutable_parent(0)->set_journal("short"); }},
      {"act", [](Spoilt& s) { s.body.clear_act(); }},
      {"act", [](Spoilt& s) { s.body.add_act(); }},
      {"piece", [](Spoilt& s) { s.body.set_piece("x"); }},
      {"notice", [](Spoilt& s) { s.body.set_notice("x"); }},
      {"author_signature",
       [](Spoilt& s) { s.body.set_author_signature("x"); }}};
  for (const auto& [field, spoil] : cases) {
    Spoilt decided = change_at(3);
    ASSERT_EQ(decided.refusal(), "accepted");
    spoil(decided);
    EXPECT_EQ(decided.refusal(), field);
  }
}

TEST(ChangeCodec, RefusesAnActThatNoVersionCouldHaveWritten) {
  using Spoil = std::function<void(proto::ActMeta&, proto::ActBody&)>;
  const auto kind = [](ActKind k) {
    return [k](proto::ActMeta& m, proto::ActBody&) { m.set_kind(k); };
  };
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"kind", kind(proto::ACT_KIND_UNSPECIFIED)},
      {"row", kind(proto::ACT_KIND_ADD_ROW)},
      {"step", kind(proto::ACT_KIND_TRANSITION)},
      {"dot", kind(proto::ACT_KIND_UNDO)},
      {"dot", kind(proto::ACT_KIND_PURGE)},
      {"lost_from", kind(proto::ACT_KIND_LOST)},
      {"field", [](auto& m, auto&) { m.clear_field(); }},
      {"state",
       [](auto& m, auto&) {
         m.set_field("state");
         m.set_kind(proto::ACT_KIND_DECIDE);
       }},
      {"row", [](auto& m, auto&) { m.set_row(Bytes(65, 'r')); }},
      {"cites", [](auto& m, auto&) { m.add_cites(); }},
      {"lost_from", [](auto& m, auto&) { m.mutable_lost_from(); }},
      {"verdict", [](auto& m, auto&) { m.add_verdict(); }},
      {"dot", [](auto& m, auto&) { m.add_dot()->set_position(0); }},
      {"value", [](auto&, auto& b) { b.mutable_value()->set_record("x"); }},
      {"value",
       [](auto&, auto& b) {
         b.mutable_value()->mutable_blob()->set_hash("x");
       }},
      {"value",
       [](auto&, auto& b) {
         b.mutable_value()->mutable_decimal()->set_scale(10);
       }},
      {"value", [](auto& m, auto&) { m.mutable_ratchet()->set_integer(7); }}};
  for (const auto& [field, spoil] : cases) {
    Spoilt root = change_at(1);
    spoil(*root.meta.mutable_act(0), *root.body.mutable_act(0));
    EXPECT_EQ(root.refusal(), "act[0]." + field);
  }
}

TEST(ChangeCodec, RefusesAValueOnAnActThatTakesNone) {
  Spoilt undone = change_at(4);
  undone.body.mutable_act(0)->mutable_value()->set_integer(1);
  EXPECT_EQ(undone.refusal(), "act[0].value");
}

TEST(ChangeCodec, RefusesTextThatAScreenCouldObey) {
  const auto name_of = [](const std::string& text) {
    Spoilt root = change_at(1);
    root.body.mutable_act(0)->mutable_value()->set_text(text);
    return root.refusal();
  };
  EXPECT_EQ(name_of("two\nlines"), "accepted");
  EXPECT_EQ(name_of("\x1b[2J"), "act[0].value.text");
  EXPECT_EQ(name_of("e\xCC\x81"), "act[0].value.text");  // not NFC
  EXPECT_EQ(name_of("a\xE2\x80\xAE"
                    "b"),
            "act[0].value.text");  // override
  EXPECT_EQ(name_of(std::string("a\0b", 3)), "act[0].value.text");
}

TEST(ChangeCodec, RefusesLinesWhereOnlyANameMayStand) {
  Spoilt role = change_at(1);
  role.meta.set_role("field\nofficer");
  EXPECT_EQ(role.refusal(), "role");

  Spoilt cell = change_at(6);
  proto::Row& row = *cell.body.mutable_act(0)->mutable_value()->mutable_row();
  row.mutable_cell(1)->set_column("te\nxt");
  EXPECT_EQ(cell.refusal(), "act[0].value.row.cell[1].column");
}

TEST(ChangeCodec, RefusesMoreActsAndParentsThanTheLimits) {
  Spoilt acts = change_at(1);
  while (acts.meta.act_size() <= static_cast<int>(limits::acts_max)) {
    *acts.meta.add_act() = acts.meta.act(0);
    acts.body.add_act();
  }
  EXPECT_EQ(acts.refusal(), "act");

  Spoilt parents = change_at(2);
  for (std::uint64_t i = 2; i <= limits::parents_max + 1; ++i) {
    parents.meta.add_parent()->set_position(i);
  }
  EXPECT_EQ(parents.refusal(), "parent");
}

TEST(ChangeCodec, RefusesAChangeLargerThanAnEntryMayBe) {
  Spoilt root = change_at(1);
  root.body.mutable_act(1)->mutable_value()->set_text(
      std::string(limits::entry_bytes_max, 'a'));
  const auto result = root.decoded();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::over_limit);
}

TEST(ChangeCodec, SaysWhenANewerVersionWroteSomethingUnknown) {
  using Spoil = std::function<void(Spoilt&)>;
  const std::vector<Spoil> newer = {
      [](Spoilt& s) { add_unknown(s.meta); },
      [](Spoilt& s) { add_unknown(s.body); },
      [](Spoilt& s) { add_unknown(*s.meta.mutable_act(1)); },
      [](Spoilt& s) { add_unknown(*s.body.mutable_act(1)->mutable_value()); },
      [](Spoilt& s) { s.meta.mutable_act(1)->set_kind(ActKind(77)); },
      [](Spoilt& s) {
        s.body.mutable_act(1)->mutable_value()->clear_kind();
        add_unknown(*s.body.mutable_act(1)->mutable_value());
      },
      [](Spoilt& s) {
        s.body.mutable_act(1)->mutable_value()->mutable_code()->set_table("t");
      }};
  for (const Spoil& spoil : newer) {
    Spoilt root = change_at(1);
    spoil(root);
    const auto change = root.decoded();
    ASSERT_TRUE(change) << change.error().what.arguments.at(1);
    EXPECT_FALSE(change->understood);
    EXPECT_TRUE(change->acts.empty());
    EXPECT_EQ(change->record, root.change.record);
    EXPECT_EQ(change->parents, root.change.parents);
  }
}

TEST(ChangeCodec, EndsOnAnyBytesAndPrintsNothing) {
  test::RandomChanges changes(test::random_seed("ChangeCodec"));
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3000; ++i) {
    const Change change = changes.next();
    auto bytes = encode_change(change, golden_form().get());
    Bytes& spoilt = changes.number(2) == 0 ? bytes.meta : bytes.body;
    for (auto left = 1 + changes.number(3); left > 0; --left) {
      if (spoilt.empty()) break;
      spoilt[changes.number(spoilt.size())] =
          static_cast<char>(changes.number(256));
    }
    const auto read =
        decode_change(change.dot, change.device, bytes.meta, bytes.body);
    if (read && read->understood) {
      encode_change(*read, golden_form().get());
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace relais::sync
