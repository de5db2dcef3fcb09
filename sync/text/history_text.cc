#include <algorithm>

#include "sync/text/page.h"
#include "sync/text/show_text.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

/// "2026-05-12 06:10"
std::string minute(std::int64_t wall) {
  std::string text = to_text(Instant{wall}).substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string joined(const std::vector<Dot>& dots) {
  std::string text;
  for (const Dot& dot : dots) {
    if (!text.empty()) text += ", ";
    text += to_text(dot);
  }
  return text;
}

class Historian {
 public:
  Historian(const RecordView& view, Language language)
      : view_(view), language_(language) {}

  std::string act(const Act& act) const;
  std::string head(const Change& change) const;

 private:
  std::string value(const Act& act) const;
  std::string on_rows(const Act& act, const std::string& place) const;
  std::string on_changes(const Act& act) const;
  std::string transition(const Act& act) const;
  std::string words(const Sentence& sentence) const {
    return say(sentence, language_);
  }

  const RecordView& view_;
  Language language_;
};

std::string Historian::value(const Act& act) const {
  if (!act.state.empty()) return state_words(*view_.form, act.state, language_);
  const proto::Field* spec = view_.form->spec(act.address);
  if (act.kind == proto::ACT_KIND_APPEND) {
    spec = view_.form->field(act.address.field);
  }
  std::string text =
      spec == nullptr
          ? plain_text(act.value)
          : value_words(*spec, act.value, view_.tables.get(), language_);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string Historian::transition(const Act& act) const {
  const proto::Transition* step = view_.form->transition(act.step);
  const std::string name =
      step == nullptr ? act.step : label(step->label(), language_);
  const Sentence done{"Step: {0}. {1}", {name, act.reason}};
  const Sentence proposed{"Proposed step: {0}. {1}", {name, act.reason}};
  return words(act.proposes ? proposed : done);
}

std::string Historian::on_rows(const Act& act, const std::string& place) const {
  if (act.kind == proto::ACT_KIND_ADD_ROW) {
    return words(Sentence{"{0}: row added", {place}});
  }
  if (act.kind == proto::ACT_KIND_ANNUL_ROW) {
    return words(Sentence{"{0}: row annulled. {1}", {place, act.reason}});
  }
  return words(Sentence{"{0}: row restored", {place}});
}

std::string Historian::on_changes(const Act& act) const {
  const std::string dots = joined(act.dots);
  if (act.kind == proto::ACT_KIND_UNDO) {
    return words(Sentence{"Decision {0} undone. {1}", {dots, act.reason}});
  }
  if (act.kind == proto::ACT_KIND_ACCEPT) {
    return words(Sentence{"Change {0} accepted. {1}", {dots, act.reason}});
  }
  if (act.kind == proto::ACT_KIND_CHALLENGE) {
    return words(Sentence{"Change {0} challenged. {1}", {dots, act.reason}});
  }
  if (act.kind == proto::ACT_KIND_LOST) {
    return words(Sentence{"Declared lost from {0} on. {1}",
                          {to_text(act.lost_from), act.reason}});
  }
  return words(
      Sentence{"Erased: {0}. Basis: {1}. {2}", {dots, act.basis, act.reason}});
}

std::string Historian::act(const Act& act) const {
  const std::string place = address_words(*view_.form, act.address, language_);
  const auto kind = act.kind;
  if (kind == proto::ACT_KIND_WRITE) {
    return words(Sentence{"{0}: {1}", {place, value(act)}});
  }
  if (kind == proto::ACT_KIND_APPEND) {
    return words(Sentence{"{0}, added: {1}", {place, value(act)}});
  }
  if (kind == proto::ACT_KIND_DECIDE) {
    return words(Sentence{"{0}, decided: {1}. Reason: {2}",
                          {place, value(act), act.reason}});
  }
  if (kind == proto::ACT_KIND_TRANSITION) return transition(act);
  if (kind == proto::ACT_KIND_ADD_ROW || kind == proto::ACT_KIND_ANNUL_ROW ||
      kind == proto::ACT_KIND_RESTORE_ROW) {
    return on_rows(act, place);
  }
  return on_changes(act);
}

std::string Historian::head(const Change& change) const {
  const Tables* tables = view_.tables.get();
  std::string who = person_words(change.author, tables, language_);
  if (!change.role.empty()) {
    who += ", " + role_words(change.role, tables, language_);
  }
  if (!change.entered_by.empty() && change.entered_by != change.author) {
    who = words(
        Sentence{"{0}, entered by {1}",
                 {who, person_words(change.entered_by, tables, language_)}});
  }
  return words(
      Sentence{"{0} by the machine's clock: {1}", {minute(change.wall), who}});
}

}  // namespace

std::string history_text(const RecordView& view,
                         const std::vector<Change>& history,
                         const Reading& reading) {
  const Historian historian(view, reading.language);
  Page page(reading.columns, reading.language);
  page.heading(say(Sentence{"History", {}}, reading.language));
  for (const Change& change : history) {
    page.line(historian.head(change));
    page.line(to_text(change.dot), 2);
    for (const Act& act : change.acts) page.line(historian.act(act), 2);
    if (change.erased) {
      page.line(say(Sentence{"(erased)", {}}, reading.language), 2);
    }
  }
  return page.take();
}

}  // namespace relais::sync
