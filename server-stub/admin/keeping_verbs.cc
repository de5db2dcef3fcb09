#include <fstream>
#include <system_error>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/control/framing.h"
#include "sync/replica/archive.h"
#include "sync/store/audit.h"

namespace relais::admin {
namespace {

using sync::Call;

constexpr std::uint64_t parts_per_progress = 100;

/// Made and checked in the home, then given to the caller in pieces.
Result<> back_up(Office& office, const Call& call) {
  const std::filesystem::path copy =
      office.folder() /
      ("backup." + sync::to_hex(office.replica().random().bytes(4)) + ".db");
  auto made = server::back_up(office.folder(), copy,
                              office.replica().clock().wall_ms());
  if (!made) return made;
  std::ifstream file(copy, std::ios::binary);
  std::error_code error;
  std::filesystem::remove(copy, error);  // read on, under no name
  std::string piece(sync::control_piece_bytes, '\0');
  std::uint64_t bytes = 0;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
         file.gcount() > 0) {
    if (call.stopped && call.stopped()) {
      return fail(Errc::cancelled, "Interrupted.");
    }
    const auto count = static_cast<std::size_t>(file.gcount());
    call.output->data(std::string_view(piece).substr(0, count));
    bytes += count;
  }
  Json row;
  row["bytes"] = bytes;
  call.output->row(row.dump());
  return {};
}

Result<> verify(Office& office, const Call& call) {
  call.output->progress({"Checking every byte ...", {}});
  auto faults = sync::audit(office.store().database(), call.stopped);
  if (!faults) return fail(faults.error());
  std::uint64_t parts = 0;
  const auto between = [&] {
    if (parts++ % parts_per_progress == 0) {
      call.output->progress({"Rebuilding every record from the journal: {0}",
                             {std::to_string(parts)}});
    }
    return call.stopped && call.stopped();
  };
  auto differences = office.replica().verify(between);
  if (!differences) return fail(differences.error());
  faults->insert(faults->end(), differences->begin(), differences->end());
  for (const sync::Sentence& fault : *faults) call.output->note(fault);
  std::uint64_t records = 0;
  auto counted = office.store().each_record({}, [&](const auto&) {
    ++records;
    return true;
  });
  if (!counted) return counted;
  call.output->row(
      Json{{"records", records}, {"faults", faults->size()}}.dump());
  if (faults->empty()) {
    call.output->note(sync::Sentence{"Every record is as it was written.", {}});
    return {};
  }
  return fail(Errc::corrupt,
              "Faults found: {0}. Keep the home as it is, and restore "
              "a backup into another one",
              {std::to_string(faults->size())});
}

/// When the two backups were made, the older one first.
Result<> show_archived(Office& office, const Call& call) {
  auto since = sync::archived_since(office.replica().store());
  if (!since) return fail(since.error());
  if (since->older_ms == 0) return {};
  for (const std::int64_t made_ms : {since->older_ms, since->newer_ms}) {
    call.output->row(Json{{"wall", moment(call, made_ms)}}.dump());
  }
  return {};
}

/// Read beside the writer; only what comes of it is written in its turn.
Result<> archived(Office& office, const Call& call) {
  if (call.argument(0).empty()) return show_archived(office, call);
  if (call.argument(1).empty()) {
    return fail(Errc::usage, "Give two backups, made at different times");
  }
  const std::filesystem::path folder = call.request->directory();
  auto pair = sync::open_pair(office.replica(), folder / call.argument(0),
                              folder / call.argument(1));
  if (!pair) return fail(pair.error());
  for (const auto* backup : {&pair->older, &pair->newer}) {
    call.output->progress({"Checking {0} ...", {backup->file().string()}});
    if (auto whole = backup->verify(call.stopped); !whole) return whole;
  }
  const auto mark = [&](sync::Replica& there) {
    return there.transact([&] { return sync::mark_archived(there, *pair); });
  };
  auto marked = call.write ? call.write(mark) : mark(office.replica());
  if (!marked) return marked;
  call.output->note(sync::Sentence{
      "Archived: all that both backups hold. At their next contacts posts let "
      "go of what they kept of it for headquarters alone: keep both files, "
      "for an older backup may no longer be enough.",
      {}});
  return show_archived(office, call);
}

}  // namespace

void add_keeping_verbs(sync::Verbs& verbs, Office& office) {
  verbs["backup"] = [&office](const Call& call) {
    return back_up(office, call);
  };
  verbs["archived"] = [&office](const Call& call) {
    return archived(office, call);
  };
  verbs["verify"] = [&office](const Call& call) {
    return verify(office, call);
  };
}

}  // namespace relais::admin
