#include "sync/record/form.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <limits>

#include "sync/crypto.h"
#include "sync/limits.h"
#include "sync/record/place.h"

namespace relais::sync {

namespace {

/// Keeps the first complaint of the parser, which else goes to stderr.
class FirstFault final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber,
                const std::string& message) override {
    if (message_.empty()) {
      line_ = line + 1;
      message_ = message;
    }
  }
  int line() const { return line_; }
  const std::string& message() const { return message_; }

 private:
  int line_ = 0;
  std::string message_;
};

bool is_choice(const proto::Field& spec, const std::string& code) {
  return std::any_of(spec.choice().begin(), spec.choice().end(),
                     [&](const auto& choice) { return choice.code() == code; });
}

/// Place of a code among the choices; after all of them when it is not there.
int place_of(const proto::Field& spec, const std::string& code) {
  int place = 0;
  while (place < spec.choice_size() && spec.choice(place).code() != code) {
    ++place;
  }
  return place;
}

bool is_hash(const std::string& text) {
  return text.size() == 64 && from_hex(text).has_value();
}

bool row_fits(const Form& form, const proto::Field& spec, const Value& value) {
  const Row* row = value.get<Row>();
  if (row == nullptr) return false;
  return std::all_of(row->begin(), row->end(), [&](const auto& cell) {
    const proto::Field* column = column_of(spec, cell.first);
    return column != nullptr && form.fits(*column, cell.second);
  });
}

/// 10^difference times `number`, compared with `other`, without overflow.
std::partial_ordering compare_decimals(const Decimal& a, const Decimal& b) {
  __extension__ using Wide = __int128;
  Wide left = a.unscaled;
  Wide right = b.unscaled;
  for (std::uint32_t s = a.scale; s < b.scale && s < a.scale + 19; ++s) {
    left *= 10;
  }
  for (std::uint32_t s = b.scale; s < a.scale && s < b.scale + 19; ++s) {
    right *= 10;
  }
  if (left == right) return std::partial_ordering::equivalent;
  return left < right ? std::partial_ordering::less
                      : std::partial_ordering::greater;
}

std::partial_ordering compare_codes(const proto::Field& spec, const Code& a,
                                    const Code& b) {
  const int left = place_of(spec, a.code);
  const int right = place_of(spec, b.code);
  if (left != right || left < spec.choice_size()) return left <=> right;
  return a.code <=> b.code;
}

/// Expressions of one field and of its columns, each with where it stands.
void collect(const proto::Field& field, const std::string& where,
             std::vector<std::pair<std::string, std::string>>& out) {
  const std::string here = where + field.id();
  if (!field.when().empty()) out.emplace_back(here, field.when());
  if (!field.required_when().empty()) {
    out.emplace_back(here, field.required_when());
  }
  for (const proto::Check& check : field.check()) {
    out.emplace_back(here, check.expression());
  }
  for (const proto::Field& column : field.column()) {
    collect(column, here + ".", out);
  }
}

std::vector<std::pair<std::string, std::string>> expressions_of(
    const proto::Form& form) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const proto::Field& field : form.field()) collect(field, "", all);
  for (const proto::Check& check : form.check()) {
    all.emplace_back(form.id(), check.expression());
  }
  for (const proto::Transition& step : form.lifecycle().transition()) {
    if (!step.guard().empty()) all.emplace_back(step.id(), step.guard());
  }
  return all;
}

}  // namespace

Result<std::shared_ptr<const Form>> Form::parse(std::string_view file) {
  proto::Form definition;
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  parser.SetRecursionLimit(limits::proto_depth_max);
  if (file.size() > std::numeric_limits<int>::max() ||
      !parser.ParseFromString(std::string(file), &definition)) {
    return fail(Errc::invalid, "line {0} of the form: {1}",
                {std::to_string(fault.line()), fault.message()});
  }
  return compile(std::move(definition), sync::hash({file}));
}

Result<std::shared_ptr<const Form>> Form::compile(proto::Form definition,
                                                  const Hash& hash) {
  std::shared_ptr<Form> form(new Form());
  form->definition_ = std::move(definition);
  form->hash_ = hash;
  const proto::Form& given = form->definition_;
  for (const auto& field : given.field()) {
    form->field_.emplace(field.id(), &field);
  }
  for (const auto& role : given.role()) {
    form->side_.emplace(role.id(), role.side());
  }
  for (const auto& state : given.lifecycle().state()) {
    form->state_.emplace(state.id(), &state);
  }
  for (const auto& step : given.lifecycle().transition()) {
    form->transition_.emplace(step.id(), &step);
  }
  form->close_progress();
  for (const auto& [where, text] : expressions_of(given)) {
    auto parsed = Expression::parse(text);
    if (!parsed) {
      return fail(Errc::invalid, "expression of {0} of the form {1}: {2}",
                  {where, given.id(), text});
    }
    form->expression_.emplace(text, std::move(*parsed));
  }
  return std::shared_ptr<const Form>(std::move(form));
}

void Form::close_progress() {
  for (const auto& step : definition_.lifecycle().progress()) {
    over_[step.lower()].insert(step.higher());
  }
  for (auto& [low, above] : over_) {
    std::vector<std::string> todo(above.begin(), above.end());
    while (!todo.empty()) {
      const auto next = over_.find(todo.back());
      todo.pop_back();
      if (next == over_.end()) continue;
      for (const std::string& high :
           std::vector<std::string>(next->second.begin(), next->second.end())) {
        if (above.insert(high).second) todo.push_back(high);
      }
    }
  }
}

bool Form::has_part(std::string_view part_id) const {
  return part(part_id) != nullptr;
}

const proto::Part* Form::part(std::string_view id) const {
  for (const proto::Part& part : definition_.part()) {
    if (part.id() == id) return &part;
  }
  return nullptr;
}

const proto::Field* Form::field(std::string_view id) const {
  const auto found = field_.find(id);
  return found == field_.end() ? nullptr : found->second;
}

const std::string& Form::part_of(const proto::Field& field) const {
  return field.part().empty() ? definition_.root_part() : field.part();
}

const proto::Field* Form::spec(const Address& address) const {
  const proto::Field* of = field(address.field);
  if (of == nullptr) return nullptr;
  const bool row = !address.row.empty();
  const bool column = !address.column.empty();
  if (of->policy() != proto::POLICY_ADD) return row || column ? nullptr : of;
  if (!row) return nullptr;
  if (of->unit_size() > 0) return column ? nullptr : of;
  return column ? column_of(*of, address.column) : nullptr;
}

bool Form::is_headquarters(std::string_view role) const {
  const auto found = side_.find(role);
  return found != side_.end() && found->second == proto::SIDE_HEADQUARTERS;
}

const proto::State* Form::state(std::string_view id) const {
  const auto found = state_.find(id);
  return found == state_.end() ? nullptr : found->second;
}

const proto::Transition* Form::transition(std::string_view id) const {
  const auto found = transition_.find(id);
  return found == transition_.end() ? nullptr : found->second;
}

bool Form::above(std::string_view high, std::string_view low) const {
  const auto found = over_.find(low);
  return found != over_.end() && found->second.contains(high);
}

proto::Policy Form::policy(const proto::Field& spec,
                           std::string_view state) const {
  proto::Policy policy = spec.policy();
  const proto::PolicyFrom* since = nullptr;
  for (const proto::PolicyFrom& from : spec.policy_from()) {
    if (state != from.state() && !above(state, from.state())) continue;
    const bool later =
        since == nullptr || above(from.state(), since->state()) ||
        (!above(since->state(), from.state()) && from.state() < since->state());
    if (!later) continue;
    since = &from;
    policy = from.policy();
  }
  return policy;
}

std::vector<std::string> Form::resolvers(const Address& address) const {
  if (address.field == state_field) {
    const auto& head = definition_.lifecycle().head();
    return {head.begin(), head.end()};
  }
  const proto::Field* of = spec(address);
  if (of == nullptr || of->resolve_size() == 0) of = field(address.field);
  if (of == nullptr) return {};
  return {of->resolve().begin(), of->resolve().end()};
}

std::partial_ordering Form::compare(const proto::Field& spec, const Value& a,
                                    const Value& b) const {
  const bool nothing_left = a.empty() || a.erased();
  const bool nothing_right = b.empty() || b.erased();
  if (nothing_left || nothing_right) return nothing_right <=> nothing_left;
  if (a.kind().index() != b.kind().index()) {
    return std::partial_ordering::unordered;
  }
  if (const Code* code = a.get<Code>()) {
    return compare_codes(spec, *code, *b.get<Code>());
  }
  if (const Decimal* decimal = a.get<Decimal>()) {
    return compare_decimals(*decimal, *b.get<Decimal>());
  }
  if (a.get<std::string>())
    return *a.get<std::string>() <=> *b.get<std::string>();
  if (a.get<std::int64_t>()) {
    return *a.get<std::int64_t>() <=> *b.get<std::int64_t>();
  }
  if (a.get<bool>()) return *a.get<bool>() <=> *b.get<bool>();
  if (a.get<Date>()) return *a.get<Date>() <=> *b.get<Date>();
  if (a.get<Instant>()) return *a.get<Instant>() <=> *b.get<Instant>();
  return a == b ? std::partial_ordering::equivalent
                : std::partial_ordering::unordered;
}

bool Form::fits(const proto::Field& spec, const Value& value) const {
  if (value.empty() || value.erased()) return true;
  if (spec.unit_size() > 0 || spec.policy() == proto::POLICY_LOG) {
    return row_fits(*this, spec, value);
  }
  switch (spec.type()) {
    case proto::TYPE_LINE:
    case proto::TYPE_TEXT:
      return value.get<std::string>() != nullptr;
    case proto::TYPE_HASH:
      return value.get<std::string>() && is_hash(*value.get<std::string>());
    case proto::TYPE_INTEGER:
    case proto::TYPE_MONEY:
      return value.get<std::int64_t>() != nullptr;
    case proto::TYPE_DECIMAL:
      return value.get<Decimal>() &&
             value.get<Decimal>()->scale == spec.scale();
    case proto::TYPE_YES_NO:
      return value.get<bool>() != nullptr;
    case proto::TYPE_DATE:
      return value.get<Date>() != nullptr;
    case proto::TYPE_INSTANT:
      return value.get<Instant>() != nullptr;
    case proto::TYPE_CODE:
      return value.get<Code>() && (spec.choice_size() == 0 ||
                                   is_choice(spec, value.get<Code>()->code));
    case proto::TYPE_RECORD:
      return value.get<RecordId>() != nullptr;
    case proto::TYPE_BLOB:
      return value.get<Blob>() != nullptr;
    case proto::TYPE_SEALED:
      return value.get<Sealed>() != nullptr;
    case proto::TYPE_UNSPECIFIED:
    case proto::TYPE_CODES:
    case proto::TYPE_TABLE:
    case proto::Type_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::Type_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

const Expression* Form::parsed(const std::string& text) const {
  const auto found = expression_.find(text);
  return found == expression_.end() ? nullptr : found->second.get();
}

const Expression* Form::guard(std::string_view transition_id) const {
  const proto::Transition* step = transition(transition_id);
  return step == nullptr ? nullptr : parsed(step->guard());
}

const Expression* Form::when(const proto::Field& field) const {
  return parsed(field.when());
}

const Expression* Form::required_when(const proto::Field& field) const {
  return parsed(field.required_when());
}

const Expression* Form::check(const proto::Check& check) const {
  return parsed(check.expression());
}

}  // namespace relais::sync
