#include "sync/text/sheet.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "sync/record/access.h"
#include "sync/record/facts.h"
#include "sync/record/input.h"
#include "sync/record/pattern.h"
#include "sync/record/value_text.h"
#include "sync/replica/draft.h"
#include "sync/replica/edit_acts.h"
#include "sync/text/address.h"
#include "sync/text/edit_builder.h"
#include "sync/text/edits.h"
#include "sync/text/grid.h"
#include "sync/text/json_values.h"
#include "sync/text/levels.h"
#include "sync/text/words.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

using nlohmann::ordered_json;

const google::protobuf::RepeatedPtrField<std::string> no_needs;

/// TYPE_YES_NO -> yes_no.
std::string type_name(proto::Type type) {
  return search_key(proto::Type_Name(type).substr(sizeof "TYPE_" - 1));
}

/// Nobody types a hash, an attachment or a sealed text.
bool is_typed(const proto::Field& spec) {
  return spec.type() != proto::TYPE_HASH && spec.type() != proto::TYPE_BLOB &&
         spec.type() != proto::TYPE_SEALED;
}

/// What a finding says of its place, without the place that every one of them
/// begins with (sync/record/input.h).
std::string without_place(Sentence finding, Language language) {
  if (!finding.arguments.empty()) finding.arguments.front().clear();
  const std::string said = say(finding, language);
  const auto begin = said.find_first_not_of(' ', said.find(':') + 1);
  return begin == std::string::npos ? said : said.substr(begin);
}

/// The record as it stands, and what is typed on top.
class SheetWriter {
 public:
  SheetWriter(const Replica& replica, const SheetAsked& asked,
              const Actor& actor)
      : replica_(&replica), asked_(&asked), actor_(&actor) {}

  Result<std::string> write();

 private:
  Result<> find();
  void take_typed();
  void judge();
  ordered_json head() const;
  ordered_json transitions() const;
  ordered_json field(const proto::Field& field);
  ordered_json table(const proto::Field& field, ordered_json question);
  ordered_json rows(const proto::Field& field);
  ordered_json question(const proto::Field& spec, const Address& address,
                        const Facts& facts) const;
  void put_value(ordered_json& question, const proto::Field& spec,
                 const Address& address, const Value& value) const;
  bool relevant(const proto::Field& spec) const;
  bool required(const proto::Field& spec, const Facts& facts) const;
  bool may(ActKind kind, const Address& address) const;
  bool undecided(const Address& address) const;
  const Form& form() const { return *view_.form; }
  std::string words(const Value& value, const proto::Field& spec) const {
    return value_words(spec, value, view_.tables.get(), asked_->language);
  }

  const Replica* replica_;
  const SheetAsked* asked_;
  const Actor* actor_;
  RecordView view_;
  bool begun_ = false;
  std::string author_;
  std::vector<Act> acts_;
  std::unique_ptr<RecordFacts> below_;
  std::unique_ptr<FactsOnTop> facts_;
  std::unique_ptr<Access> access_;
  std::map<std::string, std::string> raw_;    ///< place -> typed, no value
  std::map<std::string, std::string> fault_;  ///< place -> what is wrong
  std::map<std::string, std::string> warning_;
  ordered_json faults_ = ordered_json::array();  ///< of the whole
};

Result<> SheetWriter::find() {
  if (auto form = replica_->publications().newest_form(asked_->name)) {
    view_.form = std::move(form);
    view_.tables = replica_->publications().newest_tables();
    author_ = actor_->person;
    return {};
  }
  auto view = Reader(*replica_).show(asked_->name, *actor_);
  if (!view) return fail(view.error());
  view_ = std::move(*view);
  begun_ = true;
  author_ = view_.author;
  return {};
}

/// Each alone, so that one that is no value stops no other.
void SheetWriter::take_typed() {
  std::vector<Edit> edits;
  for (const std::string& typed : asked_->typed) {
    auto some = edits_from_set(form(), *view_.tables, {typed});
    if (some) {
      edits.insert(edits.end(), some->begin(), some->end());
      continue;
    }
    const auto equals = typed.find('=');
    const std::string place = typed.substr(0, equals);
    raw_[place] = equals == std::string::npos ? "" : typed.substr(equals + 1);
    fault_[place] = without_place(some.error().what, asked_->language);
  }
  auto acts = acts_of(*replica_, form(), view_.parts, std::move(edits));
  if (!acts) {
    faults_.push_back(say(acts.error().what, asked_->language));
    return;
  }
  for (auto& [part, some] : *acts) {
    std::move(some.begin(), some.end(), std::back_inserter(acts_));
  }
}

void SheetWriter::judge() {
  below_ = std::make_unique<RecordFacts>(view_.parts);
  facts_ = std::make_unique<FactsOnTop>(*below_, form(), acts_);
  const Asker asker{actor_->person, actor_->side};
  const bool record = begun_ && view_.held != Held::draft;
  access_ = std::make_unique<Access>(
      record ? Access(form(), *view_.tables, asker, author_, *below_)
             : Access::to_new(form(), *view_.tables, asker, *facts_));
  Entered entered;
  entered.form = &form();
  entered.tables = view_.tables.get();
  entered.after = facts_.get();
  entered.acts = &acts_;
  const bool local = form().definition().draft() == proto::DRAFT_LOCAL;
  entered.moment = record  ? Moment::edit
                   : local ? Moment::submit
                           : Moment::root;
  if (record) entered.unseen.insert(view_.hidden.begin(), view_.hidden.end());
  Findings findings = validate_change(entered);
  const auto sort = [&](std::vector<Sentence>& from,
                        std::map<std::string, std::string>& to) {
    for (Sentence& finding : from) {
      const std::string place =
          finding.arguments.empty() ? "" : finding.arguments.front();
      const auto point = place.find_first_of("[.");
      if (form().field(place.substr(0, point)) != nullptr) {
        to.emplace(place, without_place(finding, asked_->language));
      } else {
        faults_.push_back(without_place(finding, asked_->language));
      }
    }
  };
  sort(findings.refusals, fault_);
  sort(findings.warnings, warning_);
}

bool SheetWriter::relevant(const proto::Field& spec) const {
  const Expression* when = form().when(spec);
  return when == nullptr || when->holds(*facts_);
}

bool SheetWriter::required(const proto::Field& spec, const Facts& facts) const {
  const Expression* when = form().required_when(spec);
  return spec.required() || (when != nullptr && when->holds(facts));
}

bool SheetWriter::may(ActKind kind, const Address& address) const {
  const proto::Field* field = form().field(address.field);
  const proto::Field* spec = form().spec(address);
  if (field == nullptr || (spec != nullptr && !is_typed(*spec))) return false;
  Act act;
  act.kind = kind;
  act.address = address;
  return access_->may(form().part_of(*field), act);
}

bool SheetWriter::undecided(const Address& address) const {
  const auto at = [&](const Conflict& one) { return one.address == address; };
  return std::any_of(
      view_.parts.begin(), view_.parts.end(), [&](const PartState& part) {
        return std::any_of(part.conflicts.begin(), part.conflicts.end(), at);
      });
}

void SheetWriter::put_value(ordered_json& question, const proto::Field& spec,
                            const Address& address, const Value& value) const {
  const std::string at = print_address(address);
  const auto raw = raw_.find(at);
  const bool day = value.get<Date>() != nullptr || value.get<Instant>();
  std::string text = text_of(form(), spec, value);
  if (day) text = words(value, spec);
  std::string said = value.empty() ? "" : words(value, spec);
  if (const RecordId* id = value.get<RecordId>()) {
    const auto named = replica_->store().record(*id);
    if (named && *named) text = said = (*named)->reference;
  }
  if (raw != raw_.end()) said = text = raw->second;
  question["value"] = std::move(text);
  question["words"] = std::move(said);
  question["fault"] = fault_.contains(at) ? fault_.at(at) : "";
  question["warning"] = warning_.contains(at) ? warning_.at(at) : "";
}

ordered_json SheetWriter::question(const proto::Field& spec,
                                   const Address& address,
                                   const Facts& facts) const {
  return {{"address", print_address(address)},
          {"label", label(spec.label(), asked_->language)},
          {"help", label(spec.help(), asked_->language)},
          {"section", spec.section()},
          {"type", type_name(spec.type())},
          {"list", spec.list()},
          {"choices", choices_json(spec.choice(), asked_->language)},
          {"required", required(spec, facts)},
          {"undecided", undecided(address)}};
}

ordered_json SheetWriter::rows(const proto::Field& field) {
  ordered_json all = ordered_json::array();
  for (const NamedRow& row : rows_of(field, *facts_)) {
    const std::string& key = row.key;
    const RowFacts facts(field, row.row, *facts_);
    ordered_json cells = ordered_json::array();
    for (const proto::Field& column : field.column()) {
      const Address address{field.id(), key, column.id()};
      ordered_json cell = question(column, address, facts);
      put_value(cell, column, address, facts.value(column.id()));
      cell["writable"] = !is_log(field) && may(proto::ACT_KIND_WRITE, address);
      cells.push_back(std::move(cell));
    }
    std::string name = key;
    if (field.has_row_key() && !field.row_key().list().empty()) {
      name = view_.tables->label(field.row_key().list(), key,
                                 to_text(asked_->language));
    }
    all.push_back({{"row", key}, {"label", name}, {"cells", std::move(cells)}});
  }
  return all;
}

ordered_json SheetWriter::table(const proto::Field& field, ordered_json all) {
  const bool log = is_log(field);
  const bool add = may(log ? proto::ACT_KIND_APPEND : proto::ACT_KIND_ADD_ROW,
                       {field.id(), log ? "" : "0", {}});
  all["log"] = log;
  all["writable"] = add;
  all["annul"] = !log && may(proto::ACT_KIND_ANNUL_ROW, {field.id(), "0", {}});
  if (field.has_row_key()) {
    const proto::RowKey& key = field.row_key();
    // Named by a row of another table: those are chosen from, not typed.
    auto pattern = Pattern::compile(key.pattern());
    const bool of_row = !key.pattern().empty() && pattern &&
                        pattern->matches("0123456789abcdef");
    all["row_key"] = {
        {"of_row", of_row},
        {"label", label(key.label(), asked_->language)},
        {"type", type_name(key.type())},
        {"list", key.list()},
        {"choices", choices_json(key.choice(), asked_->language)}};
  }
  all["columns"] = ordered_json::array();
  for (const proto::Field& column : field.column()) {
    ordered_json one =
        question(column, {field.id(), "+", column.id()}, *facts_);
    one["writable"] = add;
    all["columns"].push_back(std::move(one));
  }
  all["rows"] = rows(field);
  return all;
}

ordered_json SheetWriter::field(const proto::Field& field) {
  const Address address{field.id(), {}, {}};
  ordered_json all = question(field, address, *facts_);
  const bool many = field.type() == proto::TYPE_TABLE;
  if (field.type() == proto::TYPE_CODES) {
    std::string value;
    std::string said;
    for (const Value& key :
         facts_->values(field.id() + "." + row_keys_column)) {
      const std::string code = plain_text(key);
      value += (value.empty() ? "" : ",") + code;
      said += (said.empty() ? "" : ", ") +
              code_words(field, code, view_.tables.get(), asked_->language);
    }
    put_value(all, field, address, Value());
    all["value"] = value;
    all["words"] = said;
    all["writable"] = may(proto::ACT_KIND_ADD_ROW, {field.id(), "0", {}});
  } else {
    put_value(all, field, address, many ? Value() : facts_->value(field.id()));
    all["writable"] = may(proto::ACT_KIND_WRITE, address);
  }
  if (many) all = table(field, std::move(all));
  return all;
}

ordered_json SheetWriter::transitions() const {
  ordered_json all = ordered_json::array();
  std::vector<std::string> steps = view_.transitions;
  steps.insert(steps.end(), view_.unready.begin(), view_.unready.end());
  for (const std::string& id : steps) {
    const proto::Transition* step = form().transition(id);
    ordered_json needs = ordered_json::array();
    for (const auto& need : step ? step->needs() : no_needs) {
      if (!is_filled(*facts_, need)) needs.push_back(need);
    }
    all.push_back(
        {{"id", id},
         {"label", step ? label(step->label(), asked_->language)
                        : say(draft_step_words(id), asked_->language)},
         {"help", step ? label(step->help(), asked_->language) : ""},
         {"needs", std::move(needs)},
         {"reason", step ? step->reason() : id == abandon_step}});
  }
  return all;
}

ordered_json SheetWriter::head() const {
  const proto::Form& rules = form().definition();
  const bool local = rules.draft() == proto::DRAFT_LOCAL;
  ordered_json all{
      {"form", form().id()},
      {"label", label(rules.label(), asked_->language)},
      {"record", begun_ ? to_hex(view_.record) : ""},
      {"reference", view_.reference},
      {"state", begun_ ? view_.state : ""},
      {"state_words",
       begun_ ? state_words(form(), view_.state, asked_->language) : ""},
      {"held", begun_ ? std::string(to_text(view_.held)) : ""},
      {"draft", local && (!begun_ || view_.held == Held::draft)},
      {"marks", has_grid(*replica_, form())},
      {"sealing", {rules.sealing().mode(), rules.sealing().open()}}};
  all.update({{"faults", faults_},
              {"transitions", transitions()},
              {"levels",
               levels_json(form(), *view_.tables, *facts_, asked_->language)}});
  all["sections"] = ordered_json::array();
  for (const proto::Section& section : rules.section()) {
    all["sections"].push_back(
        {{"id", section.id()},
         {"label", label(section.label(), asked_->language)}});
  }
  return all;
}

Result<std::string> SheetWriter::write() {
  if (auto found = find(); !found) return fail(found.error());
  if (!view_.tables) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {asked_->name});
  }
  take_typed();
  judge();
  ordered_json all = head();
  all["fields"] = ordered_json::array();
  const bool root_only =
      !begun_ && form().definition().draft() != proto::DRAFT_LOCAL;
  for (const proto::Field& one : form().definition().field()) {
    const std::string& root = form().definition().root_part();
    if (root_only && form().part_of(one) != root) continue;
    ordered_json asked = field(one);
    const bool empty =
        !is_filled(*facts_, one.id()) && !raw_.contains(one.id());
    const bool apt = relevant(one) && asked["writable"];
    if (empty && !apt && !asked["undecided"]) continue;
    all["fields"].push_back(std::move(asked));
  }
  return all.dump();
}

}  // namespace

Result<std::string> sheet_json(const Replica& replica, const SheetAsked& asked,
                               const Actor& actor) {
  return SheetWriter(replica, asked, actor).write();
}

}  // namespace relais::sync
