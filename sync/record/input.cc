#include "sync/record/input.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sync/limits.h"
#include "sync/record/facts.h"
#include "sync/record/place.h"

namespace relais::sync {
namespace {

/// What one change touched, by field and by row.
struct Touched {
  std::set<std::string> fields;
  std::set<Address> rows;     ///< row only
  std::set<Address> added;    ///< row only
  std::set<Address> columns;  ///< cells written
};

Touched touched_by(const std::vector<Act>& acts) {
  Touched touched;
  for (const Act& act : acts) {
    if (act.address.field.empty()) continue;
    touched.fields.insert(act.address.field);
    if (act.address.row.empty()) continue;
    if (act.kind == proto::ACT_KIND_ANNUL_ROW) continue;
    touched.rows.insert(act.address.row_only());
    if (act.kind == proto::ACT_KIND_ADD_ROW ||
        act.kind == proto::ACT_KIND_RESTORE_ROW || act.value.get<Row>()) {
      touched.added.insert(act.address.row_only());
    }
    touched.columns.insert(act.address);
  }
  return touched;
}

class RecordCheck {
 public:
  explicit RecordCheck(const Entered& entered)
      : in_(entered),
        form_(*entered.form),
        touched_(touched_by(*entered.acts)) {}

  Findings run() {
    for (const proto::Field& field : form_.definition().field()) {
      if (!in_.unseen.contains(form_.part_of(field))) check_field(field);
    }
    for (const proto::Check& check : form_.definition().check()) {
      const Expression* holds = form_.check(check);
      if (!judged(holds) || !concerns(holds, false)) continue;
      report(form_.id(), check, holds->holds(*in_.after));
    }
    return std::move(findings_);
  }

  void check_entry(const Act& act) {
    const proto::Field* log = form_.field(act.address.field);
    const Row* entry = act.value.get<Row>();
    if (log == nullptr || entry == nullptr) return;
    check_row(*log, {"+", *entry}, true);
  }

 private:
  bool whole() const { return in_.moment != Moment::edit; }

  /// False where a condition reads what its author may not see here.
  bool judged(const Expression* condition) const {
    if (condition == nullptr) return false;
    const auto paths = condition->paths();
    return std::none_of(
        paths.begin(), paths.end(), [this](const std::string& path) {
          const auto* field = form_.field(path.substr(0, path.find('.')));
          return field != nullptr && in_.unseen.contains(form_.part_of(*field));
        });
  }

  bool concerns(const Expression* condition, bool own) const {
    if (whole() || own) return true;
    const auto paths = condition->paths();
    return std::any_of(
        paths.begin(), paths.end(), [this](const std::string& path) {
          return touched_.fields.contains(path.substr(0, path.find('.')));
        });
  }

  void check_field(const proto::Field& field) {
    const Facts& facts = *in_.after;
    const bool filled = is_filled(facts, field.id());
    const bool own = whole() || touched_.fields.contains(field.id());
    const Expression* when = form_.when(field);
    const bool relevant = !judged(when) || when->holds(facts);
    if (!relevant && filled && own) does_not_apply(field.id());
    if (relevant && !filled) check_missing(field, own);
    for (const proto::Check& check : field.check()) {
      const Expression* holds = form_.check(check);
      if (!filled || !judged(holds) || !concerns(holds, own)) continue;
      report(field.id(), check, holds->holds(facts));
    }
    if (own) check_rows(field);
  }

  void check_missing(const proto::Field& field, bool own) {
    const Expression* holds = form_.required_when(field);
    const bool wanted = judged(holds) && holds->holds(*in_.after);
    if (in_.moment == Moment::edit && !own) {
      if (wanted && concerns(holds, false)) missing(field.id(), true);
      return;
    }
    const bool part = in_.moment != Moment::root ||
                      form_.part_of(field) == form_.definition().root_part();
    if ((field.required() && part) || wanted) missing(field.id(), false);
  }

  void check_rows(const proto::Field& field) {
    const bool log = field.policy() == proto::POLICY_LOG;
    if (field.policy() != proto::POLICY_ADD && !log) return;
    const std::size_t count = in_.after->values(field.id()).size();
    const std::size_t most =
        field.max_rows() > 0 ? field.max_rows() : limits::rows_max;
    if (count < field.min_rows() && (count > 0 || !whole())) {
      findings_.refusals.push_back(
          Sentence{"{0}: {2} rows where at least {1} are needed. Add some.",
                   {field.id(), std::to_string(field.min_rows()),
                    std::to_string(count)}});
    }
    if (count > most) {
      findings_.refusals.push_back(
          Sentence{"{0}: {2} rows where at most {1} may stand. Annul some.",
                   {field.id(), std::to_string(most), std::to_string(count)}});
    }
    if (log || field.column_size() == 0) return;
    for (const NamedRow& row : rows_of(field, *in_.after)) {
      const Address at{field.id(), row.key, {}};
      if (!whole() && !touched_.rows.contains(at)) continue;
      check_row(field, row, whole() || touched_.added.contains(at));
    }
  }

  /// `full`: the row is new, so that all its columns are asked for.
  void check_row(const proto::Field& table, const NamedRow& row, bool full) {
    const RowFacts facts(table, row.row, *in_.after);
    for (const proto::Field& column : table.column()) {
      const Address at{table.id(), row.key, column.id()};
      const bool own = full || touched_.columns.contains(at);
      const bool filled = row.row.contains(column.id());
      const Expression* when = form_.when(column);
      const bool relevant = !judged(when) || when->holds(facts);
      if (!relevant && filled && own) does_not_apply(place(at));
      if (relevant && !filled) {
        const Expression* holds = form_.required_when(column);
        const bool wanted = judged(holds) && holds->holds(facts);
        if (wanted || (own && column.required())) missing(place(at), !own);
      }
      for (const proto::Check& check : column.check()) {
        const Expression* holds = form_.check(check);
        if (!filled || !judged(holds)) continue;
        report(place(at), check, holds->holds(facts));
      }
    }
  }

  void does_not_apply(const std::string& where) {
    findings_.refusals.push_back(Sentence{
        "{0}: does not apply here, given the rest. Leave it empty.", {where}});
  }

  void missing(const std::string& where, bool warning) {
    auto& list = warning ? findings_.warnings : findings_.refusals;
    list.push_back(Sentence{"{0}: is required. Fill it in.", {where}});
  }

  void report(const std::string& where, const proto::Check& check, bool holds) {
    if (holds) return;
    auto& list = check.warning() ? findings_.warnings : findings_.refusals;
    list.push_back(Sentence{"{0}: {1}", {where, in_both(check.message())}});
  }

  const Entered& in_;
  const Form& form_;
  Touched touched_;
  Findings findings_;
};

void no_such_place(const Act& act, std::vector<Sentence>& out) {
  out.push_back(
      Sentence{"{0}: the form has no such place. `relais forms` lists its "
               "fields.",
               {place(act.address)}});
}

/// Whether the act fits where it points, and its value or row name.
void check_act(const Entered& in, const Act& act, std::vector<Sentence>& out) {
  const proto::Field* field = in.form->field(act.address.field);
  const bool table = field != nullptr && field->policy() == proto::POLICY_ADD;
  const auto add_all = [&out](std::vector<Sentence> faults) {
    for (Sentence& fault : faults) out.push_back(std::move(fault));
  };
  if (act.kind == proto::ACT_KIND_WRITE) {
    const proto::Field* spec = in.form->spec(act.address);
    const bool log = field != nullptr && field->policy() == proto::POLICY_LOG;
    if (spec == nullptr || log) return no_such_place(act, out);
    add_all(validate_value(*in.form, *spec, act.address, act.value, *in.tables,
                           in.today));
  } else if (act.kind == proto::ACT_KIND_ADD_ROW) {
    if (!table) return no_such_place(act, out);
    const auto key =
        row_key_from_text(*field, act.address.row, *in.tables, in.today);
    if (!key) out.push_back(key.error().what);
  } else if (act.kind == proto::ACT_KIND_ANNUL_ROW ||
             act.kind == proto::ACT_KIND_RESTORE_ROW) {
    if (!table) return no_such_place(act, out);
    if (act.kind == proto::ACT_KIND_ANNUL_ROW && act.reason.empty()) {
      out.push_back(
          Sentence{"{0}: a row is annulled with a reason. Give it with "
                   "--reason.",
                   {place(act.address)}});
    }
  } else if (act.kind == proto::ACT_KIND_APPEND) {
    const Row* entry = act.value.get<Row>();
    if (field == nullptr || field->policy() != proto::POLICY_LOG || !entry) {
      return no_such_place(act, out);
    }
    add_all(validate_value(*in.form, *field, {act.address.field, "+", {}},
                           act.value, *in.tables, in.today));
  }
}

}  // namespace

Findings validate_change(const Entered& entered) {
  std::vector<Sentence> refusals;
  RecordCheck check(entered);
  for (const Act& act : *entered.acts) {
    check_act(entered, act, refusals);
    if (act.kind == proto::ACT_KIND_APPEND) check.check_entry(act);
  }
  Findings findings = check.run();
  std::move(findings.refusals.begin(), findings.refusals.end(),
            std::back_inserter(refusals));
  findings.refusals = std::move(refusals);
  return findings;
}

std::vector<std::string> missing_for(const proto::Transition& step,
                                     const Facts& facts) {
  std::vector<std::string> missing;
  for (const std::string& field : step.needs()) {
    if (!is_filled(facts, field)) missing.push_back(field);
  }
  return missing;
}

}  // namespace relais::sync
