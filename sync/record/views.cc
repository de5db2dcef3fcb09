#include "sync/record/views.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "sync/record/facts.h"
#include "sync/record/ordering.h"

namespace relais::sync {
namespace {

struct In {
  const Form* form;
  const Tables* tables;
  const proto::View* view;
  const Facts* facts;

  const std::string& argument(int index) const {
    static const std::string none;
    return index < view->argument_size() ? view->argument(index) : none;
  }
  Value value(int index) const { return facts->value(argument(index)); }
  std::vector<Value> column(int index, const char* name) const {
    return facts->values(argument(index) + "." + name);
  }
  bool has_rows(int index) const {
    return !facts->values(argument(index)).empty();
  }
  /// A cell of the line with this code; empty when there is none.
  std::string cell(const char* table, const std::string& code,
                   const char* column) const {
    const Table* found = tables->find(table);
    const int row = found == nullptr ? -1 : found->find(code);
    if (row < 0) return {};
    return found->cell(static_cast<std::size_t>(row), column);
  }
};

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Hours to the minute; absent when there are none.
std::optional<std::int64_t> minutes_of(const Value& hours) {
  if (const auto* whole = hours.get<std::int64_t>()) return *whole * 60;
  const auto* decimal = hours.get<Decimal>();
  if (decimal == nullptr || decimal->scale > 2) return std::nullopt;
  const std::int64_t unit = decimal->scale == 0   ? 1
                            : decimal->scale == 1 ? 10
                                                  : 100;
  return decimal->unscaled * 60 / unit;
}

/// Tenths of an hour, the nearer one.
Value hours_of(std::int64_t minutes) {
  return Value(Decimal{(minutes + 3) / 6, 1});
}

std::int64_t minutes_of_mark(const std::string& status, std::int64_t planned,
                             std::int64_t minutes) {
  if (status == "P") return planned;
  if (status == "X") return minutes;
  if (status != "R") return 0;
  return std::max<std::int64_t>(0, minutes > 30 ? planned - 30 : planned);
}

std::int64_t attended_minutes(const In& in, int marks) {
  const auto status = in.column(marks, "status");
  const auto planned = in.column(marks, "planned_hours");
  const auto minutes = in.column(marks, "minutes");
  std::int64_t total = 0;
  for (std::size_t i = 0; i < status.size(); ++i) {
    const auto* given = minutes[i].get<std::int64_t>();
    total += minutes_of_mark(plain_text(status[i]),
                             minutes_of(planned[i]).value_or(0),
                             given == nullptr ? 0 : *given);
  }
  return total;
}

Value attended_hours(const In& in) {
  if (!in.has_rows(0)) return {};
  return hours_of(attended_minutes(in, 0));
}

Value planned_hours(const In& in) {
  if (!in.has_rows(0)) return {};
  return sum_of(in.column(0, "planned_hours"));
}

Value best_of(const std::vector<Value>& scores) {
  Value best;
  for (const Value& score : scores) {
    if (score.empty() || score.erased()) continue;
    if (best.empty() || order_values(best, score) < 0) best = score;
  }
  return best;
}

Value effective_score(const In& in) {
  return best_of(in.column(0, "score"));
}

/// The session's own hours, else its module's, else those that were marked.
std::int64_t planned_minutes(const In& in, const std::string& module) {
  const auto session =
      minutes_of(in.facts->value(in.argument(0) + ".planned_hours"));
  if (session) return *session;
  const auto usual = whole_number(in.cell("module", module, "hours"));
  if (usual) return *usual * 60;
  return minutes_of(sum_of(in.column(1, "planned_hours"))).value_or(0);
}

Value passed(const In& in) {
  const std::string module =
      plain_text(in.facts->value(in.argument(0) + ".module_code"));
  if (module.empty() || !in.has_rows(1)) return {};
  const auto mark = whole_number(in.cell("module", module, "pass_mark"));
  const Value best = best_of(in.column(2, "score"));
  const bool tested = !mark || order_values(best, Value(*mark)) >= 0;
  const bool there =
      attended_minutes(in, 1) * 100 >= planned_minutes(in, module) * 80;
  return Value(tested && there);
}

Value weight_total(const In& in) {
  return in.has_rows(0) ? sum_of(in.column(0, "weight")) : Value();
}

Value final_rating(const In& in) {
  Value last;
  for (int i = 0; i < in.view->argument_size(); ++i) {
    Value value = in.value(i);
    if (!value.empty() && !value.erased()) last = std::move(value);
  }
  return last;
}

Value statutory_mark(const In& in) {
  const Table* marks = in.tables->find("statutory_mark");
  const std::string rating = plain_text(final_rating(in));
  if (marks == nullptr || rating.empty()) return {};
  for (const std::size_t row : marks->where("rating", rating)) {
    const auto mark = whole_number(marks->cell(row, "mark"));
    if (mark) return Value(*mark);
  }
  return {};
}

/// The same day so many months later, or the last one of that month.
std::optional<Date> months_after(Date date, std::int64_t months) {
  const std::string text = to_text(date);
  const auto year = whole_number(text.substr(0, 4));
  const auto month = whole_number(text.substr(5, 2));
  if (text.size() != 10 || !year || !month || months > 12 * 200) {
    return std::nullopt;
  }
  const std::int64_t all = *year * 12 + (*month - 1) + months;
  const std::string then = std::to_string(all / 12 * 100 + all % 12 + 1);
  for (int day = std::stoi(text.substr(8)); day > 0; --day) {
    const std::string two = std::to_string(100 + day).substr(1);
    const auto found =
        date_from_text(then.substr(0, 4) + "-" + then.substr(4) + "-" + two);
    if (found) return found;
  }
  return std::nullopt;
}

Value retention_until(const In& in) {
  const Value hold = in.facts->value(in.form->definition().legal_hold());
  const auto closed = day_of(in.value(1));
  if (hold == Value(true) || !closed) return {};
  auto months = whole_number(
      in.cell("closure_reason", plain_text(in.value(0)), "retention_months"));
  if (!months) {
    const auto years = whole_number(
        in.cell("sanction_scale", plain_text(in.value(2)), "erase_years"));
    if (years) months = *years * 12;
  }
  const auto until = months ? months_after(*closed, *months) : std::nullopt;
  return until ? Value(*until) : Value();
}

Value extended_days(const In& in) {
  return sum_of(in.column(0, "days"));
}

Value custody_gaps(const In& in) {
  const auto items = in.column(0, "evidence");
  const auto from = in.column(0, "from");
  const auto to = in.column(0, "to");
  std::map<std::string, std::string> holder;
  std::int64_t gaps = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string item = plain_text(items[i]);
    const auto last = holder.find(item);
    if (last != holder.end() && last->second != plain_text(from[i])) ++gaps;
    holder[item] = plain_text(to[i]);
  }
  return Value(gaps);
}

Value reaction_mean(const In& in) {
  const proto::Field* table = in.form->field(in.argument(0));
  if (table == nullptr) return {};
  std::int64_t total = 0;
  std::int64_t count = 0;
  for (const proto::Field& column : table->column()) {
    if (column.type() != proto::TYPE_INTEGER) continue;
    for (const Value& value : in.column(0, column.id().c_str())) {
      const auto* number = value.get<std::int64_t>();
      if (number == nullptr || *number < 0 || *number > 1'000'000) continue;
      total += *number;
      ++count;
    }
  }
  if (count == 0) return {};
  return Value(Decimal{(total * 200 + count) / (2 * count), 2});
}

Value count_rows(const In& in) {
  return Value(
      static_cast<std::int64_t>(in.facts->values(in.argument(0)).size()));
}

struct Named {
  std::string_view name;
  Value (*compute)(const In&);
};
constexpr Named functions[] = {
    {"attended_hours", attended_hours},   {"planned_hours", planned_hours},
    {"effective_score", effective_score}, {"passed", passed},
    {"weight_total", weight_total},       {"final_rating", final_rating},
    {"statutory_mark", statutory_mark},   {"retention_until", retention_until},
    {"extended_days", extended_days},     {"custody_gaps", custody_gaps},
    {"reaction_mean", reaction_mean},     {"count_rows", count_rows},
};

}  // namespace

Value computed_view(const Form& form, const Tables& tables,
                    const proto::View& view, const Facts& facts) {
  for (const Named& one : functions) {
    if (one.name == view.function()) {
      return one.compute({&form, &tables, &view, &facts});
    }
  }
  return {};
}

std::map<std::string, Value> computed_views(const Form& form,
                                            const Tables& tables,
                                            const Facts& facts) {
  std::map<std::string, Value> all;
  for (const proto::View& view : form.definition().view()) {
    all[view.id()] = computed_view(form, tables, view, facts);
  }
  return all;
}

}  // namespace relais::sync
