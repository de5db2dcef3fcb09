#include <gtest/gtest.h>

#include "tests/unit/client/daemon/cast_of_dib.h"

/// The hard rules of the domain that a post's machine must keep, each by name.
namespace relais::client {
namespace {

using test::CastOfDib;
using test::Heard;
using test::SharedPost;

TEST(HardRules, A1ASubjectSeesNothingOfTheRecordNotEvenACount) {
  CastOfDib cast;
  for (const char* name : {"chief", "subject"}) {
    const auto& caller = cast.caller(name);
    const auto& piece = cast.piece("report naming the chief");
    EXPECT_EQ(cast.ask(caller, "show", {piece.reference}).exit_code, 3) << name;
    for (const char* verb : {"list", "export", "conflicts", "doctor"}) {
      const std::string all = CastOfDib::all_of(
          cast.ask(caller, verb, {"incident"}, {{"purpose", "Contrôle"}}));
      EXPECT_EQ(all.find(piece.reference), std::string::npos) << verb << all;
    }
    // Four reports wait; his own lanes are empty, and sizes come in steps.
    const auto status = cast.ask(caller, "status").rows[0];
    for (const auto& lane : status["lanes"]) {
      if (lane["lane"] != "urgent") continue;
      EXPECT_EQ(lane["saved"], 0) << status;
    }
    EXPECT_EQ(status["waiting_bytes"].get<int>() % 4096, 0);
    EXPECT_EQ(status["feed"], nullptr);
  }
}

TEST(HardRules, A2AChiefFindsNothingOfAnothersDraftAnywhere) {
  CastOfDib cast;
  const auto& author = cast.caller("author");
  const auto& chief = cast.caller("chief");
  const auto& draft = cast.piece("draft");
  ASSERT_EQ(cast.call({.verb = "typed",
                       .argument = {"incident"},
                       .session = author.session,
                       .input = "des mots à moi"})
                .exit_code,
            0);
  for (const std::string& name : {draft.reference, draft.record}) {
    for (const char* verb : {"show", "edit", "submit", "do", "sheet"}) {
      const Heard heard =
          cast.ask(chief, verb, {name, "abandon"},
                   {{"reason", "Pour voir"}, {"set", "summary=Autre texte"}});
      EXPECT_EQ(heard.exit_code, 3) << verb << heard.said;
    }
  }
  EXPECT_TRUE(cast.ask(chief, "typed").rows.empty());
  EXPECT_EQ(cast.ask(author, "typed").rows.size(), 1U);
  EXPECT_EQ(cast.ask(author, "show", {draft.reference}).exit_code, 0);
  const std::string disk = cast.disk();
  EXPECT_EQ(disk.find(draft.secret), std::string::npos);
  EXPECT_EQ(disk.find("des mots à moi"), std::string::npos);
  // The machine's own key opens none of them either.
  std::size_t opened = 0;
  std::size_t there = 0;
  auto& replica = cast.station->replica();
  ASSERT_TRUE(replica.store().scan(
      "vault.draft", {}, [&](auto, std::string_view stored) {
        ++there;
        for (const std::size_t from : {0, 16}) {
          opened +=
              sync::decrypt(replica.keys().drafts, stored.substr(from)) ? 1 : 0;
        }
        return true;
      }));
  EXPECT_EQ(there, 1U);
  EXPECT_EQ(opened, 0U);
}

TEST(HardRules, A5WhoReadsAnEvaluationReadsNoIncident) {
  CastOfDib cast;
  const auto& superior = cast.caller("superior");
  const auto& evaluation = cast.piece("his evaluation");
  const Heard show = cast.ask(superior, "show", {evaluation.reference});
  ASSERT_EQ(show.exit_code, 0);
  for (const auto& piece : cast.pieces) {
    if (!piece.reference.starts_with("INC")) continue;
    EXPECT_EQ(cast.ask(superior, "show", {piece.reference}).exit_code, 3);
    EXPECT_EQ(CastOfDib::all_of(show).find(piece.reference), std::string::npos);
  }
  EXPECT_TRUE(cast.ask(superior, "list", {"incident"}).rows.empty());
}

TEST(HardRules, A7WhoKeepsTheMachineReadsNoPayload) {
  CastOfDib cast;
  const auto& keeper = cast.caller("nobody");
  for (const char* verb : {"status", "doctor", "verify", "whoami", "sync"}) {
    const Heard heard = cast.ask(keeper, verb, {}, {{"dry-run", "true"}});
    EXPECT_EQ(heard.exit_code, 0) << verb << heard.said;
    for (const auto& piece : cast.pieces) {
      const std::string all = CastOfDib::all_of(heard);
      EXPECT_EQ(all.find(piece.reference), std::string::npos) << verb << all;
      EXPECT_EQ(all.find(piece.record), std::string::npos) << verb << all;
    }
  }
  const Heard file = cast.ask(keeper, "packet export");
  ASSERT_EQ(file.exit_code, 0);
  for (const auto& piece : cast.pieces) {
    if (piece.secret.empty()) continue;
    EXPECT_EQ(file.data.find(piece.secret), std::string::npos);
  }
}

TEST(HardRules, A8AnExportSaysWhoMadeItWhenAndWhatFor) {
  CastOfDib cast;
  const auto& author = cast.caller("author");
  EXPECT_EQ(cast.ask(author, "export", {"incident"}).exit_code, 2);
  const Heard heard =
      cast.ask(author, "export", {"incident"}, {{"purpose", "Contrôle"}});
  ASSERT_EQ(heard.exit_code, 0) << heard.said;
  const auto& footer = heard.rows.back();
  EXPECT_EQ(footer["exported_by"], test::officer_of_dib);
  EXPECT_EQ(footer["purpose"], "Contrôle");
  EXPECT_FALSE(footer["exported_at"].get<std::string>().empty());
}

TEST(HardRules, A9WhoeverIsMovedReadsNoMoreHere) {
  CastOfDib cast;
  const auto& chief = cast.caller("chief");
  ASSERT_EQ(cast.ask(chief, "list").exit_code, 0);
  // Headquarters moves her; this machine hears of it.
  auto& there = cast.field.headquarters();
  std::string csv = "code,label_fr,label_en,last_name,first_name,position,post";
  for (const auto& [person, post] :
       {std::pair<std::string, std::string>{test::chief_of_dib, "GOG"},
        {test::officer_of_dib, "DIB"}}) {
    csv += "\n" + person + "," + person + "," + person + ",X,Y,CBS," + post;
  }
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("officer", csv); }));
  cast.sync();
  EXPECT_TRUE(cast.ask(chief, "list").login);
  EXPECT_EQ(cast.log_in(test::chief_of_dib, "271828").exit_code, 4);
  EXPECT_EQ(cast.ask(cast.caller("author"), "list").exit_code, 0);
}

}  // namespace
}  // namespace relais::client
