#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/replica/sealed_lane.h"
#include "sync/sealed/envelope.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

json choices_of(const proto::Field& field, Language language) {
  json all = json::array();
  for (const proto::Choice& one : field.choice()) {
    all.push_back(
        {{"code", one.code()}, {"label", label(one.label(), language)}});
  }
  return all;
}

/// A question of a sealed report; its words and the identity are one text.
json question_of(const proto::Sealing& rules, const proto::Field& field,
                 Language language) {
  const bool words = field.id() == rules.words();
  const bool text = words || field.id() == rules.identity();
  std::string type = "code";
  if (field.type() == proto::TYPE_YES_NO) type = "yes_no";
  if (field.type() == proto::TYPE_CODES) type = "codes";
  return {{"address", field.id()},
          {"label", label(field.label(), language)},
          {"help", label(field.help(), language)},
          {"type", text ? "text" : type},
          {"list", field.list()},
          {"choices", choices_of(field, language)},
          {"required",
           words || field.required() || !field.required_when().empty()}};
}

/// What makes a record one that only named recipients read: the questions, and
/// who the recipients are. The same words for whoever types, and for whoever
/// unseals.
Result<> sealing(const Replica& replica, const Call& call) {
  auto name = needed(call, 0, "FORM");
  if (!name) return fail(name.error());
  auto form = form_for(replica, *name);
  if (!form) return fail(form.error());
  const proto::Sealing& rules = (*form)->definition().sealing();
  const proto::Field* mode = (*form)->field(rules.mode());
  if (mode == nullptr) {
    return fail(Errc::invalid, "Records of the form {0} are never sealed",
                {*name});
  }
  json row{{"form", *name},
           {"mode", rules.mode()},
           {"open", rules.open()},
           {"label", label(mode->label(), language_of(call))},
           {"modes", choices_of(*mode, language_of(call))},
           {"words", rules.words()},
           {"mark", rules.mark()},
           {"identity", rules.identity()},
           {"accused", rules.accused()},
           {"receipt", rules.receipt()},
           {"day_field", rules.day()},
           {"fill", json::array()},
           {"ask", json::array()}};
  for (const auto& one : rules.fill()) {
    row["fill"].push_back({{"field", one.field()}, {"text", one.text()}});
  }
  for (const std::string& id : rules.ask()) {
    const proto::Field* field = (*form)->field(id);
    if (field == nullptr) continue;
    row["ask"].push_back(question_of(rules, *field, language_of(call)));
  }
  auto newest = newest_recipients(replica.store());
  if (!newest) return fail(newest.error());
  row["recipients"] = *newest ? to_hex((*newest)->SerializeAsString()) : "";
  row["day"] = replica.now_ms() / day_ms;
  call.output->row(row.dump());
  return {};
}

}  // namespace

void add_sealing_verb(Verbs& verbs, Replica& replica) {
  verbs["sealing"] = [&replica](const Call& call) {
    return sealing(replica, call);
  };
}

}  // namespace relais::sync
