#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sync/command/command.h"
#include "sync/replica/headquarters.h"
#include "sync/text/messages.h"

/// What the verbs of headquarters have in common.
namespace relais::admin {

using Json = nlohmann::ordered_json;
using sync::Errc;
using sync::fail;
using sync::Result;

sync::Language language_of(const sync::Call& call);
/// --format table: the rows hold words, not codes.
bool for_people(const sync::Call& call);
/// "yes", or nothing; for a program true and false.
Json yes(const sync::Call& call, bool is_so);
/// A moment of headquarters' clock; null, or nothing for people, when 0.
Json moment(const sync::Call& call, std::int64_t wall_ms);
std::string words(const sync::Call& call, const sync::Sentence& sentence);
/// Wrong PINs that the machine told of: "0131-908.R (12)".
Result<std::vector<std::string>> pin_alarms(
    const sync::Headquarters& headquarters, const sync::DeviceId& device);
/// "DIB-A".
std::string name_of(const sync::RosterLine& line);
/// The values of an option that may be repeated.
std::vector<std::string> values_of(const sync::Call& call,
                                   const std::string& option);
/// By the beginning of its id, or as "DIB-A". not_found; invalid when several
/// begin so.
Result<sync::RosterLine> find_machine(const sync::Headquarters& headquarters,
                                      const std::string& name);
/// The next file that came with the call, whole; `bytes_max` of them.
Result<sync::Bytes> next_file(const sync::Call& call, std::size_t bytes_max);

/// A published table, to be published again with one row more or otherwise.
class TableDraft {
 public:
  /// not_found when there is no such table.
  static Result<TableDraft> of(const sync::Replica& replica,
                               const std::string& name);
  /// Cells by column, "code" among them; other columns stay. Gives false when
  /// the row is so already. A column that the table has not is passed over.
  bool put(const std::vector<std::pair<std::string, std::string>>& cells);
  std::string csv() const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace relais::admin
