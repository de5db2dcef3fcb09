#include <utility>

#include <nlohmann/json.hpp>

#include "client/daemon/condition.h"
#include "client/daemon/gate.h"
#include "client/daemon/post_verbs.h"
#include "sync/record/value.h"
#include "sync/text/page.h"

namespace relais::client {
namespace {

using nlohmann::ordered_json;
using sync::fail;
using sync::Language;
using sync::Sentence;

std::string moment(std::int64_t wall_ms) {
  return wall_ms == 0 ? "" : sync::to_text(sync::Instant{wall_ms});
}

Sentence link_words(const std::string& state) {
  if (state == "online")
    return Sentence{"headquarters answered the last time", {}};
  if (state == "stranger") {
    return Sentence{"what answered is not our headquarters", {}};
  }
  if (state == "offline") return Sentence{"no answer from headquarters", {}};
  return Sentence{"not tried yet", {}};
}

Sentence lane_words(sync::Lane lane) {
  if (lane == proto::LANE_URGENT) return Sentence{"Urgent", {}};
  if (lane == proto::LANE_NORMAL) return Sentence{"Normal", {}};
  return Sentence{"Bulk", {}};
}

std::string machine_name(const sync::Enrolment& enrolment) {
  if (enrolment.post.empty()) return {};
  return enrolment.post + "-" + enrolment.letter;
}

std::string in_json(const Condition& condition, Language language) {
  ordered_json lanes = ordered_json::array();
  for (const sync::LaneCounts& lane : condition.lanes) {
    lanes.push_back({{"lane", lane_name(lane.lane)},
                     {"saved", lane.saved},
                     {"sent", lane.sent},
                     {"held", lane.held}});
  }
  ordered_json warnings = ordered_json::array();
  ordered_json remedies = ordered_json::array();
  for (const Trouble& trouble : troubles_of(condition)) {
    warnings.push_back(sync::say(trouble.what, language));
    remedies.push_back(sync::say(trouble.remedy, language));
  }
  ordered_json all{
      {"machine", machine_name(condition.enrolment)},
      {"enrolled", !condition.enrolment.post.empty()},
      {"certificate", !condition.enrolment.certificate.empty()},
      {"link", link_state(condition)},
      {"link_words", sync::say(link_words(link_state(condition)), language)},
      {"last_try", moment(condition.memory.last_try)},
      {"last_contact", moment(condition.contact)},
      {"headquarters_time", moment(condition.headquarters_time)},
      {"feed", condition.feed},
      {"drafts", condition.drafts},
      {"lanes", std::move(lanes)},
      {"warnings", std::move(warnings)},
      {"remedies", std::move(remedies)}};
  if (condition.closed) {
    all["feed"] = nullptr;  // grows with what is decided about others
    all["waiting_bytes"] = condition.waiting_bytes;
  }
  return all.dump();
}

std::string in_words(const Condition& condition, Language language,
                     std::size_t columns) {
  const auto words = [language](const Sentence& sentence) {
    return sync::say(sentence, language);
  };
  const auto moment_words = [&](std::int64_t wall_ms) {
    return wall_ms == 0 ? words(Sentence{"never", {}}) : moment(wall_ms);
  };
  sync::Page page(columns, language);
  const std::string machine = machine_name(condition.enrolment);
  page.field(words(Sentence{"Machine", {}}),
             machine.empty() ? words(Sentence{"not enrolled", {}}) : machine);
  page.field(words(Sentence{"Link", {}}),
             words(link_words(link_state(condition))));
  page.field(words(Sentence{"Last contact", {}}),
             moment_words(condition.contact));
  page.field(words(Sentence{"Drafts", {}}), std::to_string(condition.drafts));
  if (condition.closed) {
    page.field(
        words(Sentence{"Not held by headquarters yet", {}}),
        words(Sentence{"{0} KiB",
                       {std::to_string(condition.waiting_bytes / 1024)}}));
  } else {
    page.field(words(Sentence{"News read from headquarters", {}}),
               std::to_string(condition.feed));
  }
  page.gap();
  if (!condition.lanes.empty()) {
    page.line(
        words(Sentence{"Changes, of which a record counts several:", {}}));
  }
  for (const sync::LaneCounts& lane : condition.lanes) {
    page.field(
        words(lane_words(lane.lane)),
        words(Sentence{"saved {0}, sent {1}, held by headquarters {2}",
                       {std::to_string(lane.saved), std::to_string(lane.sent),
                        std::to_string(lane.held)}}));
  }
  const auto troubles = troubles_of(condition);
  if (!troubles.empty()) page.heading(words(Sentence{"Warnings", {}}));
  for (const Trouble& trouble : troubles) page.line(words(trouble.what));
  return page.take();
}

Result<> status(Station& station, const sync::Call& call) {
  auto condition = condition_of(station, call.actor);
  if (!condition) return fail(condition.error());
  const Language language = language_of(call);
  if (for_people(call)) {
    call.output->data(in_words(*condition, language, columns_of(call)));
  } else {
    call.output->row(in_json(*condition, language));
  }
  return {};
}

Result<> doctor(Station& station, const sync::Call& call) {
  auto condition = condition_of(station, call.actor);
  if (!condition) return fail(condition.error());
  auto troubles = troubles_of(*condition);
  auto behind = parts_behind(station);
  if (!behind) return fail(behind.error());
  if (*behind > 0) {
    const std::string count = condition->closed ? "…" : std::to_string(*behind);
    troubles.push_back(
        {Sentence{"Parts of records that need a newer version of Relais or of "
                  "a form: {0}.",
                  {count}},
         Sentence{"Run `relais sync`; if it stays so, ask for the new version "
                  "of Relais. Nothing is lost meanwhile.",
                  {}}});
  }
  const Language language = language_of(call);
  sync::Page page(columns_of(call));
  for (const Trouble& trouble : troubles) {
    const std::string what = sync::say(trouble.what, language);
    const std::string remedy = sync::say(trouble.remedy, language);
    if (for_people(call)) {
      page.line(what);
      page.line(remedy, 4);
    } else {
      call.output->row(
          ordered_json{{"trouble", what}, {"remedy", remedy}}.dump());
    }
  }
  if (for_people(call) && troubles.empty()) {
    page.line(sync::say(Sentence{"Nothing is wrong.", {}}, language));
  }
  if (for_people(call)) call.output->data(page.take());
  return {};
}

Result<> whoami(Station& station, const sync::Call& call) {
  const std::string& person = call.actor.person;
  call.output->row(
      ordered_json{{"person", person},
                   {"name", name_of_officer(station.replica(), person)},
                   {"entered_by", call.actor.entered_by}}
          .dump());
  return {};
}

}  // namespace

void add_status_verbs(sync::Verbs& verbs, Station& station) {
  verbs["status"] = [&station](const sync::Call& call) {
    return status(station, call);
  };
  verbs["doctor"] = [&station](const sync::Call& call) {
    return doctor(station, call);
  };
  verbs["whoami"] = [&station](const sync::Call& call) {
    return whoami(station, call);
  };
}

}  // namespace relais::client
