#include "client/tui/questions.h"

#include <algorithm>
#include <utility>

namespace relais::tui {
namespace {

/// A value that nobody is typing takes no more lines than this.
constexpr std::size_t value_lines_max = 3;

bool is_typed(const Question& question) {
  return question.writable && !question.chosen() && question.type != "yes_no" &&
         question.type != "table";
}

/// A few figures: quicker written anew than mended, and nothing is ever added
/// to them.
bool is_short(const Question& question) {
  return question.type == "date" || question.type == "instant" ||
         question.type == "money" || question.type == "integer" ||
         question.type == "decimal";
}

std::vector<std::string> folded(const std::string& text, int width) {
  const TextInput whole(sync::printable(text, true), true);
  std::vector<std::string> all;
  for (const auto& [begin, end] : whole.wrapped(width)) {
    all.push_back(whole.text().substr(begin, end - begin));
  }
  return all;
}

}  // namespace

void Questions::show(std::vector<Line> lines) {
  const std::string was = here() ? here()->question.address : std::string();
  lines_ = std::move(lines);
  at_ = std::min(at_, lines_.empty() ? 0 : lines_.size() - 1);
  to(was);
  if (here() != nullptr && !here()->stops()) move(1);
}

const Questions::Line* Questions::here() const {
  return at_ < lines_.size() ? &lines_[at_] : nullptr;
}

void Questions::to(const std::string& address) {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].stops() && lines_[i].question.address == address) at_ = i;
  }
}

bool Questions::to_fault(bool missing_too) {
  // This line too, unless it is where the last jump ended.
  const std::size_t from = jumped_to_ == here_address() ? 1 : 0;
  for (std::size_t step = from; step <= lines_.size(); ++step) {
    const std::size_t i = (at_ + step) % lines_.size();
    const Question& one = lines_[i].question;
    if (one.fault.empty() || (one.only_missing() && !missing_too)) continue;
    at_ = i;
    jumped_to_ = here_address();
    return true;
  }
  return false;
}

/// Over what cannot be chosen; stays at the ends.
void Questions::move(int lines) {
  const int by = lines < 0 ? -1 : 1;
  int at = static_cast<int>(at_);
  for (int left = std::abs(lines); left > 0;) {
    int next = at + by;
    while (next >= 0 && next < static_cast<int>(lines_.size()) &&
           !lines_[static_cast<std::size_t>(next)].stops()) {
      next += by;
    }
    if (next < 0 || next >= static_cast<int>(lines_.size())) break;
    at = next;
    --left;
  }
  at_ = static_cast<std::size_t>(at);
}

void Questions::type(std::string text, bool lines) {
  input_.emplace(std::move(text), lines);
}

void Questions::taken(bool next) {
  input_.reset();
  if (next) move(1);
}

Questions::Did Questions::on_typing_key(const Key& key) {
  using Name = Key::Name;
  const bool lines = input_->lines();
  if (key.name == Name::escape && !lines) {
    input_.reset();  // as it stood before
    return Did::moved;
  }
  const bool left =
      key.name == Name::tab || key.name == Name::back_tab ||
      key.name == Name::escape || key.name == Name::page_up ||
      key.name == Name::page_down || key.name == Name::function ||
      (!lines && (key.name == Name::enter || key.name == Name::up ||
                  key.name == Name::down));
  if (left) return Did::entered;
  return input_->on_key(key, value_width_) ? Did::typed : Did::nothing;
}

Questions::Did Questions::on_key(const Key& key) {
  using Name = Key::Name;
  if (input_) return on_typing_key(key);
  const Line* line = here();
  if (line == nullptr) return Did::nothing;
  int lines = 0;
  if (key.name == Name::up || key.name == Name::back_tab) lines = -1;
  if (key.name == Name::down || key.name == Name::tab) lines = 1;
  if (key.name == Name::page_up) lines = -page_;
  if (key.name == Name::page_down) lines = page_;
  if (key.name == Name::home) lines = -static_cast<int>(lines_.size());
  if (key.name == Name::end) lines = static_cast<int>(lines_.size());
  if (lines != 0) {
    move(lines);
    return Did::moved;
  }
  const bool typed =
      line->kind == Line::Kind::question && is_typed(line->question);
  if (key.name == Name::enter && typed) {
    type(line->question.value, line->question.long_text());
    return Did::typed;
  }
  const bool text = key.name == Name::character || key.name == Name::paste;
  if ((text || key.name == Name::backspace) && typed) {
    // It goes on where it ended: no stray key replaces an answer in words.
    const bool anew = text && is_short(line->question);
    type(anew ? "" : line->question.value, line->question.long_text());
    static_cast<void>(input_->on_key(key, value_width_));
    return Did::typed;
  }
  if (key.name == Name::enter && line->question.type == "yes_no") {
    move(1);
    return Did::moved;
  }
  if (key.name == Name::enter || text) return Did::opened;
  return Did::nothing;
}

void Questions::add_value(std::vector<Drawn>& all, std::size_t line,
                          int columns, const Desk& desk) const {
  const Question& one = lines_[line].question;
  const int label = label_width(columns);
  const int width = std::max(4, columns - label - 4);
  const bool here = line == at_;
  const bool types = here && input_;
  std::string text = types ? input_->text() : one.words;
  if (one.undecided && text.empty()) {
    text = desk.words(Sentence{"two values: headquarters will decide", {}});
  }
  auto values = folded(text, width);
  if (!types && values.size() > value_lines_max) {
    values.resize(value_lines_max);
    values.back() = cut_to(values.back() + "…", width);
  }
  const std::string mark = one.required ? "*" : " ";
  auto labels = folded(one.label, label - 2);
  const std::size_t lines = std::max(labels.size(), values.size());
  for (std::size_t i = 0; i < lines; ++i) {
    Drawn drawn;
    drawn.left = (i == 0 ? mark : " ") + (i < labels.size() ? labels[i] : "");
    drawn.right = i < values.size() ? values[i] : "";
    drawn.line = line;
    if (types) drawn.style = Style::underline;
    all.push_back(std::move(drawn));
  }
}

void Questions::add_faults(std::vector<Drawn>& all, std::size_t line,
                           int columns, const Desk& desk,
                           bool missing_too) const {
  const Question& one = lines_[line].question;
  const bool told = !one.fault.empty() && (missing_too || !one.only_missing());
  for (const std::string& text : {told ? one.fault : "", one.warning}) {
    if (text.empty()) continue;
    const Sentence words = text == one.warning ? Sentence{"Note: {0}", {text}}
                                               : Sentence{"! {0}", {text}};
    for (std::string& part : folded(desk.words(words), columns - 6)) {
      all.push_back({"", "", Style::bold, line});
      all.back().left = "    " + std::move(part);
    }
  }
}

std::vector<Questions::Drawn> Questions::drawn(const Desk& desk, int columns,
                                               bool missing_too) const {
  std::vector<Drawn> all;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    if (line.kind == Line::Kind::heading) {
      all.push_back({line.question.label, "", Style::bold, i});
      continue;
    }
    add_value(all, i, columns, desk);
    add_faults(all, i, columns, desk, missing_too);
  }
  return all;
}

void Questions::draw(Grid& grid, int top, int bottom, const Desk& desk,
                     bool missing_too) {
  page_ = std::max(1, bottom - top);
  const int label = label_width(grid.columns());
  value_width_ = std::max(4, grid.columns() - label - 4);
  const auto all = drawn(desk, grid.columns(), missing_too);
  int begin = -1;
  int end = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].line != at_) continue;
    if (begin < 0) begin = static_cast<int>(i);
    end = static_cast<int>(i);
  }
  int cursor = std::max(begin, 0);
  int column = 0;
  if (input_) {
    const auto [line, at] = input_->cursor_at(value_width_);
    cursor += line;
    column = at;
  }
  first_ = scrolled(first_, end, page_);
  first_ = scrolled(first_, cursor, page_);
  for (int i = 0; i < page_; ++i) {
    const auto one = static_cast<std::size_t>(first_ + i);
    if (one >= all.size()) break;
    const bool here = static_cast<int>(one) == begin;
    const bool heading = lines_[all[one].line].kind == Line::Kind::heading;
    const bool note = all[one].style == Style::bold && !heading;
    const int left = heading || note ? grid.columns() - 3 : label;
    grid.mark(top + i, here);
    grid.put({top + i, 2}, cut_to(all[one].left, left),
             heading || note ? Style::bold : Style::plain);
    grid.put({top + i, label + 3}, all[one].right,
             heading || note ? Style::plain : all[one].style);
  }
  if (input_) {
    grid.cursor = Place{top + cursor - first_, label + 3 + column};
  }
}

}  // namespace relais::tui
