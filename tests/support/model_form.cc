#include <stdexcept>

#include "tests/support/model_history.h"

namespace relais::test {

namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return std::string(value.as_string());
}

proto::Policy policy(const json::value& code) {
  proto::Policy found = proto::POLICY_UNSPECIFIED;
  proto::Policy_Parse("POLICY_" + text(code), &found);
  return found;
}

proto::Type type(const json::object& spec) {
  if (!spec.contains("type")) return proto::TYPE_TABLE;
  const std::string name = text(spec.at("type"));
  if (name == "choice") return proto::TYPE_CODE;
  if (name == "integer") return proto::TYPE_INTEGER;
  if (name == "yesno") return proto::TYPE_YES_NO;
  if (name == "date") return proto::TYPE_DATE;
  if (name == "table") return proto::TYPE_TABLE;
  return proto::TYPE_LINE;
}

template <class Out>
void add_all(const json::object& from, const char* key, Out* out) {
  if (!from.contains(key)) return;
  for (const json::value& one : from.at(key).as_array())
    *out->Add() = text(one);
}

proto::Field field(const std::string& id, const json::object& spec) {
  proto::Field out;
  out.set_id(id);
  out.set_type(type(spec));
  if (spec.contains("part")) out.set_part(text(spec.at("part")));
  if (spec.contains("policy")) out.set_policy(policy(spec.at("policy")));
  out.set_hq_ask(spec.contains("hq_ask"));
  out.set_ratchet(spec.contains("ratchet"));
  add_all(spec, "write", out.mutable_write());
  add_all(spec, "lower", out.mutable_lower());
  add_all(spec, "annul", out.mutable_annul());
  add_all(spec, "resolve", out.mutable_resolve());
  add_all(spec, "unit", out.mutable_unit());
  if (spec.contains("values")) {
    for (const json::value& code : spec.at("values").as_array()) {
      out.add_choice()->set_code(text(code));
    }
  }
  if (spec.contains("policy_from")) {
    for (const auto& [state, code] : spec.at("policy_from").as_object()) {
      proto::PolicyFrom& from = *out.add_policy_from();
      from.set_state(std::string(state));
      from.set_policy(policy(code));
    }
  }
  if (spec.contains("columns")) {
    for (const auto& [column, of] : spec.at("columns").as_object()) {
      *out.add_column() = field(std::string(column), of.as_object());
    }
  }
  if (out.policy() == proto::POLICY_LOG) {  // entries are rows here
    out.set_type(proto::TYPE_TABLE);
    proto::Field& column = *out.add_column();
    column.set_id("text");
    column.set_type(proto::TYPE_TEXT);
  }
  return out;
}

/// [[op, field, literal?], ...] in the language of expressions.
std::string guard(const json::array& conditions) {
  std::string all;
  for (const json::value& condition : conditions) {
    const json::array& parts = condition.as_array();
    const std::string op = text(parts[0]);
    const std::string name = text(parts[1]);
    if (!all.empty()) all += " and ";
    if (op == "filled") {
      all += "not empty(" + name + ")";
    } else if (op == "empty") {
      all += "empty(" + name + ")";
    } else if (op == "=") {
      all += name + " = '" + text(parts[2]) + "'";
    } else {
      all +=
          "(empty(" + name + ") or " + name + " != '" + text(parts[2]) + "')";
    }
  }
  return all;
}

proto::StateKind state_kind(const json::value& kind) {
  if (kind == "closing") return proto::STATE_KIND_CLOSING;
  return kind == "hold" ? proto::STATE_KIND_HOLD : proto::STATE_KIND_OPEN;
}

void add_lifecycle(const json::object& model, proto::Form& out) {
  proto::Lifecycle& life = *out.mutable_lifecycle();
  life.set_initial(text(model.at("initial")));
  add_all(model, "head", life.mutable_head());
  for (const auto& [id, kind] : model.at("states").as_object()) {
    proto::State& state = *life.add_state();
    state.set_id(std::string(id));
    state.set_kind(state_kind(kind));
  }
  for (const json::value& pair : model.at("progress").as_array()) {
    proto::Progress& progress = *life.add_progress();
    progress.set_lower(text(pair.as_array()[0]));
    progress.set_higher(text(pair.as_array()[1]));
  }
  for (const auto& [id, value] : model.at("steps").as_object()) {
    const json::object& step = value.as_object();
    proto::Transition& transition = *life.add_transition();
    transition.set_id(std::string(id));
    add_all(step, "from", transition.mutable_from());
    transition.set_to(text(step.at("to")));
    add_all(step, "roles", transition.mutable_role());
    add_all(step, "second", transition.mutable_second());
    if (step.contains("guard")) {
      transition.set_guard(guard(step.at("guard").as_array()));
    }
  }
  const json::object& material = model.at("material").as_object();
  for (proto::Field& one : *out.mutable_field()) {
    const auto listed = [&](const char* key) {
      for (const json::value& name : material.at(key).as_array()) {
        if (text(name) == one.id()) return true;
      }
      return false;
    };
    one.set_material(listed("fields"));
    one.set_raises(listed("raises"));
  }
}

}  // namespace

proto::Form form_of_model(const json::object& model, std::uint32_t version) {
  proto::Form out;
  out.set_id(text(model.at("name")));
  out.set_version(version);
  add_all(model, "key", out.mutable_key());
  for (const json::value& part : model.at("parts").as_array()) {
    out.add_part()->set_id(text(part));
  }
  out.set_root_part(out.part(0).id());
  out.set_lifecycle_part(out.part(0).id());
  for (const auto& [id, side] : model.at("roles").as_object()) {
    proto::Role& role = *out.add_role();
    role.set_id(std::string(id));
    role.set_side(side == "headquarters" ? proto::SIDE_HEADQUARTERS
                                         : proto::SIDE_POST);
  }
  add_all(model, "accept", out.mutable_accept());
  for (const auto& [act, roles] : model.at("control").as_object()) {
    proto::ControlRight& right = *out.add_control();
    right.set_act(std::string(act));
    for (const json::value& role : roles.as_array()) right.add_role(text(role));
  }
  if (model.contains("legal_hold")) {
    out.set_legal_hold(text(model.at("legal_hold")));
  }
  for (const auto& [id, spec] : model.at("fields").as_object()) {
    *out.add_field() = field(std::string(id), spec.as_object());
  }
  add_lifecycle(model.at("lifecycle").as_object(), out);
  return out;
}

}  // namespace relais::test
