#include "sync/text/record_json.h"

#include <cstdlib>
#include <utility>

#include <nlohmann/json.hpp>

#include "sync/text/address.h"
#include "sync/text/json_values.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

/// A double holds whole numbers up to 2^53 exactly.
constexpr std::int64_t exact_in_double = 1LL << 53;

struct AsJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const std::string& text) const { return text; }
  Json operator()(std::int64_t number) const { return number; }
  Json operator()(Decimal decimal) const {
    const std::string text = to_text(decimal);
    if (std::abs(decimal.unscaled) > exact_in_double) return text;
    return Json::parse(text, nullptr, false);
  }
  Json operator()(bool yes) const { return yes; }
  Json operator()(Date date) const { return to_text(date); }
  Json operator()(Instant instant) const { return to_text(instant); }
  Json operator()(const Code& code) const { return code.code; }
  Json operator()(const RecordId& record) const { return to_hex(record); }
  Json operator()(const Blob& blob) const {
    return {{"hash", to_hex(blob.hash.view())},
            {"size", blob.size},
            {"name", blob.name}};
  }
  Json operator()(const Sealed&) const { return nullptr; }
  Json operator()(const Row& row) const {
    Json object = Json::object();
    for (const auto& [column, value] : row) object[column] = value_json(value);
    return object;
  }
  Json operator()(const Erased&) const { return nullptr; }
};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void put(Json& object, const std::string& key, const CellState& cell) {
  Json value = value_json(cell.value);
  if (!cell.open && !value.is_null()) object[key] = std::move(value);
}

/// In the form's order of columns.
Json row_json(const proto::Field& field, const std::string& key,
              const RowState& row) {
  Json object = {{"row", key}};
  const Row* unit = row.unit.open ? nullptr : row.unit.value.get<Row>();
  for (const auto& column : field.column()) {
    if (const auto at = row.column.find(column.id()); at != row.column.end()) {
      put(object, column.id(), at->second);
    }
    if (unit == nullptr) continue;
    if (const auto at = unit->find(column.id()); at != unit->end()) {
      object[column.id()] = value_json(at->second);
    }
  }
  return object;
}

Json log_json(const proto::Field& field, const FieldState& state) {
  Json entries = Json::array();
  for (const LogEntry& entry : state.entry) {
    if (entry.erased) continue;
    Json object = {{"row", to_text(entry.dot)}};
    for (const auto& column : field.column()) {
      const auto at = entry.entry.find(column.id());
      if (at != entry.entry.end()) {
        object[column.id()] = value_json(at->second);
      }
    }
    entries.push_back(std::move(object));
  }
  return entries;
}

void put_field(Json& fields, const proto::Field& field,
               const FieldState& state) {
  if (field.type() == proto::TYPE_TABLE &&
      field.policy() == proto::POLICY_LOG) {
    fields[field.id()] = log_json(field, state);
    return;
  }
  if (field.type() != proto::TYPE_TABLE && field.type() != proto::TYPE_CODES) {
    return put(fields, field.id(), state.cell);
  }
  Json rows = Json::array();
  for (const auto& [key, row] : state.row) {
    if (row.status != RowStatus::live) continue;
    const bool code = field.type() == proto::TYPE_CODES;
    rows.push_back(code ? Json(key) : row_json(field, key, row));
  }
  fields[field.id()] = std::move(rows);
}

/// Fields in the form's order, whatever part they stand in.
Json fields_json(const RecordView& view, Json& annulled) {
  Json fields = Json::object();
  for (const auto& field : view.form->definition().field()) {
    for (const PartState& part : view.parts) {
      const auto at = part.field.find(field.id());
      if (at == part.field.end()) continue;
      put_field(fields, field, at->second);
      for (const auto& [key, row] : at->second.row) {
        if (row.status != RowStatus::annulled) continue;
        Json gone = {{"address", print_address({field.id(), key, {}})}};
        gone.update(row_json(field, key, row));
        annulled.push_back(std::move(gone));
      }
    }
  }
  return fields;
}

Json conflict_json(const Conflict& conflict) {
  Json values = Json::array();
  for (const Written& written : conflict.values) {
    const bool state = conflict.address.field == state_field;
    values.push_back(
        {{"value", state ? Json(written.state) : value_json(written.value)},
         {"author", written.author},
         {"role", written.role},
         {"dot", to_text(written.dot)},
         {"stamp", written.stamp}});
  }
  return {{"id", to_hex(conflict.id)},
          {"address", print_address(conflict.address)},
          {"values", std::move(values)},
          {"blocking", conflict.blocking},
          {"for", conflict.resolvers}};
}

Json decision_json(const Decision& decision) {
  const bool state = decision.address.field == state_field;
  return {{"address", print_address(decision.address)},
          {"value", state ? Json(decision.state) : value_json(decision.value)},
          {"by", decision.by},
          {"role", decision.role},
          {"reason", decision.reason},
          {"dot", to_text(decision.dot)},
          {"undone", decision.undone}};
}

const char* why_text(ProposalWhy why) {
  switch (why) {
    case ProposalWhy::proposed:
      return "proposed";
    case ProposalWhy::closing:
      return "closing";
    case ProposalWhy::hold:
      return "hold";
    case ProposalWhy::edited:
      return "edited";
  }
  return "proposed";
}

/// Conflicts and what is set aside, over the parts that may be read.
void put_open_matters(Json& record, const RecordView& view) {
  Json conflicts = Json::array();
  Json aside = Json::array();
  for (const PartState& part : view.parts) {
    for (const auto& one : part.conflicts) {
      conflicts.push_back(conflict_json(one));
    }
    for (const auto& [dot, reason] : part.set_aside) {
      aside.push_back(
          {{"dot", to_text(dot)}, {"part", part.part}, {"reason", reason}});
    }
  }
  record["conflicts"] = std::move(conflicts);
  record["set_aside"] = std::move(aside);
}

Json proposals_json(const RecordView& view) {
  Json proposals = Json::array();
  for (const PartState& part : view.parts) {
    for (const Proposal& one : part.proposals) {
      proposals.push_back({{"what", one.what},
                           {"kind", one.annulment ? "annulment" : "step"},
                           {"why", why_text(one.why)},
                           {"dot", to_text(one.dot)}});
    }
  }
  return proposals;
}

Json erasures_json(const RecordView& view) {
  Json erasures = Json::array();
  for (const ErasureNote& one : view.erasures) {
    Json dots = Json::array();
    for (const Dot& dot : one.dots) dots.push_back(to_text(dot));
    erasures.push_back({{"part", one.part},
                        {"dots", std::move(dots)},
                        {"basis", one.erasure.basis},
                        {"reason", one.erasure.reason},
                        {"by", one.erasure.by},
                        {"second", one.erasure.second},
                        {"wall", to_text(Instant{one.wall})},
                        {"purge", to_text(one.erasure.purge)}});
  }
  return erasures;
}

Json views_json(const RecordView& view) {
  Json views = Json::object();
  for (const auto& [id, value] : view.views) views[id] = value_json(value);
  return views;
}

Json act_json(const Act& act) {
  std::string kind = proto::ActKind_Name(act.kind);
  for (char& c : kind) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  Json object = {{"act", kind.substr(std::string("act_kind_").size())}};
  const auto put_text = [&](const char* key, const std::string& text) {
    if (!text.empty()) object[key] = text;
  };
  put_text("address", print_address(act.address));
  put_text("step", act.step);
  put_text("state", act.state);
  const bool writes = act.kind == proto::ACT_KIND_WRITE ||
                      act.kind == proto::ACT_KIND_APPEND ||
                      (act.kind == proto::ACT_KIND_DECIDE && act.state.empty());
  if (writes) object["value"] = value_json(act.value);
  put_text("reason", act.reason);
  if (act.proposes) object["proposes"] = true;
  for (const Dot& dot : act.cites) object["cites"].push_back(to_text(dot));
  for (const Dot& dot : act.dots) object["dots"].push_back(to_text(dot));
  if (act.lost_from.position > 0) object["from"] = to_text(act.lost_from);
  put_text("basis", act.basis);
  put_text("second", act.second);
  return object;
}

Json change_object(const Change& change) {
  Json acts = Json::array();
  for (const Act& act : change.acts) acts.push_back(act_json(act));
  Json object = {{"dot", to_text(change.dot)}, {"part", change.part}};
  object["author"] = change.author;
  if (!change.entered_by.empty()) object["entered_by"] = change.entered_by;
  object["role"] = change.role;
  object["wall"] = to_text(Instant{change.wall});
  object["acts"] = std::move(acts);
  if (change.erased) object["erased"] = true;
  return object;
}

}  // namespace

Json choices_json(const google::protobuf::RepeatedPtrField<proto::Choice>& all,
                  Language language) {
  Json codes = Json::array();
  for (const proto::Choice& one : all) {
    codes.push_back(
        {{"code", one.code()}, {"label", label(one.label(), language)}});
  }
  return codes;
}

Json value_json(const Value& value) {
  return std::visit(AsJson{}, value.kind());
}

std::string record_json(const RecordView& view,
                        const std::vector<Change>* history) {
  Json annulled = Json::array();
  Json record = {{"record", to_hex(view.record)},
                 {"reference", view.reference},
                 {"form", view.form->id()},
                 {"state", view.state},
                 {"held", to_text(view.held)}};
  record["fields"] = fields_json(view, annulled);
  record["transitions"] = view.transitions;
  put_open_matters(record, view);
  record["hidden"] = view.hidden;
  record["decisions"] = Json::array();
  for (const Decision& decision : view.decisions) {
    record["decisions"].push_back(decision_json(decision));
  }
  record["proposals"] = proposals_json(view);
  if (!view.erasures.empty()) record["erased"] = erasures_json(view);
  record["views"] = views_json(view);
  if (!annulled.empty()) record["annulled"] = std::move(annulled);
  for (const PartState& part : view.parts) {
    if (part.needs_update) record["needs_update"] = true;
    record["digests"][part.part] = to_hex(digest(part).view());
  }
  if (history != nullptr) {
    record["history"] = Json::array();
    for (const Change& change : *history) {
      record["history"].push_back(change_object(change));
    }
  }
  return dump(record);
}

std::string line_json(const RecordLine& line) {
  return dump(Json{{"record", to_hex(line.record)},
                   {"reference", line.reference},
                   {"form", line.form},
                   {"state", line.state},
                   {"title", line.title},
                   {"held", to_text(line.held)},
                   {"conflicts", line.conflicts}});
}

std::vector<std::string> line_columns() {
  std::vector<std::string> names;
  const Json line = Json::parse(line_json({}));
  for (const auto& item : line.items()) names.push_back(item.key());
  return names;
}

std::string line_json_in_words(const RecordLine& line, const Form* form,
                               Language language) {
  const std::string state =
      form == nullptr ? line.state : state_words(*form, line.state, language);
  const std::string conflicts =
      line.conflicts == 0 ? "" : std::to_string(line.conflicts);
  return dump(Json{{"reference", line.reference},
                   {"form", line.form},
                   {"state", state},
                   {"held", say(held_words(line.held), language)},
                   {"conflicts", conflicts},
                   {"title", line.title}});
}

std::string change_json(const Change& change) {
  return dump(change_object(change));
}

}  // namespace relais::sync
