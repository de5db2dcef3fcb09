#include "sync/text/edit_builder.h"

#include <algorithm>

#include "sync/record/value_text.h"

namespace relais::sync {
namespace {

const proto::Field* column_of(const proto::Field& field,
                              const std::string& id) {
  for (const auto& column : field.column()) {
    if (column.id() == id) return &column;
  }
  return nullptr;
}

/// A column's fault names its table too.
Error at_place(Error error, const proto::Field& spec, const Edit& edit) {
  Address place = edit.address;
  if (edit.new_row > 0) place.row = "+";
  for (std::string& argument : error.what.arguments) {
    if (argument != spec.id()) continue;
    argument = print_address(place);
    break;
  }
  return error;
}

}  // namespace

bool is_log(const proto::Field& field) {
  return field.type() == proto::TYPE_TABLE &&
         field.policy() == proto::POLICY_LOG;
}

const proto::Field* EditBuilder::field(const std::string& id) {
  const proto::Field* found = form_->field(id);
  if (found == nullptr) {
    refuse(
        Sentence{"There is no field {0} in the form {1}.", {id, form_->id()}});
  }
  return found;
}

void EditBuilder::write(const WrittenAddress& written, int new_row,
                        const std::optional<std::string>& text) {
  const proto::Field* at = field(written.address.field);
  if (at == nullptr) return;
  if (at->type() == proto::TYPE_CODES) return write_codes(*at, written, text);
  if (at->type() == proto::TYPE_TABLE) {
    return write_table(*at, written, new_row, text);
  }
  if (written.new_row || !written.address.row.empty()) {
    return refuse(Sentence{"{0} is not a table: write {0}=value, without [ ].",
                           {at->id()}});
  }
  Edit edit;
  edit.address = written.address;
  write_value(*at, std::move(edit), text.value_or(""));
}

void EditBuilder::write_value(const proto::Field& spec, Edit edit,
                              const std::string& text) {
  if (!text.empty()) {
    auto value = value_from_text(*form_, spec, text, *tables_);
    if (value) {
      edit.value = *std::move(value);
    } else if (spec.type() == proto::TYPE_RECORD) {
      edit.value = Value(text);  // a reference; the Editor finds its record
    } else {
      return add_fault(at_place(value.error(), spec, edit));
    }
  }
  edits_.push_back(std::move(edit));
}

void EditBuilder::choose(const proto::Field& field, const std::string& code) {
  Edit edit;
  edit.address = {field.id(), code, {}};
  edits_.push_back(std::move(edit));
}

void EditBuilder::write_codes(const proto::Field& field,
                              const WrittenAddress& written,
                              const std::optional<std::string>& text) {
  if (!written.address.column.empty()) {
    return refuse(Sentence{
        "{0} is a list of codes and has no columns: write {0}=CODE1,CODE2.",
        {field.id()}});
  }
  if (!written.address.row.empty()) return choose(field, written.address.row);
  if (!text || text->empty()) return refuse_clearing(field);
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    auto code = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (code.starts_with(' ')) code.remove_prefix(1);
    while (code.ends_with(' ')) code.remove_suffix(1);
    if (!code.empty()) choose(field, std::string(code));
  }
}

void EditBuilder::refuse_clearing(const proto::Field& field) {
  refuse(Sentence{
      "The rows of {0} are never removed: annul one with --annul {0}[ROW] "
      "--reason TEXT.",
      {field.id()}});
}

void EditBuilder::write_table(const proto::Field& field,
                              const WrittenAddress& written, int new_row,
                              const std::optional<std::string>& text) {
  const Address& address = written.address;
  if (!written.new_row && is_log(field)) {
    return refuse(Sentence{"{0} is a log: add to it with {0}[+].column=value.",
                           {field.id()}});
  }
  if (!written.new_row && address.row.empty()) {
    return refuse(
        Sentence{"{0} is a table: write {0}[ROW].column=value.", {field.id()}});
  }
  if (written.new_row && field.has_row_key()) {
    return refuse(
        Sentence{"The rows of {0} have names: write {0}[ROW], not {0}[+].",
                 {field.id()}});
  }
  Edit edit;
  edit.address = address;
  edit.new_row = written.new_row ? new_row : 0;
  if (address.column.empty()) {
    if (text) return refuse_clearing(field);
    edits_.push_back(std::move(edit));
    return;
  }
  const proto::Field* column = column_of(field, address.column);
  if (column == nullptr) {
    return refuse(Sentence{"The table {0} has no column {1}.",
                           {field.id(), address.column}});
  }
  write_value(*column, std::move(edit), text.value_or(""));
}

Result<std::vector<Edit>> EditBuilder::finish() {
  if (faults_.empty()) return std::move(edits_);
  Error all = std::move(faults_.front());
  for (std::size_t i = 1; i < faults_.size(); ++i) {
    all.more.push_back(std::move(faults_[i].what));
  }
  return fail(std::move(all));
}

}  // namespace relais::sync
