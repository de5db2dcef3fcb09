#include "client/daemon/post_verbs.h"

#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "sync/record/value.h"

namespace relais::client {
namespace {

using sync::Errc;
using sync::fail;

/// The sealed lane is in no count and in no option (sync-model 9).
constexpr std::pair<sync::Lane, const char*> lane_names[] = {
    {proto::LANE_URGENT, "urgent"},
    {proto::LANE_NORMAL, "normal"},
    {proto::LANE_BULK, "bulk"}};

/// Where officers have PINs a copy says who made it, when and what for: its
/// last object.
sync::Verb with_footer(Station& station, sync::Verb copies) {
  return [&station, copies](const sync::Call& call) -> Result<> {
    if (!station.people().any()) return copies(call);
    const std::string purpose = call.option("purpose");
    if (purpose.empty()) {
      return fail(Errc::usage, "{0} is missing; see --help", {"--purpose"});
    }
    if (auto done = copies(call); !done) return done;
    const sync::Instant now{station.replica().now_ms()};
    call.output->row(nlohmann::ordered_json{
        {"exported_by", call.actor.person},
        {"exported_at", sync::to_text(now)},
        {"purpose",
         purpose}}.dump());
    return {};
  };
}

}  // namespace

sync::Verbs post_verbs(Station& station) {
  sync::Verbs verbs = sync::shared_verbs(station.replica());
  verbs["export"] = with_footer(station, std::move(verbs["export"]));
  add_status_verbs(verbs, station);
  add_packet_verbs(verbs, station);
  add_upkeep_verbs(verbs, station);
  add_sealed_verbs(verbs, station);
  return verbs;
}

sync::Language language_of(const sync::Call& call) {
  return call.request->language() == "en" ? sync::Language::en
                                          : sync::Language::fr;
}

bool for_people(const sync::Call& call) {
  return call.option("format") == "table";
}

std::size_t columns_of(const sync::Call& call) {
  std::size_t columns = 80;
  const std::string text = call.option("columns");
  std::from_chars(text.data(), text.data() + text.size(), columns);
  return columns;
}

Result<std::optional<std::uint64_t>> number_of(const sync::Call& call,
                                               const std::string& option) {
  if (!call.has(option)) return std::optional<std::uint64_t>();
  const std::string text = call.option(option);
  std::uint64_t number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size() &&
      number > 0) {
    return std::optional(number);
  }
  return fail(Errc::usage, "--{0} {1} is not a whole number above zero",
              {option, text});
}

std::string lane_name(sync::Lane lane) {
  for (const auto& [known, name] : lane_names) {
    if (known == lane) return name;
  }
  return {};
}

Result<std::optional<sync::Lane>> lane_of(const sync::Call& call) {
  if (!call.has("lane")) return std::optional<sync::Lane>();
  for (const auto& [lane, name] : lane_names) {
    if (call.option("lane") == name) return std::optional(lane);
  }
  return fail(Errc::usage, "--lane {0}: there are urgent, normal and bulk",
              {call.option("lane")});
}

}  // namespace relais::client
