#include "sync/record/expression.h"

#include "sync/record/pattern.h"
#include "tests/fuzz/target.h"
#include "tests/support/plain_facts.h"

using namespace relais;

namespace {

/// The paths of the seeds, with one value of every kind.
const test::PlainFacts& expression_facts() {
  static const test::PlainFacts facts = [] {
    test::PlainFacts made;
    made.set("text", "Somme exigée à la barrière").code("code", "S3");
    made.set("number", sync::Value(std::int64_t{-3}));
    made.set("largest", sync::Value(std::int64_t{9223372036854775807}));
    made.set("amount", sync::Value(sync::Decimal{1250, 2}));
    made.set("yes", sync::Value(true));
    made.set("day", sync::Value(sync::Date{20463}));
    made.set("first_day", sync::Value(sync::Date{-2147483647 - 1}));
    made.set("moment", sync::Value(sync::Instant{1768496400000}));
    made.row("rows",
             {{"amount", sync::Value(sync::Decimal{9223372036854775807, 9})}});
    made.row("rows",
             {{"amount", sync::Value(std::int64_t{9223372036854775807})}});
    made.row("rows", {});
    return made;
  }();
  return facts;
}

}  // namespace

// The expression; after a line end, a text that it is tried on as a pattern.
FUZZ_TARGET(expression) {
  const auto end = std::min(input.find('\n'), input.size());
  const auto text = input.substr(0, end);

  const auto expression = sync::Expression::parse(text);
  if (expression) {
    const bool holds = (*expression)->holds(expression_facts());
    CHECK(holds == (*expression)->holds(expression_facts()));
    CHECK((*expression)->paths().size() <= text.size());
    const auto wrapped =
        sync::Expression::parse("not (" + std::string(text) + ")");
    CHECK(!wrapped || (*wrapped)->holds(expression_facts()) != holds);
  }
  const auto pattern = sync::Pattern::compile(text);
  if (pattern) {
    pattern->matches(input.substr(std::min(end + 1, input.size())));
  }
}
