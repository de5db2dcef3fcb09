#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/replica/desk.h"
#include "sync/text/record_json.h"
#include "sync/text/show_text.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

bool for_people(const Call& call) {
  return call.option("format") == "table";
}

Reading reading_of(const Call& call) {
  Reading reading;
  reading.language = language_of(call);
  const std::string columns = call.option("columns");
  std::from_chars(columns.data(), columns.data() + columns.size(),
                  reading.columns);
  return reading;
}

Result<std::size_t> limit_of(const Call& call) {
  const std::string text = call.option("limit");
  std::size_t limit = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size()) {
    if (text.empty()) return limit;
    return fail(Errc::usage, "--limit {0} is not a whole number", {text});
  }
  return limit;
}

bool has_path(const Form& form, const std::string& path) {
  const auto point = path.find('.');
  const proto::Field* field = form.field(path.substr(0, point));
  if (field == nullptr) return path == state_field;
  if (point == std::string::npos) return true;
  const auto& columns = field->column();
  return std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
    return column.id() == path.substr(point + 1);
  });
}

/// Null without --where. A name that no form has is wrong use: its empty
/// answer would look like a true one.
Result<std::shared_ptr<const Expression>> where_of(
    const Call& call, const std::vector<std::shared_ptr<const Form>>& forms) {
  if (!call.has("where")) return std::shared_ptr<const Expression>();
  auto where = Expression::parse(call.option("where"));
  if (!where) return fail(Error{Errc::usage, where.error().what});
  for (const std::string& path : (*where)->paths()) {
    const bool known =
        std::any_of(forms.begin(), forms.end(),
                    [&](const auto& form) { return has_path(*form, path); });
    if (known) continue;
    if (forms.size() == 1) {
      return fail(Errc::usage,
                  "--where: the form {1} has no field {0}; `forms {1}` shows "
                  "those it has",
                  {path, forms.front()->id()});
    }
    return fail(Errc::usage,
                "--where: no form has a field {0}; `forms FORM` shows those "
                "there are",
                {path});
  }
  return where;
}

Result<> list(Replica& replica, const Call& call) {
  const std::string& form = call.argument(0);
  std::vector<std::shared_ptr<const Form>> forms;
  if (form.empty()) {
    forms = replica.publications().newest_forms();
  } else {
    auto known = form_for(replica, form);
    if (!known) return fail(known.error());
    forms.push_back(*known);
  }
  auto where = where_of(call, forms);
  if (!where) return fail(where.error());
  auto limit = limit_of(call);
  if (!limit) return fail(limit.error());
  const std::string sort = call.option("sort");
  if (!sort.empty() && sort != "newest" && sort != "reference") {
    return fail(Errc::usage, "--sort {0}: there are newest and reference",
                {sort});
  }
  auto lines = Reader(replica).list(
      form, where->get(), *limit, call.actor, call.option("search"),
      sort == "reference" ? ListOrder::reference : ListOrder::newest);
  if (!lines) return fail(lines.error());
  for (const RecordLine& line : *lines) {
    const auto rules = replica.publications().newest_form(line.form);
    const bool words = for_people(call) || call.has("words");
    call.output->row(
        words ? line_json_in_words(line, rules.get(), language_of(call))
              : line_json(line));
  }
  return {};
}

/// Every change of the parts that the person may read, oldest first.
Result<std::vector<Change>> history_of(const Replica& replica,
                                       const RecordView& view) {
  std::vector<Change> history;
  for (const PartState& part : view.parts) {
    auto changes = replica.changes(view.record, part.part);
    if (!changes) return fail(changes.error());
    std::move(changes->begin(), changes->end(), std::back_inserter(history));
  }
  std::stable_sort(
      history.begin(), history.end(), [](const Change& a, const Change& b) {
        return std::pair(a.stamp, a.dot) < std::pair(b.stamp, b.dot);
      });
  return history;
}

Result<> show(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "RECORD");
  if (!name) return fail(name.error());
  auto view = Reader(replica).show(*name, call.actor);
  if (!view) return fail(view.error());
  std::vector<Change> history;
  if (call.has("history") && view->held != Held::draft) {
    auto all = history_of(replica, *view);
    if (!all) return fail(all.error());
    history = std::move(*all);
  }
  if (for_people(call)) {
    std::string text = show_text(*view, reading_of(call));
    if (call.has("history")) {
      text += history_text(*view, history, reading_of(call));
    }
    call.output->data(text);
    return {};
  }
  call.output->row(
      record_json(*view, call.has("history") ? &history : nullptr));
  return {};
}

/// Each conflict and each decision in one line.
json said_of(const RecordView& view, Language language) {
  json lines = json::array();
  const auto at = [&](const Address& address) {
    return labelled(address_words(*view.form, address, language), language) +
           " ";
  };
  for (const PartState& part : view.parts) {
    for (const Conflict& one : part.conflicts) {
      lines.push_back(
          at(one.address) +
          say(Sentence{"two values: headquarters will decide", {}}, language));
    }
  }
  for (const Decision& one : view.decisions) {
    if (one.undone) continue;
    const proto::Field* spec = view.form->spec(one.address);
    const std::string kept =
        one.address.field == state_field
            ? state_words(*view.form, one.state, language)
        : spec == nullptr
            ? plain_text(one.value)
            : value_words(*spec, one.value, view.tables.get(), language);
    lines.push_back(
        at(one.address) +
        say(Sentence{"{0} is kept: {1}", {kept, one.reason}}, language));
  }
  return lines;
}

/// At a post: what is open, and what was decided on what this machine sees.
Result<> conflicts(Replica& replica, const Call& call) {
  auto lines = Reader(replica).disputed(call.actor);
  if (!lines) return fail(lines.error());
  std::string text;
  for (const RecordLine& line : *lines) {
    auto view = Reader(replica).show(to_hex(line.record), call.actor);
    if (!view) return fail(view.error());
    json row = json::parse(record_json(*view));
    if (row["conflicts"].empty() && row["decisions"].empty()) continue;
    if (!for_people(call)) {
      call.output->row(json{{"reference", view->reference},
                            {"record", to_hex(view->record)},
                            {"form", view->form->id()},
                            {"conflicts", row["conflicts"]},
                            {"decisions", row["decisions"]},
                            {"said", said_of(*view, language_of(call))}}
                           .dump());
      continue;
    }
    text += view->reference + "\n";
    for (const PartState& part : view->parts) {
      for (const Conflict& one : part.conflicts) {
        text += conflict_text(*view, one, reading_of(call));
      }
    }
    for (const Decision& one : view->decisions) {
      text += decision_text(*view, one, reading_of(call));
    }
  }
  if (!text.empty()) call.output->data(text);
  return {};
}

/// Whole records of a form, or one record: an object a line.
Result<> export_records(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "FORM|RECORD");
  if (!name) return fail(name.error());
  if (!replica.publications().newest_form(*name)) {
    auto view = Reader(replica).show(*name, call.actor);
    if (!view) return fail(view.error());
    call.output->row(record_json(*view));
    return {};
  }
  auto lines = Reader(replica).list(*name, nullptr, 0, call.actor);
  if (!lines) return fail(lines.error());
  const bool csv = call.option("format") == "csv";
  for (const RecordLine& line : *lines) {
    if (call.stopped && call.stopped()) {
      return fail(Errc::cancelled, "Stopped: the export is not whole");
    }
    auto view = Reader(replica).show(to_hex(line.record), call.actor);
    if (!view) return fail(view.error());
    if (!csv) {
      call.output->row(record_json(*view));
      continue;
    }
    // One column a field; tables and logs as JSON in their cell.
    const json record = json::parse(record_json(*view));
    json row{{"record", record["record"]},
             {"reference", record["reference"]},
             {"state", record["state"]}};
    for (const auto& field : view->form->definition().field()) {
      const auto& fields = record["fields"];
      const auto found = fields.find(field.id());
      if (found == fields.end()) {
        row[field.id()] = "";
      } else {
        row[field.id()] = found->is_structured() ? json(found->dump()) : *found;
      }
    }
    call.output->row(row.dump());
  }
  return {};
}

}  // namespace

Language language_of(const Call& call) {
  return call.request->language() == "en" ? Language::en : Language::fr;
}

void add_reading_verbs(Verbs& verbs, Replica& replica) {
  verbs["list"] = [&replica](const Call& call) { return list(replica, call); };
  verbs["show"] = [&replica](const Call& call) { return show(replica, call); };
  verbs["conflicts"] = [&replica](const Call& call) {
    return conflicts(replica, call);
  };
  verbs["export"] = [&replica](const Call& call) {
    return export_records(replica, call);
  };
}

}  // namespace relais::sync
