#include <algorithm>

#include "sync/record/form_check.h"
#include "sync/record/place.h"

namespace relais::sync {
namespace {

void check_relation(FormFaults& faults, const proto::Relation& relation) {
  const std::string where = "relation." + relation.role();
  if (!faults.is_role(relation.role())) {
    faults.undefined(where, relation.role());
  }
  if (relation.source_size() == 0) faults.missing(where, "source");
  for (const proto::Relation::Source& source : relation.source()) {
    if (source.root_author() == !source.field().empty()) {
      faults.missing(where, "root_author, field");
    }
    const proto::Field* field = faults.form().field(source.field());
    if (!source.field().empty() && field == nullptr) {
      faults.undefined(where, source.field());
    }
    if (field != nullptr && !source.column().empty() &&
        column_of(*field, source.column()) == nullptr) {
      faults.undefined(where, source.column());
    }
    const bool looks = !source.table().empty();
    if (looks && (source.match().empty() || source.value().empty())) {
      faults.missing(where, "match, value");
    }
  }
}

void check_scope(FormFaults& faults, const proto::Scope& scope,
                 const std::string& where) {
  const auto& relations = faults.form().definition().relation();
  const bool by_role = scope.kind() == proto::SCOPE_KIND_POST_OF_ROLE;
  const bool by_field = scope.kind() == proto::SCOPE_KIND_OF_RECORD ||
                        scope.kind() == proto::SCOPE_KIND_POST_OF_FIELD;
  if (scope.kind() == proto::SCOPE_KIND_UNSPECIFIED) {
    faults.missing(where, "kind");
  }
  const bool related =
      std::any_of(relations.begin(), relations.end(),
                  [&](const auto& one) { return one.role() == scope.role(); });
  if (by_role && !related) faults.undefined(where, scope.role());
  if (by_field && faults.form().field(scope.field()) == nullptr) {
    faults.undefined(where, scope.field());
  }
  if (!by_role && !scope.role().empty()) faults.misplaced(where, "role");
  if (!by_field && !scope.field().empty()) faults.misplaced(where, "field");
}

void check_publish(FormFaults& faults, const proto::Publish& publish) {
  const std::string where = "publish." + publish.transition();
  if (faults.form().transition(publish.transition()) == nullptr) {
    faults.undefined(where, publish.transition());
  }
  for (const proto::Publish::Write& write : publish.write()) {
    const proto::Field* field = faults.form().field(write.field());
    if (field == nullptr) {
      faults.undefined(where, write.field());
      continue;
    }
    const int sources = (write.value().empty() ? 0 : 1) +
                        (write.from_field().empty() ? 0 : 1) +
                        (write.reception() ? 1 : 0);
    if (sources != 1) faults.missing(where, "value, from_field, reception");
    if (!write.from_field().empty() &&
        faults.form().field(write.from_field()) == nullptr) {
      faults.undefined(where, write.from_field());
    }
    if (!write.value().empty() &&
        !faults.form().fits(*field, field->type() == proto::TYPE_CODE
                                        ? Value(Code{write.value()})
                                        : Value(write.value()))) {
      faults.undefined(where, write.value());
    }
  }
}

/// Collects the tables a form asks for, with the columns it needs in them.
class References {
 public:
  explicit References(const Tables& tables) : tables_(&tables) {}

  void ask(const std::string& where, const std::string& table,
           const std::vector<std::string>& columns) {
    const Table* found = tables_->find(table);
    if (found == nullptr) {
      faults_.push_back(Sentence{
          "{0}: there is no table {1}. Publish it first.", {where, table}});
      return;
    }
    for (const std::string& column : columns) {
      const auto& has = found->columns();
      if (std::find(has.begin(), has.end(), column) != has.end()) continue;
      faults_.push_back(
          Sentence{"{0}: the table {1} has no column {2}. Publish it with one.",
                   {where, table, column}});
    }
  }
  void ask_list(const std::string& where, const proto::Field& field) {
    const bool coded =
        field.type() == proto::TYPE_CODE || field.type() == proto::TYPE_CODES;
    if (coded && !field.list().empty()) ask(where, field.list(), {});
    if (!field.row_key().list().empty()) {
      ask(where + ".row_key", field.row_key().list(), {});
    }
  }
  std::vector<Sentence> take() { return std::move(faults_); }

 private:
  const Tables* tables_;
  std::vector<Sentence> faults_;
};

}  // namespace

void check_links(FormFaults& faults) {
  const proto::Form& form = faults.form().definition();
  std::set<std::string> seen;
  for (const proto::Relation& relation : form.relation()) {
    if (!seen.insert(relation.role()).second) {
      faults.bad_name("relation", relation.role());
    }
    check_relation(faults, relation);
  }
  for (const proto::Part& part : form.part()) {
    for (const proto::Scope& scope : part.scope()) {
      check_scope(faults, scope, "part." + part.id());
    }
  }
  for (const proto::Publish& publish : form.publish()) {
    check_publish(faults, publish);
  }
  seen.clear();
  for (const proto::View& view : form.view()) {
    const std::string where = "view." + view.id();
    if (view.id().empty() || !seen.insert(view.id()).second) {
      faults.bad_name("view", view.id());
    }
    faults.text(where, view.label());
    if (view.function().empty()) faults.missing(where, "function");
    for (const std::string& path : view.argument()) {
      if (!faults.is_path(path)) faults.undefined(where, path);
    }
  }
}

std::vector<Sentence> check_references(const Form& form, const Tables& tables) {
  References references(tables);
  for (const proto::Field& field : form.definition().field()) {
    references.ask_list(field.id(), field);
    for (const proto::Field& column : field.column()) {
      references.ask_list(field.id() + "." + column.id(), column);
    }
  }
  for (const proto::Relation& relation : form.definition().relation()) {
    for (const proto::Relation::Source& source : relation.source()) {
      if (source.table().empty()) continue;
      references.ask("relation." + relation.role(), source.table(),
                     {source.match(), source.value()});
    }
  }
  return references.take();
}

}  // namespace relais::sync
