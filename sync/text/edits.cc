#include "sync/text/edits.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "sync/text/edit_builder.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

/// Gives "[+]" its number: the row begun last, while the field is the same and
/// the column new.
class RowsInOrder {
 public:
  explicit RowsInOrder(EditBuilder& builder) : builder_(&builder) {}

  int row_of(const WrittenAddress& written) {
    if (!written.new_row) {
      field_.clear();
      return 0;
    }
    const Address& address = written.address;
    const bool same = address.field == field_ && !address.column.empty() &&
                      columns_.insert(address.column).second;
    if (!same) {
      number_ = builder_->begin_row();
      field_ = address.field;
      columns_ = {address.column};
    }
    return number_;
  }

 private:
  EditBuilder* builder_;
  std::string field_;
  std::set<std::string> columns_;
  int number_ = 0;
};

/// Columns that a file of refused lines has more than the one it came from.
constexpr std::string_view rejects_prefix = "reject_";

/// The column that holds a refused line of JSON, and its place in the header;
/// nothing when the form has such a field or the header another column.
constexpr std::string_view json_column = "json";

std::optional<std::size_t> place_of_json(
    const Form& form, const std::vector<std::string>& header) {
  std::optional<std::size_t> place;
  if (form.field(std::string(json_column)) != nullptr) return place;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].starts_with(rejects_prefix)) continue;
    if (place || header[i] != json_column) return std::nullopt;
    place = i;
  }
  return place;
}

/// A cell as it was before csv_line() neutralised it.
std::string_view without_apostrophe(std::string_view cell) {
  if (cell.size() > 1 && cell[0] == '\'' &&
      std::string_view("=+-@\t\r").find(cell[1]) != std::string_view::npos) {
    cell.remove_prefix(1);
  }
  return cell;
}

}  // namespace

Result<std::vector<Edit>> edits_from_set(
    const Form& form, const Tables& tables,
    const std::vector<std::string>& settings) {
  EditBuilder builder(form, tables);
  RowsInOrder rows(builder);
  for (const std::string& setting : settings) {
    std::string_view rest = setting;
    auto written = take_address(rest);
    if (!written) {
      builder.add_fault(Error{Errc::usage, written.error().what});
      continue;
    }
    const bool row_only = !written->address.row.empty() || written->new_row;
    std::optional<std::string> text;
    if (rest.starts_with('=')) {
      text = std::string(rest.substr(1));
    } else if (!row_only || !written->address.column.empty()) {
      builder.add_fault(
          Error{Errc::usage,
                Sentence{"Nothing is set: write {0}=value.", {setting}}});
      continue;
    }
    builder.write(*written, rows.row_of(*written), text);
  }
  return builder.finish();
}

void make_rows_new(const Form& form, std::vector<Edit>& edits) {
  int last = 0;
  for (const Edit& edit : edits) last = std::max(last, edit.new_row);
  std::map<Address, int> made;
  for (Edit& edit : edits) {
    const proto::Field* field = form.field(edit.address.field);
    const bool unnamed = field != nullptr && !field->has_row_key() &&
                         field->type() == proto::TYPE_TABLE;
    if (!unnamed || edit.address.row.empty()) continue;
    const auto [row, fresh] =
        made.try_emplace(edit.address.row_only(), last + 1);
    if (fresh) ++last;
    edit.new_row = row->second;
    edit.address.row.clear();
  }
}

Result<> check_csv_header(const std::vector<std::string>& header) {
  std::vector<Sentence> faults;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string& column = header[i];
    if (!is_utf8(column)) {
      faults.push_back(
          Sentence{"The header, column {0}, is not UTF-8: {1}. Save the file "
                   "again as CSV UTF-8.",
                   {std::to_string(i + 1), column}});
    }
    const bool may_repeat = column.empty() ||
                            column.starts_with(rejects_prefix) ||
                            column.find("[+]") != std::string::npos;
    if (!may_repeat && !seen.insert(column).second) {
      faults.push_back(
          Sentence{"The header names the column {0} twice: keep one of them.",
                   {column}});
    }
  }
  if (faults.empty()) return {};
  Error error{Errc::invalid, std::move(faults.front())};
  error.more.assign(faults.begin() + 1, faults.end());
  return fail(std::move(error));
}

Result<std::vector<Edit>> edits_from_csv_line(
    const Form& form, const Tables& tables,
    const std::vector<std::string>& header,
    const std::vector<std::string>& cells) {
  if (header.size() != cells.size()) {
    return fail(Errc::invalid,
                "The line has {0} cells, and its header has {1}.",
                {std::to_string(cells.size()), std::to_string(header.size())});
  }
  if (const auto json = place_of_json(form, header)) {
    return edits_from_json(form, tables, without_apostrophe(cells[*json]));
  }
  EditBuilder builder(form, tables);
  RowsInOrder rows(builder);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (header[i].starts_with(rejects_prefix)) continue;
    auto written = parse_address(header[i]);
    if (!written) {
      builder.add_fault(written.error());
      continue;
    }
    // The header's order makes the rows, so that an empty cell does not move
    // the cells after it into another row.
    const int row = rows.row_of(*written);
    if (cells[i].empty()) continue;
    builder.write(*written, row, std::string(without_apostrophe(cells[i])));
  }
  return builder.finish();
}

Result<Edit> annul_from_text(const Form& form, std::string_view address,
                             const std::string& reason) {
  auto written = parse_address(address);
  if (!written) return fail(Error{Errc::usage, written.error().what});
  const Address& at = written->address;
  const proto::Field* field = form.field(at.field);
  if (field == nullptr) {
    return fail(Errc::invalid, "There is no field {0} in the form {1}.",
                {at.field, form.id()});
  }
  // Entries of a log have numbers; they go only from a draft (Editor::edit).
  const bool number =
      at.row.find_first_not_of("0123456789") == std::string::npos;
  const bool rows =
      field->type() == proto::TYPE_CODES ||
      (field->type() == proto::TYPE_TABLE && (!is_log(*field) || number));
  if (!rows || at.row.empty() || !at.column.empty()) {
    return fail(Errc::usage,
                "Only a row of a table can be annulled: write field[ROW].");
  }
  if (reason.empty()) {
    return fail(Errc::invalid, "Say why with --reason TEXT.");
  }
  Edit edit;
  edit.kind = Edit::Kind::annul_row;
  edit.address = at;
  edit.reason = reason;
  return edit;
}

}  // namespace relais::sync
