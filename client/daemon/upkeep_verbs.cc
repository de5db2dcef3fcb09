#include <utility>

#include <nlohmann/json.hpp>

#include "client/daemon/post_verbs.h"
#include "sync/journal/file.h"
#include "sync/limits.h"
#include "sync/store/audit.h"

namespace relais::client {
namespace {

using nlohmann::ordered_json;
using sync::Errc;
using sync::fail;
using sync::Sentence;

constexpr std::uint64_t parts_per_progress = 100;

/// What the disk holds against its own sums and chains, then what is shown
/// against what was journalled.
Result<> verify(Station& station, const sync::Call& call) {
  // Others are served between two steps: a save never waits for a check.
  call.output->progress(Sentence{"Checking everything on the disk", {}});
  auto faults = sync::audit(station.store().database(), call.stopped);
  if (!faults) return fail(faults.error());
  std::uint64_t parts = 0;
  const auto between = [&] {
    if (parts++ % parts_per_progress == 0) {
      call.output->progress(
          Sentence{"Rebuilding every record from the journal: {0}",
                   {std::to_string(parts)}});
    }
    return call.stopped && call.stopped();
  };
  auto rebuilt = station.replica().verify(between);
  if (!rebuilt) return fail(rebuilt.error());
  faults->insert(faults->end(), rebuilt->begin(), rebuilt->end());
  for (const Sentence& fault : *faults) call.output->note(fault);
  std::uint64_t records = 0;
  auto counted = station.store().each_record({}, [&](const auto&) {
    ++records;
    return true;
  });
  if (!counted) return counted;
  ordered_json row;
  // How many there are would tell of those that one may not see.
  if (!station.people().any()) row["records"] = records;
  row["faults"] = faults->size();
  call.output->row(row.dump());
  if (faults->empty()) {
    call.output->note(Sentence{"Every record is as it was written.", {}});
    return {};
  }
  return fail(Errc::corrupt,
              "Faults found: {0}. Write nothing more on this machine, run "
              "`relais packet export`, and call whoever looks after it.",
              {std::to_string(faults->size())});
}

Result<> enrol_by_file(Station& station, const sync::Call& call) {
  sync::Bytes file;
  for (;;) {
    auto piece = call.input->next();
    if (!piece) return fail(piece.error());
    if (*piece) file += (*piece)->bytes();
    if (file.size() > sync::limits::invitation_bytes_max) {
      return fail(Errc::over_limit, "The file is larger than {0} bytes",
                  {std::to_string(sync::limits::invitation_bytes_max)});
    }
    if (!*piece || (*piece)->last()) break;
  }
  auto invitation = sync::decode_invitation(file);
  if (!invitation) return fail(invitation.error());
  auto taken = station.replica().transact(
      [&] { return station.post().take_invitation(*invitation); });
  if (!taken) return taken;
  // Made now, so that the first file can carry it.
  if (auto request = station.request_der(); !request) {
    return fail(request.error());
  }
  call.output->row(ordered_json{
      {"machine", invitation->post() + "-" + invitation->letter()},
      {"certificate",
       false}}.dump());
  call.output->note(
      Sentence{"Enrolled. Work can begin; headquarters answers with the first "
               "connection, or with a file of `relais packet export`.",
               {}});
  return {};
}

Result<> enrol(Station& station, const sync::Call& call) {
  if (call.has("file")) return enrol_by_file(station, call);
  return fail(Errc::usage,
              "Say how: --hq URL with --code CODE, or --file INVITATION");
}

}  // namespace

void add_upkeep_verbs(sync::Verbs& verbs, Station& station) {
  verbs["verify"] = [&station](const sync::Call& call) {
    return verify(station, call);
  };
  verbs["enrol"] = [&station](const sync::Call& call) {
    return enrol(station, call);
  };
}

}  // namespace relais::client
