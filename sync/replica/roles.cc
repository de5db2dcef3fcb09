#include "sync/replica/roles.h"

#include <algorithm>

namespace relais::sync {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> names(const Names& of) {
  return {of.begin(), of.end()};
}

std::vector<std::string> control_roles(const Form& form,
                                       std::string_view kind) {
  for (const auto& right : form.definition().control()) {
    if (right.act() == kind) return names(right.role());
  }
  return {};
}

std::vector<std::string> field_roles(const Form& form, const Act& act) {
  const proto::Field* field = form.field(act.address.field);
  if (field == nullptr) return {};
  if (act.kind == proto::ACT_KIND_ANNUL_ROW && field->annul_size() > 0) {
    return names(field->annul());
  }
  const proto::Field* spec = form.spec(act.address);
  if (act.kind == proto::ACT_KIND_WRITE && spec != nullptr) {
    if (!act.cites.empty()) return names(spec->lower());
    if (spec->write_size() > 0) return names(spec->write());
  }
  return names(field->write());
}

}  // namespace

bool Standing::holds_any(const Names& of) const {
  return std::any_of(of.begin(), of.end(), [&](const std::string& role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  });
}

Standing standing(const Replica& replica, const Form& form,
                  const Tables& tables, const Actor& actor,
                  const std::string& root_author, const DeviceId& device,
                  const Facts& facts) {
  Standing result;
  const std::string& root = form.definition().root_part();
  for (const proto::Role& role : form.definition().role()) {
    if (holds_role(form, tables, actor.person, role.id(), root, root_author,
                   facts)) {
      result.roles.push_back(role.id());
    }
  }
  result.author = actor.person == root_author;
  if (actor.person == "service") {
    result.author = result.author || device == replica.keys().device;
  }
  if (!result.author) return result;
  for (const proto::Relation& relation : form.definition().relation()) {
    const auto& sources = relation.source();
    const bool by_author = std::any_of(
        sources.begin(), sources.end(),
        [](const auto& source) { return source.root_author(); });
    const auto known = std::find(result.roles.begin(), result.roles.end(),
                                 relation.role());
    if (by_author && known == result.roles.end()) {
      result.roles.push_back(relation.role());
    }
  }
  return result;
}

bool may_read(const proto::Part& part, const Standing& standing) {
  return standing.holds_any(part.read());
}

std::vector<std::string> roles_for(const Form& form, const Act& act) {
  const proto::Form& rules = form.definition();
  if (act.kind == proto::ACT_KIND_TRANSITION) {
    const proto::Transition* step = form.transition(act.step);
    if (step == nullptr) return {};
    const bool completes = step->second_size() > 0 && !act.proposes;
    return names(completes ? step->second() : step->role());
  }
  if (act.kind == proto::ACT_KIND_DECIDE ||
      act.kind == proto::ACT_KIND_UNDO) {
    return act.address.field == state_field ? names(rules.lifecycle().head())
                                            : form.resolvers(act.address);
  }
  if (act.kind == proto::ACT_KIND_ACCEPT) return names(rules.accept());
  if (act.kind == proto::ACT_KIND_CHALLENGE) {
    return control_roles(form, "challenge");
  }
  if (act.kind == proto::ACT_KIND_LOST) return control_roles(form, "lost");
  return field_roles(form, act);
}

}  // namespace relais::sync
