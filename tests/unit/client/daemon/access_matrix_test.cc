#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sync/record/call_rights.h"
#include "tests/unit/client/daemon/cast_of_dib.h"

/// Every verb of the socket, by everybody, about every kind of record: what
/// comes back is compared with a table that people wrote and can read
/// (tests/golden/access/matrix.txt; its head explains the letters).
namespace relais::client {
namespace {

using test::CastOfDib;
using test::Heard;
using test::Piece;

const std::string golden =
    std::string(RELAIS_SOURCE_DIR) + "/tests/golden/access/matrix.txt";

bool mentions(const Heard& heard, const std::string& reference) {
  for (const auto& row : heard.rows) {
    if (row.dump().find('"' + reference + '"') != std::string::npos) {
      return true;
    }
  }
  return heard.data.find(reference) != std::string::npos;
}

/// What one caller gets of one record, a letter a verb.
std::string rights(CastOfDib& cast, const CastOfDib::Caller& caller,
                   const Piece& piece) {
  const auto& name = piece.reference;
  const auto code = [&](const std::string& verb,
                        const std::vector<std::string>& argument,
                        const std::map<std::string, std::string>& option = {}) {
    return cast.ask(caller, verb, argument, option).exit_code;
  };
  std::string letters;
  if (mentions(cast.ask(caller, "list"), name)) letters += 'l';
  if (mentions(cast.ask(caller, "list", {}, {{"search", name}}), name)) {
    letters += 's';
  }
  const Heard show = cast.ask(caller, "show", {name});
  if (show.exit_code == 0) {
    letters += show.rows[0]["fields"].empty() ? 'h' : 'r';
  }
  if (code("show", {name}, {{"history", "true"}}) == 0) letters += 'y';
  const std::map<std::string, std::string> why{{"purpose", "Contrôle"}};
  if (code("export", {name}, why) == 0) letters += 'X';
  if (mentions(cast.ask(caller, "export", {piece.form}, why), name))
    letters += 'x';
  if (code("sheet", {name}) == 0) letters += 'f';
  if (code("grid", {name}) == 0) letters += 'g';
  if (mentions(cast.ask(caller, "conflicts"), name)) letters += 'k';
  for (const std::string& set : piece.edits) {
    if (code("edit", {name}, {{"set", set}}) != 0) continue;
    letters += 'e';
    break;
  }
  // The record answers, if only that there is no such step.
  if (code("do", {name, "nonsense"}) == 1) letters += 'd';
  if (code("submit", {name}) == 1) letters += 'S';
  return letters.empty() ? "-" : letters;
}

std::string line(const std::string& kind,
                 const std::vector<std::string>& cells) {
  std::ostringstream out;
  out.width(25);
  out << std::left << kind;
  for (const std::string& cell : cells) {
    out.width(14);
    out << std::left << cell;
  }
  std::string text = out.str();
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

/// The table alone: lines that begin with # explain it.
std::string expected() {
  std::ifstream file(golden);
  std::string all;
  for (std::string one; std::getline(file, one);) {
    if (!one.starts_with("#")) all += one + "\n";
  }
  return all;
}

TEST(AccessMatrix, IsTheOneThatPeopleWrote) {
  CastOfDib cast;
  std::vector<std::string> names;
  for (const auto& caller : cast.callers) names.push_back(caller.name);
  std::string table = line("", names);
  for (const Piece& piece : cast.pieces) {
    std::vector<std::string> cells;
    for (const auto& caller : cast.callers) {
      cells.push_back(rights(cast, caller, piece));
    }
    table += line(piece.kind, cells);
  }
  EXPECT_EQ(table, expected()) << table;
}

/// Whatever is asked, by whatever verb: who sees nothing of a record in the
/// table above hears no word of it.
TEST(AccessMatrix, NoAnswerOfAnyVerbMentionsWhatOneMayNotSee) {
  CastOfDib cast;
  int asked = 0;
  for (const auto& caller : cast.callers) {
    for (const Piece& piece : cast.pieces) {
      if (rights(cast, caller, piece) != "-") continue;
      for (const auto& right : sync::call_rights()) {
        const std::string verb(right.verb);
        if (verb == "logout") continue;
        for (const auto& name : {piece.reference, piece.record}) {
          const Heard heard = cast.ask(caller, verb, {name, "abandon"},
                                       {{"set", "summary=Autre chose ici"},
                                        {"reason", "Pour voir"},
                                        {"purpose", "Pour voir"},
                                        {"search", "argent"}});
          ++asked;
          const std::string all = CastOfDib::all_of(heard);
          if (!piece.secret.empty()) {
            EXPECT_EQ(all.find(piece.secret), std::string::npos)
                << verb << " by " << caller.name << ": " << all;
          }
          // It repeats the names of files that it was given.
          if (verb == "packet import") continue;
          EXPECT_FALSE(mentions(heard, name))
              << verb << " by " << caller.name << ": " << all;
        }
      }
    }
  }
  EXPECT_GT(asked, 1000);
}

/// Who may read a session reads in its sheet only the attendance that is his.
TEST(AccessMatrix, ASheetHasNoRowThatOneMayNotRead) {
  CastOfDib cast;
  const std::string hidden = cast.piece("his attendance").record;
  int without = 0;
  for (const auto& caller : cast.callers) {
    const Heard grid =
        cast.ask(caller, "grid", {cast.piece("session").reference});
    const bool may =
        cast.ask(caller, "show", {cast.piece("his attendance").record})
            .exit_code == 0;
    const bool has = CastOfDib::all_of(grid).find(hidden) != std::string::npos;
    EXPECT_EQ(has, may) << caller.name << CastOfDib::all_of(grid);
    without += grid.exit_code == 0 && !has ? 1 : 0;
  }
  EXPECT_GT(without, 0);
}

}  // namespace
}  // namespace relais::client
