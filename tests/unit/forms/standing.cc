#include "tests/unit/forms/standing.h"

#include <algorithm>
#include <regex>

#include "sync/record/place.h"

namespace relais::test {
namespace {

constexpr int rows_max = 3;
constexpr int a_day = 20'600;  // in 2026

std::pair<std::string, std::string> split(const std::string& path) {
  const auto point = path.find('.');
  if (point == std::string::npos) return {path, {}};
  return {path.substr(0, point), path.substr(point + 1)};
}

bool is_table(const proto::Field& field) {
  return field.policy() == proto::POLICY_ADD ||
         field.policy() == proto::POLICY_LOG;
}

void add_once(std::vector<sync::Value>& values, sync::Value value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    values.push_back(std::move(value));
  }
}

/// Every word and number that stands in the conditions.
struct Spoken {
  std::vector<std::string> words;
  std::vector<std::int64_t> numbers;
};

Spoken spoken(const std::string& text) {
  Spoken all;
  const std::regex word("'([^']*)'");
  const std::regex number("[0-9]+");
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end;
       ++at) {
    all.words.push_back((*at)[1]);
  }
  const std::string rest = std::regex_replace(text, word, " ");
  for (std::sregex_iterator at(rest.begin(), rest.end(), number), end;
       at != end; ++at) {
    all.numbers.push_back(std::stoll(at->str()));
  }
  return all;
}

std::vector<sync::Value> worth_trying(const sync::Form& form,
                                      const proto::Field& spec,
                                      const Spoken& spoken) {
  std::vector<sync::Value> values;
  for (const std::string& word : spoken.words) {
    for (const sync::Value& value :
         {sync::Value(word), sync::Value(sync::Code{word})}) {
      if (spec.type() != proto::TYPE_HASH && form.fits(spec, value)) {
        add_once(values, value);
      }
    }
  }
  for (const std::int64_t number : spoken.numbers) {
    for (const std::int64_t near : {number, number + 1, number - 1}) {
      if (form.fits(spec, sync::Value(near))) {
        add_once(values, sync::Value(near));
      }
    }
  }
  if (spec.type() == proto::TYPE_DATE) {
    for (const int later : {0, 20, 120}) {
      add_once(values, sync::Value(sync::Date{a_day + later}));
    }
  } else {
    const auto more = rising_values(spec);
    add_once(values, more.front());
    if (spec.type() == proto::TYPE_YES_NO) add_once(values, more.back());
  }
  return values;
}

/// One thing to choose: a field's value, or the rows of a table.
struct Choice {
  std::string field;
  std::vector<sync::Value> value;
  std::vector<Standing::Rows> rows;

  std::size_t size() const { return std::max(value.size(), rows.size()); }
  void put(std::size_t which, Standing& standing) const {
    if (!rows.empty()) standing.table[field] = rows[which];
    if (!value.empty()) standing.value[field] = value[which];
  }
};

Choice rows_of(const sync::Form& form, const proto::Field& table,
               const std::set<std::string>& columns, const Spoken& spoken,
               const Standing& now) {
  Choice choice{table.id(), {}, {}};
  const auto known = now.table.find(table.id());
  const Standing::Rows as_is =
      known == now.table.end() ? Standing::Rows() : known->second;
  choice.rows.push_back(as_is);
  std::vector<std::map<std::string, sync::Value>> cells = {{}};
  for (const std::string& id : columns) {
    std::vector<std::map<std::string, sync::Value>> wider;
    const proto::Field& column = *sync::column_of(table, id);
    for (const auto& one : cells) {
      for (const sync::Value& value : worth_trying(form, column, spoken)) {
        wider.push_back(one);
        wider.back()[id] = value;
      }
    }
    cells = std::move(wider);
  }
  const bool log = table.policy() == proto::POLICY_LOG;
  for (int count = log ? as_is.count + 1 : 0; count <= rows_max; ++count) {
    for (const auto& cell : cells) {
      choice.rows.push_back({count, cell, false});
      if (!columns.empty() && count > 0 && !log) {
        choice.rows.push_back({count, cell, true});
      }
    }
  }
  return choice;
}

std::vector<Choice> choices_of(
    const sync::Form& form, const std::vector<const proto::Transition*>& steps,
    const Standing& now) {
  std::string text;
  for (const auto* step : steps) text += step->guard() + " ";
  const Spoken said = spoken(text);
  std::map<std::string, std::set<std::string>> columns;
  for (const std::string& path : paths_of(form, steps)) {
    const auto [field, column] = split(path);
    auto& known = columns[field];
    if (!column.empty()) known.insert(column);
  }
  std::vector<Choice> choices;
  for (const auto& [id, known] : columns) {
    const proto::Field& field = *form.field(id);
    if (is_table(field)) {
      choices.push_back(rows_of(form, field, known, said, now));
      continue;
    }
    Choice choice{id, {now.at(id)}, {}};
    if (field.policy() != proto::POLICY_IMM) {
      for (auto& value : worth_trying(form, field, said)) {
        add_once(choice.value, std::move(value));
      }
      add_once(choice.value, sync::Value());
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

sync::Value numbered(const proto::Field& spec, int number) {
  switch (spec.type()) {
    case proto::TYPE_INTEGER:
    case proto::TYPE_MONEY:
      return sync::Value(std::int64_t{number});
    case proto::TYPE_DECIMAL:
      return sync::Value(sync::Decimal{number, spec.scale()});
    case proto::TYPE_DATE:
      return sync::Value(sync::Date{a_day + number});
    case proto::TYPE_INSTANT:
      return sync::Value(sync::Instant{1'780'000'000'000 + number});
    case proto::TYPE_CODE:
      return sync::Value(sync::Code{"c" + std::to_string(number)});
    case proto::TYPE_RECORD: {
      sync::RecordId id;
      id.bytes[0] = static_cast<std::uint8_t>(number);
      return sync::Value(id);
    }
    case proto::TYPE_BLOB: {
      sync::Blob blob;
      blob.size = static_cast<std::uint64_t>(number);
      return sync::Value(blob);
    }
    case proto::TYPE_SEALED:
      return sync::Value(sync::Sealed{"sealed " + std::to_string(number)});
    case proto::TYPE_HASH:
      return sync::Value(std::string(63, 'a') + std::to_string(number));
    case proto::TYPE_LINE:
    case proto::TYPE_TEXT:
    case proto::TYPE_UNSPECIFIED:
    case proto::TYPE_YES_NO:
    case proto::TYPE_CODES:
    case proto::TYPE_TABLE:
    case proto::Type_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::Type_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return sync::Value("text " + std::to_string(number));
}

}  // namespace

std::vector<sync::Value> rising_values(const proto::Field& spec) {
  if (spec.type() == proto::TYPE_YES_NO) {
    return {sync::Value(false), sync::Value(true)};
  }
  std::vector<sync::Value> values;
  for (const proto::Choice& choice : spec.choice()) {
    if (values.size() < 3) values.emplace_back(sync::Code{choice.code()});
  }
  if (values.size() < 2) {
    values = {numbered(spec, 1), numbered(spec, 2), numbered(spec, 3)};
  }
  return values;
}

sync::Value Standing::at(const std::string& field) const {
  const auto found = value.find(field);
  return found == value.end() ? sync::Value() : found->second;
}

std::map<std::string, sync::Value> Standing::row(const std::string& name,
                                                 int index) const {
  const auto found = table.find(name);
  if (found == table.end() || index >= found->second.count) return {};
  const Rows& rows = found->second;
  if (rows.last_blank && index == rows.count - 1) return {};
  return rows.cell;
}

sync::Value StandingFacts::value(const std::string& path) const {
  return standing_->at(path);
}

std::vector<sync::Value> StandingFacts::values(const std::string& path) const {
  const auto [name, column] = split(path);
  const auto found = standing_->table.find(name);
  std::vector<sync::Value> values;
  if (found == standing_->table.end()) return values;
  for (int i = 0; i < found->second.count; ++i) {
    const auto row = standing_->row(name, i);
    const auto cell = row.find(column);
    values.push_back(cell == row.end() ? sync::Value() : cell->second);
  }
  return values;
}

std::set<std::string> paths_of(
    const sync::Form& form,
    const std::vector<const proto::Transition*>& steps) {
  std::set<std::string> paths;
  for (const auto* step : steps) {
    paths.insert(step->needs().begin(), step->needs().end());
    const sync::Expression* guard = form.guard(step->id());
    if (guard == nullptr) continue;
    for (const std::string& path : guard->paths()) paths.insert(path);
  }
  return paths;
}

bool guard_holds(const sync::Form& form, const proto::Transition& step,
                 const Standing& standing) {
  const sync::Expression* guard = form.guard(step.id());
  return guard == nullptr || guard->holds(StandingFacts(standing));
}

bool all_needed(const proto::Transition& step, const Standing& standing) {
  const StandingFacts facts(standing);
  return std::all_of(
      step.needs().begin(), step.needs().end(), [&](const std::string& path) {
        return !facts.value(path).empty() || !facts.values(path).empty();
      });
}

std::optional<Standing> filled_so_that(
    const sync::Form& form, const std::vector<const proto::Transition*>& steps,
    const Standing& now, const std::function<bool(const Standing&)>& wanted) {
  if (wanted(now)) return now;
  const std::vector<Choice> choices = choices_of(form, steps, now);
  // Changes as few things as it can: none, one, two ...
  const std::function<std::optional<Standing>(std::size_t, int,
                                              const Standing&)>
      search = [&](std::size_t from, int changes,
                   const Standing& tried) -> std::optional<Standing> {
    if (changes == 0) {
      return wanted(tried) ? std::optional(tried) : std::nullopt;
    }
    for (std::size_t i = from; i < choices.size(); ++i) {
      for (std::size_t which = 1; which < choices[i].size(); ++which) {
        Standing next = tried;
        choices[i].put(which, next);
        if (auto found = search(i + 1, changes - 1, next)) return found;
      }
    }
    return std::nullopt;
  };
  for (int changes = 1; changes <= static_cast<int>(choices.size());
       ++changes) {
    if (auto found = search(0, changes, now)) return found;
  }
  return std::nullopt;
}

}  // namespace relais::test
