#include "client/tui/sealed_door.h"

#include <memory>

#include "client/cli/sealed_report.h"
#include "client/tui/sealed_screen.h"
#include "client/tui/text_input.h"

namespace relais::tui {
namespace {

constexpr const char* form_id = "incident";
constexpr int first_line = 4;

}  // namespace

std::string SealedDoor::title(const Desk& desk) const {
  return "Relais  " + desk.words(Sentence{"Report, sealed", {}});
}

void SealedDoor::on_top(Desk& desk) {
  if (!ways_.empty()) return;
  const Ask ask{{"sealing"}, {form_id}, {}, nullptr};
  desk.ask_first(this, ask, [this, &desk](const Answer& answer) {
    const bool there = !answer.rows.empty();
    auto form = cli::SealedForm::read(there ? answer.rows.front() : "");
    if (!form) {
      return desk.tell(there || answer.said.empty()
                           ? desk.words(form.error().what)
                           : answer.said.front());
    }
    for (const auto& [code, label] : form->modes()) {
      if (code == form->open_mode()) continue;
      ways_.push_back({code, label, false});
    }
    const Sentence with_code{
        "With a code: add to a sealed report, or read an answer", {}};
    ways_.push_back({"", desk.words(with_code), false});
  });
}

void SealedDoor::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const std::string text = desk.words(Sentence{
      "Nobody is logged in, and nothing here will show that you "
      "reported. Only the bodies that you choose read it. Three minutes "
      "without a key erase what you type.",
      {}});
  const TextInput whole(text, true);
  int row = top;
  for (const auto& [begin, end] : whole.wrapped(grid.columns() - 3)) {
    grid.put({row++, 1}, text.substr(begin, end - begin));
  }
  scroll_.fit(bottom - top - first_line);
  for (int i = 0; i < scroll_.page; ++i) {
    const auto line = static_cast<std::size_t>(scroll_.first + i);
    if (line >= ways_.size()) break;
    grid.mark(top + first_line + i, scroll_.first + i == scroll_.at);
    grid.put({top + first_line + i, 2},
             cut_to(ways_[line].label, grid.columns() - 3));
  }
}

void SealedDoor::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (scroll_.on_key(key, static_cast<int>(ways_.size()))) return;
  if (key.name != Key::Name::enter || ways_.empty()) return;
  const Item& way = ways_[static_cast<std::size_t>(scroll_.at)];
  if (way.code.empty()) return begin_with_code(desk, form_id);
  desk.push(std::make_unique<SealedScreen>(form_id, way.code));
}

std::vector<Hint> SealedDoor::hints() const {
  return {{"Enter", Sentence{"Choose", {}}},
          {"Esc", Sentence{"Back", {}}},
          {"F12", Sentence{"Hide", {}}}};
}

}  // namespace relais::tui
