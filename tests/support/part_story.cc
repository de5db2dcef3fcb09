#include "tests/support/part_story.h"

#include <algorithm>
#include <cctype>

#include "sync/crypto.h"

namespace relais::test {

namespace {

/// So that tell() can give references that stay.
constexpr std::size_t changes_max = 64;

}  // namespace

void Published::add_form(std::string_view file) {
  const auto form = sync::Form::parse(file).value();
  forms_[{form->id(), form->version().number}] = form;
}

void Published::add_table(const std::string& name, std::string_view csv) {
  tables_->version.number = 1;
  tables_->table[name] = sync::Table::parse(csv).value();
}

std::shared_ptr<const sync::Form> Published::form(const std::string& id,
                                                  std::uint32_t version) const {
  const auto found = forms_.find({id, version});
  return found == forms_.end() ? nullptr : found->second;
}

std::shared_ptr<const sync::Tables> Published::tables(
    std::uint32_t version) const {
  return version == 1 ? tables_ : nullptr;
}

PartStory::PartStory(std::string_view form_file, std::string part)
    : part_(std::move(part)) {
  history.changes.reserve(changes_max);
  published.add_form(form_file);
  form_ = sync::Form::parse(form_file).value()->id();
  std::string officers = "code,position\r\n";
  std::string roles = "code,position,role\r\n";
  for (const char person : std::string("abchjk")) {
    const std::string name(1, person);
    const std::string role(
        1, static_cast<char>(std::toupper(static_cast<unsigned char>(person))));
    officers += name + ",of-" + name + "\r\n";
    roles += name + ",of-" + name + "," + role + "\r\n";
  }
  published.add_table("officer", officers);
  published.add_table("position_role", roles);
}

sync::Change& PartStory::tell(const std::string& person,
                              std::vector<sync::Act> acts) {
  ++told_;
  sync::Change change;
  change.device.bytes = sync::hash128({person});
  change.dot.journal.bytes = change.device.bytes;
  change.dot.position = told_;
  change.form = form_;
  change.part = part_;
  change.form_version.number = 1;
  change.reference_version.number = 1;
  change.author = person;
  change.role = std::string(
      1,
      static_cast<char>(std::toupper(static_cast<unsigned char>(person[0]))));
  change.stamp = static_cast<std::int64_t>(told_) * 1000;
  change.acts = std::move(acts);
  if (history.changes.empty()) {
    change.record = sync::free_record_id(change.dot);
  } else {
    change.record = history.changes.front().record;
    change.parents = folded().heads;
  }
  return history.changes.emplace_back(std::move(change));
}

sync::PartState PartStory::folded() const {
  return fold(history, published);
}

std::string PartStory::verdict() const {
  return verdict(history.changes.back());
}

std::string PartStory::verdict(const sync::Change& change) const {
  const sync::PartState state = folded();
  const auto found = state.verdicts.find(change.dot);
  return found == state.verdicts.end() ? "waits" : found->second;
}

sync::Act write(const std::string& field, sync::Value value) {
  return write(sync::Address{field, {}, {}}, std::move(value));
}

sync::Act write(const sync::Address& address, sync::Value value) {
  sync::Act act;
  act.kind = proto::ACT_KIND_WRITE;
  act.address = address;
  act.value = std::move(value);
  return act;
}

sync::Act add_row(const std::string& field, const std::string& row) {
  sync::Act act;
  act.kind = proto::ACT_KIND_ADD_ROW;
  act.address = {field, row, {}};
  return act;
}

sync::Act append(const std::string& field, sync::Row entry) {
  sync::Act act;
  act.kind = proto::ACT_KIND_APPEND;
  act.address = {field, {}, {}};
  act.value = sync::Value(std::move(entry));
  return act;
}

sync::Act take(const std::string& step, const std::string& reason) {
  sync::Act act;
  act.kind = proto::ACT_KIND_TRANSITION;
  act.step = step;
  act.reason = reason;
  return act;
}

sync::Act back_to(const std::string& step, const std::string& state) {
  sync::Act act = take(step);
  act.state = state;
  return act;
}

sync::Act naming(proto::ActKind kind, const sync::Dot& dot) {
  sync::Act act;
  act.kind = kind;
  act.dots = {dot};
  act.reason = "why";
  return act;
}

sync::Value text(const std::string& text) {
  return sync::Value(text);
}

}  // namespace relais::test
