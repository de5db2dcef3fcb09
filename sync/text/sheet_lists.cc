#include <nlohmann/json.hpp>

#include "sync/record/access.h"
#include "sync/record/facts.h"
#include "sync/text/sheet.h"
#include "sync/text/words.h"

namespace relais::sync {

using nlohmann::ordered_json;

std::vector<std::string> forms_json(const Replica& replica, Language language,
                                    const Actor& actor) {
  std::vector<std::string> all;
  const auto tables = replica.publications().newest_tables();
  if (!tables) return all;
  for (const auto& form : replica.publications().newest_forms()) {
    const auto access =
        Access::to_new(*form, *tables, {actor.person, actor.side}, NoFacts());
    if (!access.may_open()) continue;
    const proto::Form& rules = form->definition();
    all.push_back(ordered_json{{"form", form->id()},
                               {"label", label(rules.label(), language)},
                               {"help", label(rules.help(), language)}}
                      .dump());
  }
  return all;
}

Result<std::vector<std::string>> choices_json(const Replica& replica,
                                              const std::string& table,
                                              Language language) {
  const auto tables = replica.publications().newest_tables();
  const Table* list = tables ? tables->find(table) : nullptr;
  if (list == nullptr) {
    return fail(Errc::not_found,
                "There is no table {0}; `reference` alone lists those there "
                "are",
                {table});
  }
  std::vector<std::string> all;
  for (std::size_t row = 0; row < list->rows().size(); ++row) {
    if (!list->cell(row, "valid_to").empty()) continue;
    const std::string& code = list->cell(row, "code");
    all.push_back(
        ordered_json{{"code", code},
                     {"label", tables->label(table, code, to_text(language))}}
            .dump());
  }
  return all;
}

}  // namespace relais::sync
