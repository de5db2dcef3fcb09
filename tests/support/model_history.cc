#include "tests/support/model_history.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <tuple>

#include "sync/crypto.h"

namespace relais::test {

namespace json = boost::json;

namespace {

std::string text(const json::value& value) {
  return std::string(value.as_string());
}

std::string text_or_none(const json::object& of, const char* key) {
  const json::value* value = of.if_contains(key);
  return value && value->is_string() ? text(*value) : std::string();
}

std::uint32_t number(std::string_view digits) {
  return static_cast<std::uint32_t>(std::stoul(std::string(digits)));
}

sync::JournalId journal(const std::string& name) {
  sync::Bytes raw = sync::from_hex(name).value();
  raw.resize(16, '\0');
  return *sync::JournalId::from_bytes(raw);
}

sync::Address address(const json::object& model) {
  std::string path = text_or_none(model, "address");
  sync::Address out;
  for (std::string* part : {&out.field, &out.row, &out.column}) {
    const auto slash = path.find('/');
    *part = path.substr(0, slash);
    if (slash == std::string::npos) break;
    path.erase(0, slash + 1);
  }
  return out;
}

/// A value of the model, as the kind that the form asks for where it can be.
sync::Value value(const json::value& model, const proto::Field* spec) {
  if (model.is_bool()) return sync::Value(model.as_bool());
  if (model.is_int64()) return sync::Value(model.as_int64());
  if (const json::object* object = model.if_object()) {
    sync::Row row;
    for (const auto& [column, cell] : *object) {
      const proto::Field* of = nullptr;
      for (int i = 0; spec != nullptr && i < spec->column_size(); ++i) {
        if (spec->column(i).id() == column) of = &spec->column(i);
      }
      sync::Value one = value(cell, of);
      if (!one.empty()) row[std::string(column)] = std::move(one);
    }
    return sync::Value(std::move(row));
  }
  if (!model.is_string()) return {};
  const std::string plain = text(model);
  if (spec != nullptr && spec->type() == proto::TYPE_CODE) {
    return sync::Value(sync::Code{plain});
  }
  if (spec != nullptr && spec->type() == proto::TYPE_DATE) {
    const auto date = sync::date_from_text(plain);
    if (date) return sync::Value(*date);
  }
  return sync::Value(plain);
}

const std::map<std::string, proto::ActKind>& act_kinds() {
  static const std::map<std::string, proto::ActKind> kinds = {
      {"write", proto::ACT_KIND_WRITE},
      {"add_row", proto::ACT_KIND_ADD_ROW},
      {"annul_row", proto::ACT_KIND_ANNUL_ROW},
      {"restore_row", proto::ACT_KIND_RESTORE_ROW},
      {"append", proto::ACT_KIND_APPEND},
      {"transition", proto::ACT_KIND_TRANSITION},
      {"decide", proto::ACT_KIND_DECIDE},
      {"undo", proto::ACT_KIND_UNDO},
      {"accept", proto::ACT_KIND_ACCEPT},
      {"challenge", proto::ACT_KIND_CHALLENGE},
      {"lost", proto::ACT_KIND_LOST},
      {"purge", proto::ACT_KIND_PURGE}};
  return kinds;
}

/// The roster: each person has a position of his own, with his roles.
std::shared_ptr<const sync::Tables> tables_of(const json::object& roster,
                                              std::uint32_t version) {
  std::string officers = "code,position\r\n";
  std::string roles = "code,position,role\r\n";
  int line = 0;
  for (const auto& [person, held] : roster) {
    const std::string code(person);
    officers += code + ",of-" + code + "\r\n";
    for (const json::value& role : held.as_array()) {
      roles +=
          std::to_string(++line) + ",of-" + code + "," + text(role) + "\r\n";
    }
  }
  auto tables = std::make_shared<sync::Tables>();
  tables->version.number = version;
  tables->table["officer"] = sync::Table::parse(officers).value();
  tables->table["position_role"] = sync::Table::parse(roles).value();
  return tables;
}

class Published final : public sync::Publications {
 public:
  explicit Published(const json::object& history) {
    for (const auto& [version, form] : history.at("forms").as_object()) {
      const std::uint32_t count = number(version);
      forms_[count] =
          sync::Form::compile(form_of_model(form.as_object(), count), {})
              .value();
    }
    const json::value* reference = history.if_contains("reference");
    if (reference == nullptr) return;
    for (const auto& [version, tables] : reference->as_object()) {
      const std::uint32_t count = number(version);
      tables_[count] =
          tables_of(tables.as_object().at("roster").as_object(), count);
    }
  }
  std::shared_ptr<const sync::Form> form(const std::string&,
                                         std::uint32_t version) const override {
    const auto found = forms_.find(version);
    return found == forms_.end() ? nullptr : found->second;
  }
  std::shared_ptr<const sync::Tables> tables(
      std::uint32_t version) const override {
    const auto found = tables_.find(version);
    return found == tables_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::uint32_t, std::shared_ptr<const sync::Form>> forms_;
  std::map<std::uint32_t, std::shared_ptr<const sync::Tables>> tables_;
};

}  // namespace

ModelHistory::ModelHistory(const json::object& history)
    : publications_(std::make_shared<Published>(history)),
      form_id_(
          text(history.at("forms").as_object().begin()->value().as_object().at(
              "name"))) {
  using Key = std::pair<sync::RecordId, std::string>;
  std::map<Key, sync::PartHistory> grouped;
  std::map<sync::Dot, Key> where;
  for (const json::value& one : history.at("changes").as_array()) {
    sync::Change next = change(one.as_object());
    const Key key{next.record, next.part};
    if (!where.emplace(next.dot, key).second) continue;
    grouped[key].changes.push_back(std::move(next));
  }
  if (const json::value* vouched = history.if_contains("vouched")) {
    for (const auto& [name, verdict] : vouched->as_object()) {
      const sync::Dot of = dot(json::value(name));
      if (!where.contains(of)) continue;
      grouped[where[of]].vouched[of] =
          verdict.is_null() ? std::string() : text(verdict);
    }
  }
  for (auto& [key, part] : grouped) parts_.push_back(std::move(part));
}

sync::Dot ModelHistory::dot(const json::value& model) {
  const std::string plain = text(model);
  const auto point = plain.find('.');
  const sync::Dot dot{journal(plain.substr(0, point)),
                      number(plain.substr(point + 1))};
  names_[dot] = plain;
  return dot;
}

sync::Change ModelHistory::change(const json::object& model) {
  sync::Change out;
  out.dot = dot(model.at("dot"));
  out.device.bytes = sync::hash128({text(model.at("device"))});
  out.record = *sync::RecordId::from_bytes(
      sync::from_hex(text(model.at("record"))).value());
  out.form = form_id_;
  out.part = text(model.at("part"));
  out.form_version.number =
      static_cast<std::uint32_t>(model.at("form").as_int64());
  out.reference_version.number =
      static_cast<std::uint32_t>(model.at("ref").as_int64());
  for (const json::value& parent : model.at("parents").as_array()) {
    out.parents.push_back(dot(parent));
  }
  std::sort(out.parents.begin(), out.parents.end());
  out.author = text_or_none(model, "author");
  out.role = text(model.at("role"));
  const json::array& stamp = model.at("stamp").as_array();
  out.stamp = stamp[0].as_int64() * 1000 + stamp[1].as_int64();
  const auto form = publications_->form(out.form, out.form_version.number);
  for (const json::value& one : model.at("acts").as_array()) {
    out.acts.push_back(act(one.as_object(), form.get()));
  }
  return out;
}

sync::Act ModelHistory::act(const json::object& model, const sync::Form* form) {
  sync::Act out;
  const auto kind = act_kinds().find(text(model.at("act")));
  if (kind != act_kinds().end()) out.kind = kind->second;
  out.address = address(model);
  const proto::Field* spec = form ? form->spec(out.address) : nullptr;
  if (const json::value* given = model.if_contains("value")) {
    out.value = value(*given, spec);
    if (out.address.field == sync::state_field) {
      out.state = text_or_none(model, "value");
      out.value = {};
    }
  }
  if (const json::value* entry = model.if_contains("entry")) {
    out.value = sync::Value(sync::Row{{"text", value(*entry, nullptr)}});
  }
  out.reason = text_or_none(model, "reason");
  if (model.contains("id")) out.step = text(model.at("id"));
  if (model.contains("state")) out.state = text_or_none(model, "state");
  out.proposes = model.contains("proposes");
  if (const json::value* cites = model.if_contains("cites")) {
    for (const json::value& one : cites->as_array()) {
      out.cites.push_back(dot(one));
    }
  }
  if (model.contains("dot")) out.dots.push_back(dot(model.at("dot")));
  if (const json::value* dots = model.if_contains("dots")) {
    for (const json::value& one : dots->as_array()) {
      out.dots.push_back(dot(one));
    }
  }
  if (model.contains("journal")) {
    out.lost_from = {journal(text(model.at("journal"))),
                     static_cast<std::uint64_t>(model.at("from").as_int64())};
  }
  out.basis = text_or_none(model, "basis");
  out.second = text_or_none(model, "second");
  if (const json::value* verdicts = model.if_contains("verdicts")) {
    for (const auto& [name, verdict] : verdicts->as_object()) {
      out.verdicts[dot(json::value(name))] =
          verdict.is_null() ? std::string() : text(verdict);
    }
  }
  return out;
}

std::string canonical(const json::value& value) {
  std::string out;
  if (const json::object* object = value.if_object()) {
    std::map<std::string, const json::value*> sorted;
    for (const auto& [key, one] : *object) sorted[std::string(key)] = &one;
    for (const auto& [key, one] : sorted) {
      out += out.empty() ? "{" : ",";
      out += json::serialize(key) + ":" + canonical(*one);
    }
    return out.empty() ? "{}" : out + "}";
  }
  if (const json::array* array = value.if_array()) {
    for (const json::value& one : *array) {
      out += (out.empty() ? "[" : ",") + canonical(one);
    }
    return out.empty() ? "[]" : out + "]";
  }
  return json::serialize(value);
}

std::string read_source_file(const std::string& path) {
  std::ifstream file(std::string(RELAIS_SOURCE_DIR "/") + path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace relais::test
