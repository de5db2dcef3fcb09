#include "sync/record/expression.h"

#include <gtest/gtest.h>

#include <random>

#include "sync/limits.h"
#include "tests/support/plain_facts.h"
#include "tests/support/random_seed.h"

namespace relais::sync {
namespace {

using test::PlainFacts;

bool holds(std::string_view text, const Facts& facts = PlainFacts()) {
  auto parsed = Expression::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed && (*parsed)->holds(facts);
}

std::string refused_at(std::string_view text) {
  auto parsed = Expression::parse(text);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, Errc::invalid);
  return parsed.error().what.arguments.at(0);
}

Date day(const char* text) {
  return *date_from_text(text);
}

TEST(Expression, ComparesNumbersWhateverTheirScale) {
  PlainFacts facts;
  facts.set("amount", Value(std::int64_t{25000}))
      .set("hours", Value(Decimal{35, 1}));

  EXPECT_TRUE(holds("amount = 25000", facts));
  EXPECT_TRUE(holds("amount > 24999.999", facts));
  EXPECT_TRUE(holds("hours = 3.50", facts));
  EXPECT_TRUE(holds("hours < amount", facts));
  EXPECT_FALSE(holds("hours != 3.5", facts));
  EXPECT_TRUE(holds("-1 < 0 and -0.5 > -1", facts));
}

TEST(Expression, KnowsARecordByItsIdWrittenOut) {
  const RecordId one{{1}};
  PlainFacts facts;
  facts.set("session", Value(one)).set("other", Value(RecordId{{2}}));

  EXPECT_TRUE(holds("session = '" + to_hex(one) + "'", facts));
  EXPECT_FALSE(holds("other = '" + to_hex(one) + "'", facts));
  EXPECT_FALSE(holds("session = '0'", facts));
  EXPECT_TRUE(holds("session != other and session = session", facts));
  EXPECT_FALSE(holds("session = 1 or session != 1", facts));
}

TEST(Expression, IsFalseBesideAnEmptyOrErasedValueWhateverTheOperator) {
  PlainFacts facts;
  facts.set("gone", Value(Erased{}));

  for (const char* symbol : {"=", "!=", "<", "<=", ">", ">="}) {
    SCOPED_TRACE(symbol);
    EXPECT_FALSE(holds(std::string("nothing ") + symbol + " 'x'", facts));
    EXPECT_FALSE(holds(std::string("gone ") + symbol + " 1", facts));
    EXPECT_FALSE(holds(std::string("nothing ") + symbol + " nothing", facts));
  }
  EXPECT_FALSE(holds("nothing in ('a', 'b')", facts));
  EXPECT_FALSE(holds("nothing", facts));
  EXPECT_TRUE(holds("empty(nothing) and empty(gone)", facts));
}

TEST(Expression, ReadsATextLiteralAsTheKindBesideIt) {
  PlainFacts facts;
  facts.code("category", "EXT")
      .set("from", Value(day("2026-05-12")))
      .set("at", Value(*instant_from_text("2026-05-12T06:10:00Z")))
      .set("place", "Diboli");

  EXPECT_TRUE(holds("category = 'EXT'", facts));
  EXPECT_TRUE(holds("category in ('BRB', 'EXT')", facts));
  EXPECT_TRUE(holds("from < '2026-05-13' and from >= '2026-05-12'", facts));
  EXPECT_TRUE(holds("at > '2026-05-12T06:00:00Z'", facts));
  EXPECT_TRUE(holds("from <= at", facts)) << "an instant counts by its day";
  EXPECT_TRUE(holds("place != 'Kayes'", facts));
  EXPECT_FALSE(holds("from = 'tomorrow'", facts));
  EXPECT_FALSE(holds("place = 3 or place != 3", facts)) << "no common order";
}

TEST(Expression, BindsNotBeforeAndBeforeOr) {
  EXPECT_TRUE(holds("true or false and false"));
  EXPECT_FALSE(holds("(true or false) and false"));
  EXPECT_TRUE(holds("not false and true"));
  EXPECT_FALSE(holds("not (false or true)"));
  EXPECT_TRUE(holds("not not true"));
}

TEST(Expression, CountsRowsAndFilledCellsAndSumsThemExactly) {
  PlainFacts facts;
  facts.row("goals", {{"weight", Value(std::int64_t{60})}})
      .row("goals", {{"weight", Value(std::int64_t{40})}})
      .row("goals", {});

  EXPECT_TRUE(holds("count(goals) = 3", facts));
  EXPECT_TRUE(holds("count(goals.weight) = 2", facts));
  EXPECT_TRUE(holds("sum(goals.weight) = 100", facts));
  EXPECT_TRUE(holds("sum(nothing.weight) = 0 and count(nothing) = 0", facts));
  EXPECT_TRUE(holds("not empty(goals) and empty(nothing)", facts));
  EXPECT_TRUE(holds("empty(goals.due) and not empty(goals.weight)", facts));
}

TEST(Expression, SumsPastInt64WithoutWrappingAround) {
  PlainFacts facts;
  const Value most(std::numeric_limits<std::int64_t>::max());
  facts.row("t", {{"n", most}}).row("t", {{"n", most}});

  EXPECT_FALSE(holds("sum(t.n) < 0", facts));
}

TEST(Expression, CountsCharactersNotBytesAndDaysForward) {
  PlainFacts facts;
  facts.set("name", "Nɛnɛ")
      .set("a", Value(day("2026-02-27")))
      .set("b", Value(day("2026-03-01")));

  EXPECT_TRUE(holds("len(name) = 4 and len(nothing) = 0", facts));
  EXPECT_TRUE(holds("days(a, b) = 2 and days(b, a) = -2", facts));
  EXPECT_TRUE(holds("days(a, '2026-02-28') = 1", facts));
  EXPECT_FALSE(holds("days(a, nothing) < 1000", facts));
}

TEST(Expression, MatchesTheWholeTextByCharacters) {
  PlainFacts facts;
  facts.set("plate", "BA 1234").set("name", "Nɛnɛ").code("code", "S-AV");

  EXPECT_TRUE(holds("matches(plate, '[A-Z]{2} [0-9]{4}')", facts));
  EXPECT_FALSE(holds("matches(plate, '[A-Z]{2}')", facts));
  EXPECT_TRUE(holds("matches(name, '.{4}')", facts));
  EXPECT_TRUE(holds("matches(code, 'S-.*')", facts));
  EXPECT_FALSE(holds("matches(nothing, '.*')", facts));
}

TEST(Expression, DoesNotHangOnAPatternMadeToBacktrack) {
  PlainFacts facts;
  facts.set("text", Value(std::string(400, 'a') + "!"));

  EXPECT_FALSE(holds("matches(text, '(a+)+')", facts));
  EXPECT_FALSE(Expression::parse("matches(text, '(a)\\1')"));
}

TEST(Expression, TakesAQuoteWrittenTwiceAsOne) {
  PlainFacts facts;
  facts.set("name", "N'Golo");

  EXPECT_TRUE(holds("name = 'N''Golo'", facts));
}

TEST(Expression, NamesEveryPathItReads) {
  auto parsed = Expression::parse(
      "a = 1 and not empty(b) or sum(t.c) > len(d) or days(e, f) in (g, 2)");
  ASSERT_TRUE(parsed);

  EXPECT_EQ((*parsed)->paths(),
            (std::vector<std::string>{"a", "b", "t.c", "d", "e", "f", "g"}));
}

TEST(Expression, RefusesWhatItCannotReadAndNamesTheByte) {
  EXPECT_EQ(refused_at(""), "1");
  EXPECT_EQ(refused_at("a = "), "5");
  EXPECT_EQ(refused_at("a = 'x"), "7");
  EXPECT_EQ(refused_at("a = 1 b"), "7");
  EXPECT_EQ(refused_at("a == 1"), "4");
  EXPECT_EQ(refused_at("(a = 1"), "7");
  EXPECT_EQ(refused_at("count(a)"), "9");
  EXPECT_EQ(refused_at("now() > 1"), "5");
  EXPECT_EQ(refused_at("and = 1"), "1");
  EXPECT_EQ(refused_at("a = 1234567890123456789"), "5");
  EXPECT_EQ(refused_at("a in 'x'"), "6");
  EXPECT_EQ(refused_at("a. = 1"), "4");
  EXPECT_EQ(refused_at("a = 1.x"), "5");
}

TEST(Expression, RefusesMoreDepthOrLengthThanTheLimits) {
  const std::string deep(limits::expression_depth_max, '(');
  const std::string close(limits::expression_depth_max, ')');
  EXPECT_FALSE(Expression::parse(deep + "a" + close));
  EXPECT_TRUE(Expression::parse(deep.substr(1) + "a" + close.substr(1)));
  std::string nots;
  for (int i = 0; i < 400; ++i) nots += "not ";
  EXPECT_FALSE(Expression::parse(nots + "a"));
  EXPECT_FALSE(
      Expression::parse(std::string(limits::expression_bytes_max, ' ') + "a"));
}

// Random tokens: whatever they make, parsing ends, and what is accepted can be
// evaluated and read again from its own text.
TEST(Expression, SurvivesAnyRowOfTokens) {
  std::mt19937_64 random(test::random_seed("Expression"));
  const std::vector<std::string> tokens = {
      "a",     "t.c",  "and",    "or",           "not",        "(",      ")",
      "=",     "!=",   "<",      "in",           ",",          "'x'",    "1",
      "-2.5",  "true", "empty(", "len(",         "days(",      "count(", "'",
      "sum(t", "\xff", "é",      "'2026-05-12'", "matches(a,", "'(a*'",  "\n",
      "\0x",   ".",    "''"};
  PlainFacts facts;
  facts.set("a", "x").row("t", {{"c", Value(std::int64_t{1})}});
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto left = random() % 9; left > 0; --left) {
      text += tokens[random() % tokens.size()] + (random() % 4 ? " " : "");
    }
    auto parsed = Expression::parse(text);
    if (!parsed) continue;
    ++accepted;
    const bool held = (*parsed)->holds(facts);
    EXPECT_EQ(holds("not (" + text + ")", facts), !held) << text;
  }
  EXPECT_GT(accepted, 20);
}

}  // namespace
}  // namespace relais::sync
