#include "server-stub/admin/answers.h"

#include <algorithm>

#include "server-stub/headquarters/backups.h"
#include "sync/replica/pin_alarms.h"

namespace relais::admin {

sync::Language language_of(const sync::Call& call) {
  return call.request->language() == "en" ? sync::Language::en
                                          : sync::Language::fr;
}

bool for_people(const sync::Call& call) {
  return call.option("format") == "table";
}

std::string words(const sync::Call& call, const sync::Sentence& sentence) {
  return sync::say(sentence, language_of(call));
}

Json yes(const sync::Call& call, bool is_so) {
  if (!for_people(call)) return is_so;
  return is_so ? words(call, sync::Sentence{"yes", {}}) : "";
}

Json moment(const sync::Call& call, std::int64_t wall_ms) {
  if (wall_ms == 0) return for_people(call) ? Json("") : Json();
  return server::moment_text(wall_ms);
}

Result<std::vector<std::string>> pin_alarms(
    const sync::Headquarters& headquarters, const sync::DeviceId& device) {
  std::vector<std::string> words;
  auto alarms = sync::pin_alarms_of(headquarters, device);
  if (!alarms) return fail(alarms.error());
  for (const proto::PinAlarm& one : *alarms) {
    words.push_back(one.person() + " (" + std::to_string(one.count()) + ")");
  }
  return words;
}

std::string name_of(const sync::RosterLine& line) {
  return line.post + "-" + line.letter;
}

std::vector<std::string> values_of(const sync::Call& call,
                                   const std::string& option) {
  std::vector<std::string> values;
  if (!call.has(option)) return values;
  std::string rest = call.option(option);
  for (;;) {
    const auto at = rest.find('\x1F');
    values.push_back(rest.substr(0, at));
    if (at == std::string::npos) return values;
    rest.erase(0, at + 1);
  }
}

Result<sync::RosterLine> find_machine(const sync::Headquarters& headquarters,
                                      const std::string& name) {
  auto roster = headquarters.roster();
  if (!roster) return fail(roster.error());
  const sync::RosterLine* found = nullptr;
  for (const sync::RosterLine& line : *roster) {
    if (name_of(line) == name) return line;
    if (name.empty() || !to_hex(line.device).starts_with(name)) continue;
    if (found != nullptr) {
      return fail(Errc::invalid,
                  "Several machines begin with {0}: give more of its "
                  "characters",
                  {name});
    }
    found = &line;
  }
  if (found != nullptr) return *found;
  return fail(Errc::not_found,
              "There is no machine {0}: `relais-hq device list` shows them",
              {name});
}

Result<sync::Bytes> next_file(const sync::Call& call, std::size_t bytes_max) {
  sync::Bytes bytes;
  bool too_large = false;
  for (;;) {
    auto piece = call.input->next();
    if (!piece) return fail(piece.error());
    if (!*piece) break;
    too_large = too_large || bytes.size() > bytes_max;
    if (!too_large) bytes += (*piece)->bytes();
    if ((*piece)->last()) break;
  }
  if (too_large || bytes.size() > bytes_max) {
    return fail(Errc::over_limit, "The file is larger than {0} bytes",
                {std::to_string(bytes_max)});
  }
  return bytes;
}

Result<TableDraft> TableDraft::of(const sync::Replica& replica,
                                  const std::string& name) {
  const auto tables = replica.publications().newest_tables();
  const sync::Table* table = tables ? tables->find(name) : nullptr;
  if (table == nullptr) {
    return fail(Errc::not_found,
                "There is no table {0}: publish it with `relais-hq reference "
                "import`",
                {name});
  }
  TableDraft draft;
  draft.columns_ = table->columns();
  draft.rows_ = table->rows();
  return draft;
}

bool TableDraft::put(
    const std::vector<std::pair<std::string, std::string>>& cells) {
  const auto place = [&](const std::string& column) {
    return static_cast<std::size_t>(
        std::find(columns_.begin(), columns_.end(), column) - columns_.begin());
  };
  const std::size_t code = place("code");
  const auto row = std::find_if(
      rows_.begin(), rows_.end(),
      [&](const auto& one) { return one[code] == cells.front().second; });
  std::vector<std::string> changed =
      row == rows_.end() ? std::vector<std::string>(columns_.size()) : *row;
  for (const auto& [column, text] : cells) {
    if (place(column) < columns_.size()) changed[place(column)] = text;
  }
  if (row == rows_.end()) {
    rows_.push_back(std::move(changed));
    return true;
  }
  if (*row == changed) return false;
  *row = std::move(changed);
  return true;
}

std::string TableDraft::csv() const {
  std::string text = sync::csv_line(columns_, false);
  for (const auto& row : rows_) text += sync::csv_line(row, false);
  return text;
}

}  // namespace relais::admin
