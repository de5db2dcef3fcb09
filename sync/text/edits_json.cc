#include <nlohmann/json.hpp>

#include "sync/text/edit_builder.h"
#include "sync/text/edits.h"

namespace relais::sync {
namespace {

using Json = nlohmann::ordered_json;

/// Text of one value as a person would type it; absent for what is not one.
std::optional<std::string> scalar_text(const Json& json) {
  if (json.is_null()) return std::string();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean())
    return std::string(json.get<bool>() ? "true" : "false");
  if (json.is_number()) return json.dump();
  return std::nullopt;
}

Sentence not_readable(const std::string& address, const char* expected) {
  return Sentence{"{0}: the JSON should have {1} here.", {address, expected}};
}

void read_scalar(EditBuilder& builder, const WrittenAddress& written,
                 int new_row, const Json& json) {
  const auto text = scalar_text(json);
  if (!text) {
    builder.refuse(not_readable(print_address(written.address), "\"...\""));
    return;
  }
  builder.write(written, new_row, *text);
}

void read_codes(EditBuilder& builder, const proto::Field& field,
                const Json& json) {
  if (!json.is_array()) {
    builder.refuse(not_readable(field.id(), "[\"CODE\", ...]"));
    return;
  }
  for (const Json& code : json) {
    if (code.is_string()) {
      builder.choose(field, code.get<std::string>());
    } else {
      builder.refuse(not_readable(field.id(), "[\"CODE\", ...]"));
    }
  }
}

void read_row(EditBuilder& builder, const proto::Field& field,
              const Json& json) {
  WrittenAddress written;
  written.address.field = field.id();
  const auto row = json.find("row");
  written.new_row = row == json.end() || row->is_null();
  if (!written.new_row) {
    if (!row->is_string() || row->get_ref<const std::string&>().empty()) {
      builder.refuse(not_readable(field.id() + "[].row", "\"...\""));
      return;
    }
    if (is_log(field)) return;  // an entry that is there already
    written.address.row = row->get<std::string>();
  }
  const int number = written.new_row ? builder.begin_row() : 0;
  const bool names_only = json.size() == (row == json.end() ? 0U : 1U);
  if (names_only) builder.write(written, number, std::nullopt);
  for (const auto& [column, value] : json.items()) {
    if (column == "row") continue;
    written.address.column = column;
    read_scalar(builder, written, number, value);
  }
}

void read_table(EditBuilder& builder, const proto::Field& field,
                const Json& json) {
  if (!json.is_array()) {
    builder.refuse(not_readable(field.id(), "[{...}, ...]"));
    return;
  }
  for (const Json& row : json) {
    if (row.is_object()) {
      read_row(builder, field, row);
    } else {
      builder.refuse(not_readable(field.id(), "[{...}, ...]"));
    }
  }
}

void read_field(EditBuilder& builder, const std::string& id, const Json& json) {
  const proto::Field* field = builder.field(id);
  if (field == nullptr) return;
  const bool rows =
      field->type() == proto::TYPE_TABLE || field->type() == proto::TYPE_CODES;
  if (rows && json.is_null()) return builder.refuse_clearing(*field);
  if (field->type() == proto::TYPE_CODES) {
    return read_codes(builder, *field, json);
  }
  if (rows) return read_table(builder, *field, json);
  WrittenAddress written;
  written.address.field = id;
  read_scalar(builder, written, 0, json);
}

}  // namespace

Result<std::vector<Edit>> edits_from_json(const Form& form,
                                          const Tables& tables,
                                          std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return fail(Errc::invalid,
                "This is not the JSON of a record: it should be {...}, as "
                "`relais show RECORD --format json` prints it.");
  }
  // "fields" is no field of any form that also has this shape.
  const auto fields = json.find("fields");
  const bool whole = fields != json.end() && fields->is_object();
  if (whole && json.contains("form") && json["form"] != form.id()) {
    return fail(Errc::invalid, "This is a record of another form, not of {0}.",
                {form.id()});
  }
  EditBuilder builder(form, tables);
  for (const auto& [id, value] : (whole ? *fields : json).items()) {
    read_field(builder, id, value);
  }
  return builder.finish();
}

}  // namespace relais::sync
