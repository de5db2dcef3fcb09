#include <utility>

#include "sync/limits.h"
#include "sync/record/expression_node.h"

namespace relais::sync::condition {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}
bool continues_name(char c) {
  return begins_name(c) || is_digit(c);
}

/// One pass, one token ahead, depth counted: neither long nor deep input can
/// do more than fail.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Node> parse() {
    auto node = any();
    if (!node) return node;
    skip_blanks();
    if (at_ < text_.size()) return expected("and, or");
    return node;
  }

 private:
  Result<Node> any() { return chain(Node::Kind::any, "or"); }
  Result<Node> chain(Node::Kind kind, std::string_view word);
  Result<Node> negation();
  Result<Node> comparison();
  Result<Node> among(Term left);
  Result<Node> test(const std::string& function);
  Result<Term> term();
  Result<Term> call(const std::string& function);
  Result<std::vector<Term>> arguments(std::size_t count);
  Result<Term> path();
  Result<Term> number();
  Result<std::string> quoted();

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
      ++at_;
    }
  }
  bool take(std::string_view symbol) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  std::string_view name_here() {
    skip_blanks();
    std::size_t end = at_;
    if (end < text_.size() && begins_name(text_[end])) {
      while (end < text_.size() && continues_name(text_[end])) ++end;
    }
    return text_.substr(at_, end - at_);
  }
  bool take_word(std::string_view word) {
    if (name_here() != word) return false;
    at_ += word.size();
    return true;
  }
  std::string place() const { return std::to_string(at_ + 1); }
  tl::unexpected<Error> expected(std::string what) const {
    return fail(Errc::invalid,
                "The condition cannot be read at byte {0}: {1} should stand "
                "there. Correct it.",
                {place(), std::move(what)});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

Result<Node> Parser::chain(Node::Kind kind, std::string_view word) {
  Node node;
  node.kind = kind;
  do {
    auto child =
        kind == Node::Kind::any ? chain(Node::Kind::all, "and") : negation();
    if (!child) return child;
    node.child.push_back(*std::move(child));
  } while (take_word(word));
  if (node.child.size() == 1) {
    Node only = std::move(node.child.front());
    return only;
  }
  return node;
}

Result<Node> Parser::negation() {
  if (++depth_ > limits::expression_depth_max) {
    return fail(Errc::invalid,
                "The condition is nested more than {0} deep. Simplify it.",
                {std::to_string(limits::expression_depth_max)});
  }
  Result<Node> node;
  if (take_word("not")) {
    node = negation();
    if (node) {
      Node none;
      none.kind = Node::Kind::none;
      none.child.push_back(*std::move(node));
      node = std::move(none);
    }
  } else if (take("(")) {
    node = any();
    if (node && !take(")")) node = expected(")");
  } else {
    node = comparison();
  }
  --depth_;
  return node;
}

Result<Node> Parser::comparison() {
  const std::string name(name_here());
  if (name == "empty" || name == "matches") return test(name);
  auto left = term();
  if (!left) return fail(left.error());
  if (take_word("in")) return among(*std::move(left));
  Node node;
  for (const char* symbol : {"!=", "<=", ">=", "=", "<", ">"}) {
    if (!take(symbol)) continue;
    auto right = term();
    if (!right) return fail(right.error());
    node.kind = Node::Kind::compare;
    node.comparison = symbol;
    node.term = {*std::move(left), *std::move(right)};
    return node;
  }
  const bool yes_no =
      left->kind == Term::Kind::path || left->literal.get<bool>() != nullptr;
  if (!yes_no) return expected("= != < <= > >= in");
  node.term = {*std::move(left)};
  return node;
}

Result<Node> Parser::among(Term left) {
  if (!take("(")) return expected("(");
  Node node;
  node.kind = Node::Kind::among;
  node.term.push_back(std::move(left));
  do {
    auto one = term();
    if (!one) return fail(one.error());
    node.term.push_back(*std::move(one));
  } while (take(","));
  if (!take(")")) return expected(")");
  return node;
}

/// empty(path) and matches(path, 'regex').
Result<Node> Parser::test(const std::string& function) {
  at_ += function.size();
  if (!take("(")) return expected("(");
  auto what = path();
  if (!what) return fail(what.error());
  Node node;
  node.kind = Node::Kind::empty;
  node.term = {*std::move(what)};
  if (function == "matches") {
    if (!take(",")) return expected(",");
    auto text = quoted();
    if (!text) return fail(text.error());
    auto pattern = Pattern::compile(*text);
    if (!pattern) return fail(pattern.error());
    node.kind = Node::Kind::matches;
    node.pattern = *std::move(pattern);
  }
  if (!take(")")) return expected(")");
  return node;
}

Result<Term> Parser::term() {
  skip_blanks();
  const char here = at_ < text_.size() ? text_[at_] : '\0';
  Term literal;
  if (here == '\'') {
    auto text = quoted();
    if (!text) return fail(text.error());
    literal.literal = Value(*std::move(text));
    return literal;
  }
  if (is_digit(here) || here == '-') return number();
  const std::string name(name_here());
  if (name == "true" || name == "false") {
    at_ += name.size();
    literal.literal = Value(name == "true");
    return literal;
  }
  const std::size_t start = at_;
  at_ += name.size();
  if (!name.empty() && take("(")) return call(name);
  at_ = start;
  return path();
}

Result<Term> Parser::call(const std::string& function) {
  Term result;
  if (function == "days") {
    auto both = arguments(2);
    if (!both) return fail(both.error());
    result.kind = Term::Kind::days;
    result.argument = *std::move(both);
    return result;
  }
  if (function == "count") {
    result.kind = Term::Kind::count;
  } else if (function == "sum") {
    result.kind = Term::Kind::sum;
  } else if (function == "len") {
    result.kind = Term::Kind::len;
  } else {
    return fail(Errc::invalid,
                "The condition cannot be read at byte {0}: {1} is no function. "
                "Use empty, count, sum, len, days or matches.",
                {place(), function});
  }
  auto what = path();
  if (!what) return what;
  if (!take(")")) return expected(")");
  result.path = what->path;
  return result;
}

Result<std::vector<Term>> Parser::arguments(std::size_t count) {
  std::vector<Term> all;
  while (all.size() < count) {
    if (!all.empty() && !take(",")) return expected(",");
    skip_blanks();
    const bool text = at_ < text_.size() && text_[at_] == '\'';
    auto one = text ? term() : path();
    if (!one) return fail(one.error());
    all.push_back(*std::move(one));
  }
  if (!take(")")) return expected(")");
  return all;
}

Result<Term> Parser::path() {
  Term result;
  result.kind = Term::Kind::path;
  result.path = name_here();
  for (const char* word : {"and", "or", "not", "in", "true", "false"}) {
    if (result.path == word) result.path.clear();
  }
  skip_blanks();
  if (at_ < text_.size() && text_[at_] == '"') {
    return fail(Errc::invalid,
                "The condition cannot be read at byte {0}: texts stand in "
                "single quotes, 'so'.",
                {place()});
  }
  if (result.path.empty()) {
    return fail(Errc::invalid,
                "The condition cannot be read at byte {0}: a field or a value "
                "should stand there. Correct it.",
                {place()});
  }
  at_ += result.path.size();
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    const std::string column(name_here());
    if (column.empty()) return expected("a-z");
    at_ += column.size();
    result.path += "." + column;
  }
  return result;
}

Result<Term> Parser::number() {
  const std::size_t start = at_;
  const bool negative = text_[at_] == '-';
  if (negative) ++at_;
  std::int64_t unscaled = 0;
  std::uint32_t scale = 0;
  std::size_t digits = 0;
  bool point = false;
  for (; at_ < text_.size(); ++at_) {
    const char here = text_[at_];
    if (here == '.' && !point && digits > 0) {
      point = true;
    } else if (is_digit(here) && digits < 18) {
      unscaled = unscaled * 10 + (here - '0');
      ++digits;
      if (point) ++scale;
    } else {
      break;
    }
  }
  const bool ends = at_ >= text_.size() || !is_digit(text_[at_]);
  if (digits == 0 || !ends || (point && scale == 0) || scale > 9) {
    at_ = start;
    return fail(Errc::invalid,
                "The condition cannot be read at byte {0}: the number there "
                "is not one, or is too long. Correct it.",
                {place()});
  }
  if (negative) unscaled = -unscaled;
  Term result;
  result.literal = point ? Value(Decimal{unscaled, scale}) : Value(unscaled);
  return result;
}

/// Between single quotes; a quote inside is written twice.
Result<std::string> Parser::quoted() {
  if (!take("'")) return expected("'");
  std::string out;
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] != '\'') {
      out += text_[at_];
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
      out += text_[at_++];
    } else {
      ++at_;
      return out;
    }
  }
  return expected("'");
}

}  // namespace

Result<Node> parse_condition(std::string_view text) {
  if (text.size() > limits::expression_bytes_max) {
    return fail(Errc::invalid,
                "The condition is longer than {0} bytes. Shorten it.",
                {std::to_string(limits::expression_bytes_max)});
  }
  return Parser(text).parse();
}

}  // namespace relais::sync::condition
