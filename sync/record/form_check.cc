#include "sync/record/form_check.h"

#include <algorithm>

#include "sync/record/place.h"

namespace relais::sync {
namespace {

void check_head(FormFaults& faults) {
  const proto::Form& form = faults.form().definition();
  const std::string where = form.id().empty() ? "form" : form.id();
  if (form.id().empty()) faults.missing(where, "id");
  if (form.version() == 0) faults.missing(where, "version");
  faults.text(where, form.label());
  const bool lane = form.lane() == proto::LANE_URGENT ||
                    form.lane() == proto::LANE_NORMAL ||
                    form.lane() == proto::LANE_SEALED;
  if (!lane) faults.missing(where, "lane");
  if (form.draft() == proto::DRAFT_UNSPECIFIED) faults.missing(where, "draft");
  if (form.prefix().empty()) faults.missing(where, "prefix");
  const bool free = form.key_size() == 0;
  if (free && form.digits() == 0) faults.missing(where, "digits");
  if (!free && form.digits() != 0) faults.misplaced(where, "digits");
  if (form.digits() > 9) faults.misplaced(where, "digits");
  if (!faults.form().has_part(form.root_part())) {
    faults.undefined(where, "root_part " + form.root_part());
  }
  if (!form.title().empty() && faults.form().field(form.title()) == nullptr) {
    faults.undefined(where, form.title());
  }
  const proto::Field* hold = faults.form().field(form.legal_hold());
  const bool held = hold != nullptr && hold->type() == proto::TYPE_YES_NO;
  if (!form.legal_hold().empty() && !held) {
    faults.undefined(where, form.legal_hold());
  }
  for (const proto::Check& check : form.check()) {
    faults.check(where, check, nullptr);
  }
}

void check_roles(FormFaults& faults) {
  const proto::Form& form = faults.form().definition();
  std::set<std::string> seen;
  for (const proto::Role& role : form.role()) {
    if (role.id().empty() || !seen.insert(role.id()).second) {
      faults.bad_name("role", role.id());
    }
    if (role.side() == proto::SIDE_UNSPECIFIED) {
      faults.missing("role." + role.id(), "side");
    }
  }
  if (form.open_size() == 0) faults.missing(form.id(), "open");
  faults.roles("open", form.open());
  faults.roles("accept", form.accept());
  for (const proto::ControlRight& right : form.control()) {
    const bool known = right.act() == "challenge" || right.act() == "lost" ||
                       right.act() == "purge";
    if (!known) faults.undefined("control", right.act());
    faults.roles("control." + right.act(), right.role());
    for (const std::string& role : right.role()) {
      if (faults.is_role(role) && !faults.form().is_headquarters(role)) {
        faults.misplaced("control." + right.act(), role);
      }
    }
  }
  if (!faults.form().is_headquarters(form.resolver())) {
    faults.undefined("resolver", form.resolver());
  }
}

void check_parts(FormFaults& faults) {
  const proto::Form& form = faults.form().definition();
  std::set<std::string> seen;
  for (const proto::Part& part : form.part()) {
    const std::string where = "part." + part.id();
    if (part.id().empty() || !seen.insert(part.id()).second) {
      faults.bad_name("part", part.id());
    }
    faults.text(where, part.label());
    if (part.read_size() == 0) faults.missing(where, "read");
    faults.roles(where, part.read());
  }
  seen.clear();
  for (const proto::Section& section : form.section()) {
    if (section.id().empty() || !seen.insert(section.id()).second) {
      faults.bad_name("section", section.id());
    }
    faults.text("section." + section.id(), section.label());
  }
}

}  // namespace

void FormFaults::undefined(const std::string& where, const std::string& name) {
  add(
      Sentence{"{0}: {1} is not defined in this form. Correct the name or "
               "define it.",
               {where, name}});
}

void FormFaults::missing(const std::string& where, const std::string& what) {
  add(Sentence{"{0}: {1} is missing. Add it.", {where, what}});
}

void FormFaults::misplaced(const std::string& where, const std::string& what) {
  add(Sentence{"{0}: {1} means nothing here. Remove it.", {where, what}});
}

void FormFaults::bad_name(const std::string& where, const std::string& name) {
  add(
      Sentence{"{0}: the name {1} is empty, used twice or not allowed. Choose "
               "another.",
               {where, name}});
}

void FormFaults::text(const std::string& where, const proto::Text& text) {
  if (text.fr().empty()) missing(where, "fr");
  if (text.en().empty()) missing(where, "en");
}

bool FormFaults::is_role(const std::string& id) const {
  const auto& roles = form_->definition().role();
  return std::any_of(roles.begin(), roles.end(),
                     [&](const auto& role) { return role.id() == id; });
}

void FormFaults::roles(const std::string& where, const Names& roles) {
  for (const std::string& role : roles) {
    if (!is_role(role)) undefined(where, role);
  }
}

bool FormFaults::is_path(const std::string& path) const {
  const auto point = path.find('.');
  const proto::Field* field = form_->field(path.substr(0, point));
  if (field == nullptr) return path == state_field;
  return point == std::string::npos ||
         column_of(*field, path.substr(point + 1)) != nullptr;
}

void FormFaults::condition(const std::string& where,
                           const Expression* condition,
                           const proto::Field* table) {
  if (condition == nullptr) return;
  for (const std::string& path : condition->paths()) {
    const bool beside = table != nullptr && column_of(*table, path) != nullptr;
    if (!beside && !is_path(path)) undefined(where, path);
  }
}

void FormFaults::check(const std::string& where, const proto::Check& check,
                       const proto::Field* table) {
  if (check.expression().empty()) missing(where, "expression");
  condition(where, form_->check(check), table);
  text(where, check.message());
}

void FormFaults::read_by_lifecycle(const std::string& where,
                                   const std::string& path) {
  const proto::Field* field = form_->field(path.substr(0, path.find('.')));
  if (!is_path(path) || field == nullptr) {
    undefined(where, path);
  } else if (form_->part_of(*field) != form_->definition().lifecycle_part()) {
    add(
        Sentence{"{0}: the lifecycle reads {1}, which is in another part. "
                 "Restate it in a field of the lifecycle's part.",
                 {where, path}});
  }
}

std::vector<Sentence> check_form(const Form& form) {
  FormFaults faults(form);
  check_head(faults);
  check_roles(faults);
  check_parts(faults);
  check_fields(faults);
  check_lifecycle(faults);
  check_links(faults);
  return faults.take();
}

}  // namespace relais::sync
