#include <algorithm>

#include "tests/support/model_history.h"

namespace relais::test {

namespace json = boost::json;

namespace {

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value value_of(const sync::Value& value) {
  if (value.erased()) return json::object{{"erased", true}};
  if (const auto* text = value.get<std::string>()) return json::value(*text);
  if (const auto* number = value.get<std::int64_t>()) {
    return json::value(*number);
  }
  if (const auto* yes = value.get<bool>()) return json::value(*yes);
  if (const auto* code = value.get<sync::Code>()) {
    return json::value(code->code);
  }
  if (const auto* date = value.get<sync::Date>()) {
    return json::value(to_text(*date));
  }
  if (const auto* row = value.get<sync::Row>()) {
    json::object object;
    for (const auto& [column, cell] : *row) object[column] = value_of(cell);
    return object;
  }
  return nullptr;
}

const char* why(sync::ProposalWhy why) {
  switch (why) {
    case sync::ProposalWhy::proposed:
      return "proposed";
    case sync::ProposalWhy::closing:
      return "closing";
    case sync::ProposalWhy::hold:
      return "hold";
    case sync::ProposalWhy::edited:
      return "edited";
  }
  return "";
}

const char* status(sync::RowStatus status) {
  switch (status) {
    case sync::RowStatus::absent:
      return "absent";
    case sync::RowStatus::live:
      return "live";
    case sync::RowStatus::annulled:
      return "annulled";
  }
  return "";
}

}  // namespace

std::string ModelHistory::name(const sync::Dot& dot) const {
  const auto found = names_.find(dot);
  return found == names_.end() ? to_text(dot) : found->second;
}

json::array ModelHistory::names(const std::vector<sync::Dot>& dots) const {
  json::array out;
  for (const sync::Dot& dot : dots) out.push_back(json::value(name(dot)));
  return out;
}

json::value ModelHistory::shown(const sync::Written& written,
                                bool blocking) const {
  return json::object{{"dot", name(written.dot)},
                      {"value", blocking ? json::value(written.state)
                                         : value_of(written.value)},
                      {"author", or_null(written.author)},
                      {"role", written.role}};
}

json::object ModelHistory::cell(const sync::CellState& cell) const {
  std::vector<sync::Dot> by;
  std::vector<sync::Dot> also;
  for (const sync::Written& one : cell.by) by.push_back(one.dot);
  for (const sync::Written& one : cell.also) also.push_back(one.dot);
  json::object out{{"by", names(by)}, {"also", names(also)}};
  if (!cell.open) {
    out["value"] = value_of(cell.value);
    return out;
  }
  json::array values;
  for (const sync::Written& one : cell.by) values.push_back(shown(one, false));
  out["open"] = to_hex(*cell.open);
  out["values"] = std::move(values);
  return out;
}

json::object ModelHistory::row(const sync::RowState& row,
                               const proto::Field& field) const {
  json::object out{{"status", status(row.status)}};
  if (field.unit_size() > 0) {
    out["unit"] = cell(row.unit);
    return out;
  }
  if (field.column_size() == 0) return out;
  json::object cells;
  for (const proto::Field& column : field.column()) {
    const auto found = row.column.find(column.id());
    cells[column.id()] =
        cell(found == row.column.end() ? sync::CellState() : found->second);
  }
  out["cells"] = std::move(cells);
  return out;
}

json::object ModelHistory::fields(const sync::PartState& state) const {
  const auto form = publications().form(state.form, state.form_version);
  json::object out;
  for (const proto::Field& field : form->definition().field()) {
    if (form->part_of(field) != state.part) continue;
    const auto found = state.field.find(field.id());
    const sync::FieldState now =
        found == state.field.end() ? sync::FieldState() : found->second;
    if (field.policy() == proto::POLICY_LOG) {
      json::array entries;
      for (const sync::LogEntry& one : now.entry) {
        entries.push_back(json::object{
            {"dot", name(one.dot)},
            {"origin", name(one.origin)},
            {"author", or_null(one.author)},
            {"entry", one.erased ? json::value(json::object{{"erased", true}})
                                 : value_of(one.entry.at("text"))}});
      }
      out[field.id()] = json::object{{"entries", std::move(entries)}};
    } else if (field.policy() == proto::POLICY_ADD) {
      json::object rows;
      for (const auto& [key, one] : now.row) rows[key] = row(one, field);
      out[field.id()] = json::object{{"rows", std::move(rows)}};
    } else {
      out[field.id()] = cell(now.cell);
    }
  }
  return out;
}

json::array ModelHistory::conflicts(const sync::PartState& state) const {
  json::array out;
  for (const sync::Conflict& one : state.conflicts) {
    json::array values;
    for (const sync::Written& value : one.values) {
      values.push_back(shown(value, one.blocking));
    }
    json::array resolvers;
    for (const std::string& role : one.resolvers) {
      resolvers.push_back(json::value(role));
    }
    out.push_back(json::object{{"id", to_hex(one.id)},
                               {"address", to_text(one.address)},
                               {"dots", names(one.dots)},
                               {"values", std::move(values)},
                               {"blocking", one.blocking},
                               {"for", std::move(resolvers)}});
  }
  return out;
}

json::array ModelHistory::proposals(const sync::PartState& state) const {
  json::array out;
  for (const sync::Proposal& one : state.proposals) {
    out.push_back(json::object{{"kind", one.annulment ? "annul" : "step"},
                               {"what", one.what},
                               {"dot", name(one.dot)},
                               {"why", why(one.why)}});
  }
  return out;
}

json::object ModelHistory::erased(const sync::PartState& state) const {
  json::object out;
  for (const auto& [dot, one] : state.erased) {
    out[name(dot)] = json::object{{"by", or_null(one.by)},
                                  {"second", one.second},
                                  {"basis", one.basis},
                                  {"reason", one.reason},
                                  {"purge", name(one.purge)}};
  }
  return out;
}

json::object ModelHistory::result(const sync::PartState& state) const {
  json::object verdicts;
  for (const auto& [dot, why] : state.verdicts) {
    verdicts[name(dot)] = or_null(why);
  }
  json::object set_aside;
  for (const auto& [dot, why] : state.set_aside) set_aside[name(dot)] = why;
  json::object accepted;
  for (const auto& [dot, by] : state.accepted) accepted[name(dot)] = names(by);
  json::object waiting;
  for (const auto& [dot, dots] : state.waiting)
    waiting[name(dot)] = names(dots);
  json::array history;
  for (const sync::Superseded& one : state.history) {
    history.push_back(json::array{json::value(name(one.dot)),
                                  json::value(to_text(one.address)),
                                  value_of(one.value)});
  }
  return json::object{
      {"record", to_hex(state.record)},   {"part", state.part},
      {"heads", names(state.heads)},      {"state", or_null(state.state)},
      {"held", or_null(state.suspended)}, {"fields", fields(state)},
      {"conflicts", conflicts(state)},    {"proposals", proposals(state)},
      {"verdicts", std::move(verdicts)},  {"set_aside", std::move(set_aside)},
      {"undone", names(state.undone)},    {"accepted", std::move(accepted)},
      {"history", std::move(history)},    {"erased", erased(state)},
      {"waiting", std::move(waiting)},    {"needs_update", state.needs_update}};
}

json::object ModelHistory::fold_all() const {
  json::array folded;
  for (const sync::PartHistory& part : parts_) {
    folded.push_back(result(fold(part, publications())));
  }
  return json::object{{"fold_version", 1}, {"parts", std::move(folded)}};
}

}  // namespace relais::test
