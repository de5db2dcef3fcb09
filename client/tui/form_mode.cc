#include <memory>
#include <utility>

#include "client/tui/form_screen.h"
#include "client/tui/sealed_screen.h"
#include "client/tui/text_screen.h"

/// FormScreen: the mode of a record that may be sealed. It is asked before
/// anything else, so that what is to be sealed is never typed here.
namespace relais::tui {

void FormScreen::ask_mode(Desk& desk) {
  const Sheet& sheet = work_.sheet();
  if (sheet.sealed_by.empty() || !sheet.record.empty()) return;
  for (const Field& field : sheet.fields) {
    if (field.question.address != sheet.sealed_by) continue;
    if (!field.question.value.empty()) return;
    desk.push(std::make_unique<PickScreen>(
        field.question.label, field.question.choices,
        [this, &desk, address = field.question.address](const Item& item) {
          if (turns_sealed(address, item, desk)) return;
          work_.set(desk, {{address, item.code}});
        }));
  }
}

/// True: the answer is for another screen.
bool FormScreen::turns_sealed(const std::string& address, const Item& item,
                              Desk& desk) {
  const Sheet& sheet = work_.sheet();
  const bool sealed = address == sheet.sealed_by && !item.code.empty() &&
                      item.code != sheet.open_mode;
  if (!sealed || (!sheet.draft && !sheet.record.empty())) return false;
  if (sheet.record.empty() && !work_.unsaved()) {
    begin_sealed(item.code, desk);
    return true;
  }
  const std::string text = desk.words(Sentence{
      "This report will be sealed, and is typed on a fresh screen: what you "
      "have typed so far is not taken over. F5 erases it here and begins. "
      "Traces of it may remain on this disk: if that would harm you, type it "
      "on another machine, or turn to one of the bodies directly.",
      {}});
  const auto begin = [this, mode = item.code](Desk& now) {
    begin_sealed(mode, now);
  };
  desk.push(std::make_unique<TextScreen>(
      desk.words(Sentence{"Begin again, sealed", {}}), text,
      std::vector<TextScreen::Act>{
          {function_key(5), {"F5", Sentence{"Begin again", {}}}, begin}}));
  return true;
}

void FormScreen::begin_sealed(const std::string& mode, Desk& desk) {
  const Sheet& sheet = work_.sheet();
  const std::string form = sheet.form;
  work_.forget(desk);
  if (!sheet.record.empty()) {
    Ask abandon{{"do"}, {sheet.record, "abandon"}, {}, nullptr};
    abandon.option["reason"] = {
        desk.words(Sentence{"not as a named report", {}})};
    desk.ask(nullptr, abandon, [](const Answer&) {});
  }
  desk.close(this);
  desk.push(std::make_unique<SealedScreen>(form, mode));
}

}  // namespace relais::tui
