#include <sstream>

#include "sync/text/edits.h"
#include "sync/text/messages.h"
#include "tests/fuzz/target.h"
#include "tests/support/published.h"

using namespace relais;

namespace {

std::vector<std::string> import_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

sync::Result<std::vector<sync::Edit>> import_edits(const sync::Form& form,
                                                   const sync::Tables& tables,
                                                   char kind,
                                                   std::string_view text) {
  if (kind == 'j') return sync::edits_from_json(form, tables, text);
  if (kind == 's') {
    return sync::edits_from_set(form, tables, import_lines(text));
  }
  const auto cells = sync::parse_csv(text);
  if (!cells) return sync::fail(cells.error());
  if (cells->empty()) return std::vector<sync::Edit>();
  if (auto good = sync::check_csv_header(cells->front()); !good) {
    return sync::fail(good.error());
  }
  return sync::edits_from_csv_line(form, tables, cells->front(), cells->back());
}

}  // namespace

// The form's letter, then j, c or s: JSON, CSV or lines of --set.
FUZZ_TARGET(import_text) {
  static const sync::Tables tables = test::published_tables();
  static const std::vector<std::string> forms = test::published_form_ids();
  if (input.size() < 2) return;
  const auto form = test::published_form(
      forms[static_cast<unsigned char>(input[0]) % forms.size()]);

  auto edits = import_edits(*form, tables, input[1], input.substr(2));

  if (!edits) {
    CHECK(!sync::say(edits.error().what, sync::Language::en).empty());
    return;
  }
  sync::make_rows_new(*form, *edits);
  for (const sync::Edit& edit : *edits) {
    CHECK(form->field(edit.address.field) != nullptr);
  }
}
