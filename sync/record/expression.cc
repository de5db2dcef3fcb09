#include "sync/record/expression.h"

#include <algorithm>
#include <utility>

#include "sync/record/expression_node.h"
#include "sync/record/ordering.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

using condition::Node;
using condition::Term;

/// Rows of a table; of a column only those that are filled and decided.
Value count_of(const std::string& path, const Facts& facts) {
  const auto rows = facts.values(path);
  const bool column = path.find('.') != std::string::npos;
  return Value(static_cast<std::int64_t>(
      std::count_if(rows.begin(), rows.end(), [column](const Value& cell) {
        return !column || !(cell.empty() || cell.erased());
      })));
}

Value evaluate(const Term& term, const Facts& facts) {
  switch (term.kind) {
    case Term::Kind::literal:
      return term.literal;
    case Term::Kind::path:
      return facts.value(term.path);
    case Term::Kind::count:
      return count_of(term.path, facts);
    case Term::Kind::sum:
      return sum_of(facts.values(term.path));
    case Term::Kind::len: {
      const Value value = facts.value(term.path);
      const auto* text = value.get<std::string>();
      return Value(static_cast<std::int64_t>(
          text == nullptr ? 0 : count_characters(*text)));
    }
    case Term::Kind::days: {
      auto day = [&facts](const Term& argument) {
        const Value value = evaluate(argument, facts);
        const auto* text = value.get<std::string>();
        return text == nullptr ? day_of(value) : date_from_text(*text);
      };
      const auto from = day(term.argument[0]);
      const auto to = day(term.argument[1]);
      if (!from || !to) return {};
      return Value(std::int64_t{to->days} - from->days);
    }
  }
  return {};
}

bool compares(const Value& left, const std::string& comparison,
              const Value& right) {
  const auto order = order_values(left, right);
  if (order == std::partial_ordering::unordered) return false;
  if (comparison == "=") return order == 0;
  if (comparison == "!=") return order != 0;
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  if (comparison == ">") return order > 0;
  return order >= 0;
}

bool nothing_at(const std::string& path, const Facts& facts) {
  const Value value = facts.value(path);
  if (!value.empty() && !value.erased()) return false;
  const auto rows = facts.values(path);
  if (path.find('.') == std::string::npos) return rows.empty();
  return std::all_of(rows.begin(), rows.end(), [](const Value& cell) {
    return cell.empty() || cell.erased();
  });
}

bool holds(const Node& node, const Facts& facts) {
  const auto child_holds = [&facts](const Node& child) {
    return holds(child, facts);
  };
  switch (node.kind) {
    case Node::Kind::any:
      return std::any_of(node.child.begin(), node.child.end(), child_holds);
    case Node::Kind::all:
      return std::all_of(node.child.begin(), node.child.end(), child_holds);
    case Node::Kind::none:
      return !holds(node.child[0], facts);
    case Node::Kind::truth: {
      const Value value = evaluate(node.term[0], facts);
      const auto* yes = value.get<bool>();
      return yes != nullptr && *yes;
    }
    case Node::Kind::compare:
      return compares(evaluate(node.term[0], facts), node.comparison,
                      evaluate(node.term[1], facts));
    case Node::Kind::among: {
      const Value value = evaluate(node.term[0], facts);
      return std::any_of(
          node.term.begin() + 1, node.term.end(), [&](const Term& one) {
            return order_values(value, evaluate(one, facts)) == 0;
          });
    }
    case Node::Kind::empty:
      return nothing_at(node.term[0].path, facts);
    case Node::Kind::matches: {
      const Value value = evaluate(node.term[0], facts);
      const auto* text = value.get<std::string>();
      const auto* code = value.get<Code>();
      if (text == nullptr && code != nullptr) text = &code->code;
      return text != nullptr && node.pattern->matches(*text);
    }
  }
  return false;
}

void collect_paths(const Term& term, std::vector<std::string>& out) {
  if (!term.path.empty()) out.push_back(term.path);
  for (const Term& argument : term.argument) collect_paths(argument, out);
}

void collect_paths(const Node& node, std::vector<std::string>& out) {
  for (const Node& child : node.child) collect_paths(child, out);
  for (const Term& term : node.term) collect_paths(term, out);
}

class Parsed final : public Expression {
 public:
  explicit Parsed(Node node) : node_(std::move(node)) {}
  bool holds(const Facts& facts) const override {
    return sync::holds(node_, facts);
  }
  std::vector<std::string> paths() const override {
    std::vector<std::string> out;
    collect_paths(node_, out);
    return out;
  }

 private:
  Node node_;
};

}  // namespace

Result<std::shared_ptr<const Expression>> Expression::parse(
    std::string_view text) {
  auto node = condition::parse_condition(text);
  if (!node) return fail(node.error());
  return std::make_shared<const Parsed>(*std::move(node));
}

}  // namespace relais::sync
