#include "tests/crash/post_house.h"

#include "sync/replica/draft.h"
#include "sync/replica/editor.h"
#include "sync/store/audit.h"
#include "sync/text/edits.h"
#include "sync/text/messages.h"
#include "tests/support/field.h"

namespace relais::crash {
namespace {

using sync::fail;
using sync::Result;

/// A draft that became a record is a draft no more, and the other way round.
void look_at_records(client::Station& station, Found& found) {
  const auto drafts = sync::drafts(station.replica());
  if (!drafts) return found.fault("drafts", drafts.error());
  for (const sync::Draft& draft : *drafts) {
    found.facts["here " + draft.reference] = 1;
    found.facts["acts " + draft.reference] = draft.acts.size();
  }
  auto read = station.store().each_record({}, [&](const auto& record) {
    if (found["acts " + record.reference] != 0) {
      found.faults.push_back(record.reference + " is a draft and a record");
    }
    found.facts["here " + record.reference] = 1;
    found.facts["record " + record.reference] = 1;
    ++found.facts["records"];
    return true;
  });
  if (!read) found.fault("records", read.error());
}

void look_at_journals(client::Station& station, Found& found) {
  const auto journals = station.store().journals(
      station.replica().keys().device, proto::LANE_UNSPECIFIED);
  if (!journals) return found.fault("journals", journals.error());
  for (const sync::StoredJournal& journal : *journals) {
    const std::string name = to_hex(journal.header.journal);
    found.facts["journal " + name] = journal.last;
    found.facts["sent " + name] = journal.sent;
    found.facts["held " + name] = journal.held;
    if (journal.sent > journal.last || journal.held > journal.last) {
      found.faults.push_back("journal " + name + " claims more than it has");
    }
  }
}

void look_at_place(client::Station& station, Found& found) {
  found.facts["device " + to_hex(station.replica().keys().device)] = 1;
  const auto enrolment = station.post().enrolment();
  if (!enrolment) return found.fault("enrolment", enrolment.error());
  if (!enrolment->post.empty()) {
    found.facts["post " + enrolment->post + enrolment->letter] = 1;
  }
  if (!enrolment->certificate.empty()) found.facts["certificate"] = 1;
  const auto cursor = station.post().feed_cursor();
  if (!cursor) return found.fault("feed", cursor.error());
  found.facts["feed"] = cursor->position();
}

}  // namespace

Result<PostHouse> PostHouse::open(const fs::path& root) {
  auto home = sync::Home::open(root / "post");
  if (!home) return fail(home.error());
  auto station = client::Station::open(home->database());
  if (!station) return fail(station.error());
  return PostHouse{std::move(*home), std::move(*station)};
}

sync::Actor chief() {
  return {test::chief_of_dib, {}, proto::SIDE_POST};
}

Result<sync::Created> create(sync::Replica& replica, const std::string& form,
                             const std::vector<std::string>& set, bool submit) {
  const auto rules = replica.publications().newest_form(form);
  const auto tables = replica.publications().newest_tables();
  if (!rules || !tables) {
    return fail(sync::Errc::not_found, "no form " + form);
  }
  auto edits = sync::edits_from_set(*rules, *tables, set);
  if (!edits) return fail(edits.error());
  return sync::Editor(replica).create(form, std::move(*edits), chief(), submit);
}

void inspect(sync::SqliteStore& store, const sync::Replica& replica,
             Found& found) {
  for (const auto& faults : {sync::audit(store.database()), replica.verify()}) {
    if (!faults) {
      found.fault("cannot be checked", faults.error());
      continue;
    }
    for (const sync::Sentence& fault : *faults) {
      found.faults.push_back(sync::say(fault, sync::Language::en));
    }
  }
}

Found look_at_post(const fs::path& root) {
  Found found;
  auto house = PostHouse::open(root);
  if (!house) {
    found.fault("relaisd does not start", house.error());
    return found;
  }
  client::Station& station = *house->station;
  inspect(station.store(), station.replica(), found);
  look_at_place(station, found);
  look_at_records(station, found);
  look_at_journals(station, found);
  return found;
}

}  // namespace relais::crash
