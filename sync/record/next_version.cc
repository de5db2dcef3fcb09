#include <algorithm>

#include "sync/record/form_check.h"
#include "sync/record/place.h"

namespace relais::sync {
namespace {

class VersionCheck {
 public:
  VersionCheck(const Form& before, const Form& after)
      : before_(before), after_(after) {}

  std::vector<Sentence> run() {
    const proto::Form& was = before_.definition();
    const proto::Form& is = after_.definition();
    kept(was.id(), "id", was.id() == is.id());
    kept(was.id(), "version", is.version() > was.version());
    kept(was.id(), "lane", was.lane() == is.lane());
    kept(was.id(), "root_part", was.root_part() == is.root_part());
    kept(was.id(), "lifecycle_part",
         was.lifecycle_part() == is.lifecycle_part());
    kept(was.id(), "key",
         std::equal(was.key().begin(), was.key().end(), is.key().begin(),
                    is.key().end()));
    for (const proto::Part& part : was.part()) {
      if (!after_.has_part(part.id())) removed("part." + part.id());
    }
    for (const proto::Field& field : was.field()) check_field(field);
    check_lifecycle(was.lifecycle());
    return std::move(faults_);
  }

 private:
  void removed(const std::string& where) {
    faults_.push_back(
        Sentence{"{0}: it was in version {1} and is gone. A version only adds; "
                 "put it back.",
                 {where, std::to_string(before_.definition().version())}});
  }

  void kept(const std::string& where, const char* what, bool good) {
    if (good) return;
    faults_.push_back(Sentence{
        "{0}: {2} may not be so after version {1}. Put it back as it "
        "was; a version number only rises.",
        {where, std::to_string(before_.definition().version()), what}});
  }

  void check_choices(
      const google::protobuf::RepeatedPtrField<proto::Choice>& was,
      const google::protobuf::RepeatedPtrField<proto::Choice>& is,
      const std::string& where) {
    for (const proto::Choice& choice : was) {
      const bool there = std::any_of(
          is.begin(), is.end(),
          [&](const auto& one) { return one.code() == choice.code(); });
      // A choice moved to a table stays a code; the table retires it.
      if (!there && !is.empty()) removed(where + "." + choice.code());
    }
  }

  void same_shape(const proto::Field& was, const proto::Field& is,
                  const std::string& where) {
    kept(where, "type", was.type() == is.type());
    kept(where, "scale", was.scale() == is.scale());
    check_choices(was.choice(), is.choice(), where);
  }

  void check_field(const proto::Field& was) {
    const proto::Field* is = after_.field(was.id());
    if (is == nullptr) return removed(was.id());
    same_shape(was, *is, was.id());
    kept(was.id(), "part", before_.part_of(was) == after_.part_of(*is));
    const bool rows = was.policy() == proto::POLICY_ADD;
    kept(was.id(), "policy", rows == (is->policy() == proto::POLICY_ADD));
    kept(was.id(), "policy",
         (was.policy() == proto::POLICY_LOG) ==
             (is->policy() == proto::POLICY_LOG));
    kept(was.id(), "unit",
         std::equal(was.unit().begin(), was.unit().end(), is->unit().begin(),
                    is->unit().end()));
    kept(was.id(), "row_key",
         was.has_row_key() == is->has_row_key() &&
             was.row_key().type() == is->row_key().type() &&
             was.row_key().list() == is->row_key().list());
    check_choices(was.row_key().choice(), is->row_key().choice(),
                  was.id() + ".row_key");
    for (const proto::Field& column : was.column()) {
      const std::string where = was.id() + "." + column.id();
      const proto::Field* then = column_of(*is, column.id());
      if (then == nullptr) {
        removed(where);
      } else {
        same_shape(column, *then, where);
      }
    }
  }

  void check_lifecycle(const proto::Lifecycle& was) {
    for (const proto::State& state : was.state()) {
      const proto::State* then = after_.state(state.id());
      if (then == nullptr) {
        removed("state." + state.id());
      } else {
        kept("state." + state.id(), "kind", state.kind() == then->kind());
      }
    }
    for (const proto::Transition& step : was.transition()) {
      if (after_.transition(step.id()) == nullptr) removed("step." + step.id());
    }
    kept("lifecycle", "initial",
         was.initial() == after_.definition().lifecycle().initial());
  }

  const Form& before_;
  const Form& after_;
  std::vector<Sentence> faults_;
};

}  // namespace

std::vector<Sentence> check_next_version(const Form& before,
                                         const Form& after) {
  return VersionCheck(before, after).run();
}

}  // namespace relais::sync
