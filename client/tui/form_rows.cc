#include <memory>
#include <utility>

#include "client/tui/form_screen.h"
#include "client/tui/row_screen.h"
#include "client/tui/text_screen.h"

/// FormScreen: its rows, and how it ends.
namespace relais::tui {
namespace {

using Kind = Questions::Line::Kind;

/// Rows that have no name but their id: what another table may speak of.
std::vector<Item> rows_named(const Sheet& sheet) {
  std::vector<Item> items;
  for (const Field& field : sheet.fields) {
    if (!field.table || field.log || field.row_key) continue;
    for (const SheetRow& row : field.rows) {
      items.push_back(
          {row.row, field.question.label + ": " + summary(row), false});
    }
  }
  return items;
}

/// Nothing typed yet, but the row's name is known.
std::vector<Typed> naming(const Field& field, const std::string& row) {
  if (field.columns.empty()) return {};
  const std::string& column = field.columns.front().address;
  return {{field.question.address + "[" + row + "]" +
               column.substr(column.rfind('.')),
           ""}};
}

}  // namespace

void FormScreen::push_row(const Field& field, std::vector<Question> columns,
                          Desk& desk, RowScreen::Begun begun) {
  desk.push(std::make_unique<RowScreen>(
      field.question.label, std::move(columns), work_, std::move(begun)));
}

void FormScreen::open_row(const Questions::Line& line, Desk& desk) {
  const Field& field = work_.sheet().fields[line.field];
  std::vector<Question> columns = field.rows[line.row].cells;
  if (field.log && work_.sheet().held == "draft") {
    return correct_entry(field, line, desk);
  }
  const bool begun = !work_.sheet().record.empty();
  if (field.log || (!begun && !field.row_key)) {
    for (Question& one : columns) one.writable = false;
  }
  push_row(field, std::move(columns), desk, {});
}

/// Of a draft: what stands there instead is written, and the old goes.
void FormScreen::correct_entry(const Field& field, const Questions::Line& line,
                               Desk& desk) {
  RowScreen::Begun begun;
  begun.replaces = line.question.address;
  for (std::size_t i = 0; i < field.columns.size(); ++i) {
    begun.typed.push_back(
        {field.columns[i].address, field.rows[line.row].cells[i].value});
  }
  push_row(field, field.columns, desk, std::move(begun));
}

void FormScreen::add_row(std::size_t at, Desk& desk,
                         const RowScreen::Begun& begun) {
  const Field field = work_.sheet().fields[at];
  const auto open = [this, &desk, field, begun](const std::string& name) {
    std::vector<Question> columns = field.columns;
    for (Question& one : columns) {
      const auto column = one.address.rfind('.');
      one.address = field.question.address + "[" + name + "]" +
                    one.address.substr(column);
    }
    push_row(field, std::move(columns), desk, begun);
  };
  if (!begun.typed.empty()) {
    const std::string& address = begun.typed.front().address;
    const auto begin = address.find('[') + 1;
    return open(address.substr(begin, address.find(']') - begin));
  }
  if (!field.row_key) return open("+");
  if (field.key_of_row) {
    desk.push(std::make_unique<PickScreen>(
        field.row_key->label, rows_named(work_.sheet()),
        [open](const Item& item) { open(item.code); }));
    return;
  }
  Question key = *field.row_key;
  key.required = true;
  if (key.chosen()) {
    return choose(desk, this, key, "",
                  [open](const Item& item) { open(item.code); });
  }
  desk.push(std::make_unique<PromptScreen>(field.question.label, key.label, "",
                                           open));
}

void FormScreen::open_named_row(Desk& desk, const std::string& table,
                                const std::string& row,
                                RowScreen::Begun begun) {
  const Sheet& sheet = work_.sheet();
  for (std::size_t i = 0; i < sheet.fields.size(); ++i) {
    const Field& field = sheet.fields[i];
    if (field.question.address != table) continue;
    for (const SheetRow& one : field.rows) {
      if (one.row != row) continue;
      return push_row(field, one.cells, desk, std::move(begun));
    }
    if (!field.question.writable) return;
    if (begun.typed.empty()) begun.typed = naming(field, row);
    return add_row(i, desk, begun);
  }
}

void FormScreen::take_out(Desk& desk) {
  const auto* line = list_.here();
  if (line == nullptr || line->kind != Kind::row) {
    desk.tell(desk.words(Sentence{"F9 takes out a row: go to one.", {}}));
    return;
  }
  const Field& field = work_.sheet().fields[line->field];
  const std::string address = line->question.address;
  const auto told = [](Desk& now, const std::string& fault) {
    now.tell(fault);
  };
  if (work_.sheet().held == "draft") {
    // Nothing keeps it: it is asked twice.
    if (std::exchange(asked_out_, address) != address) {
      desk.tell(desk.words(
          Sentence{"F9 again takes this out; what it says is not kept.", {}}));
      return;
    }
    asked_out_.clear();
    return work_.take_out(desk, {address},
                          desk.words(Sentence{"taken out of a draft", {}}),
                          told);
  }
  if (!field.annul) {
    desk.tell(desk.words(Sentence{"What was said stays; add to it.", {}}));
    return;
  }
  desk.push(std::make_unique<PromptScreen>(
      desk.words(Sentence{"Take out a row", {}}),
      desk.words(Sentence{"Why? It stays in the history.", {}}), "",
      [this, &desk, address, told](const std::string& reason) {
        work_.take_out(desk, {address}, reason, told);
      }));
}

void FormScreen::clear(Desk& desk) {
  const auto* line = list_.here();
  if (line == nullptr || line->kind != Kind::question) return;
  const Question& question = line->question;
  if (!question.writable || question.value.empty()) return;
  if (question.type == "codes") return;
  work_.set(desk, {{question.address, ""}});
}

void FormScreen::send(Desk& desk) {
  if (!work_.sheet().draft) {
    if (!work_.unsaved()) {
      return desk.tell(
          desk.words(Sentence{"Nothing changed since it was saved.", {}}));
    }
    return work_.save(desk, [](Desk& now, const std::string& fault) {
      now.tell(fault.empty() ? now.words(Sentence{"Saved on this machine.", {}})
                             : fault);
    });
  }
  missing_too_ = true;
  if (list_.to_fault(true)) {
    desk.tell(desk.words(
        Sentence{"Not yet: F8 goes to each gap or fault in turn.", {}}));
    return;
  }
  if (!work_.sheet().faults.empty() || work_.sheet().record.empty()) {
    desk.tell(desk.words(Sentence{"Not yet: see above.", {}}));
    return;
  }
  read_back(desk);
}

std::string FormScreen::written_back(const Desk& desk) const {
  std::string text;
  const auto line = [&](const Question& one, const char* indent) {
    if (one.words.empty()) return;
    text += indent + sync::labelled(one.label, desk.language()) + " " +
            one.words + "\n";
  };
  for (const Field& field : work_.sheet().fields) {
    line(field.question, "");
    for (const SheetRow& row : field.rows) {
      text += field.question.label + "\n";
      for (const Question& cell : row.cells) line(cell, "    ");
    }
  }
  return text;
}

/// Read aloud to whoever spoke; only then it leaves.
void FormScreen::read_back(Desk& desk) {
  std::string text = desk.words(
      Sentence{"Read this again, aloud if somebody told it. Once submitted it "
               "cannot be changed here, only added to.",
               {}});
  text += "\n\n" + written_back(desk);
  const auto submit = [this](Desk& now) {
    work_.submit(now, [this](Desk& then, const std::string& fault) {
      if (!fault.empty()) return then.tell(fault);
      const std::string reference = work_.sheet().reference;
      then.close(this);
      then.tell(then.words(Sentence{
          "{0} is saved on this machine; it leaves with the next sync.",
          {reference}}));
    });
  };
  desk.push(std::make_unique<TextScreen>(
      desk.words(Sentence{"Read back", {}}), std::move(text),
      std::vector<TextScreen::Act>{
          {function_key(5), {"F5", Sentence{"Submit", {}}}, submit, true}}));
}

/// Nothing is lost: a draft is a draft, and the rest is kept as it was typed.
void FormScreen::leave(Desk& desk) {
  const bool kept = work_.unsaved() && !work_.sheet().draft;
  desk.close(this);
  if (kept) {
    desk.tell(desk.words(Sentence{
        "What you typed is kept here, not saved yet: go on from the start "
        "screen.",
        {}}));
  }
}

}  // namespace relais::tui
