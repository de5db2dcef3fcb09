#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/daemon/limits.h"
#include "client/daemon/post_verbs.h"
#include "sync/session/post_session.h"

namespace relais::client {
namespace {

using nlohmann::ordered_json;
using sync::Errc;
using sync::fail;
using sync::Sentence;

/// The file, then one row: what is in it, and under `reach` what the caller
/// gives back with `packet sent` once the file is safe where it should be.
Result<> export_packets(Station& station, const sync::Call& call) {
  auto most = number_of(call, "max-bytes");
  if (!most) return fail(most.error());
  auto enrolment = station.post().enrolment();
  if (!enrolment) return fail(enrolment.error());
  std::optional<proto::Join> join;
  if (!enrolment->post.empty()) {
    auto made = station.join();
    if (!made) return fail(made.error());
    join = std::move(*made);
  }
  call.output->progress(
      Sentence{"Reading what headquarters does not hold yet", {}});
  const std::size_t bytes = std::min<std::uint64_t>(
      most->value_or(limits::packet_file_bytes), limits::packet_file_bytes);
  auto file = sync::cut_post_file(station.post(), join, bytes);
  if (!file) return fail(file.error());
  call.output->data(file->bytes);
  const bool closed = station.people().any();
  ordered_json row;
  if (!closed) row["packets"] = file->reach.size();
  row["bytes"] = closed ? shown_bytes(file->bytes.size()) : file->bytes.size();
  row["more"] = file->more;
  row["reach"] = station.keep_reach(std::move(file->reach));
  call.output->row(row.dump());
  if (file->more) {
    call.output->note(
        Sentence{"The file is full: bring it to headquarters, then the answer "
                 "back, and export again for the rest.",
                 {}});
  }
  return {};
}

/// `packet sent NAME...`: the caller has put the file that an export gave where
/// it should be, and synced it.
Result<> mark_sent(Station& station, const sync::Call& call) {
  return station.replica().transact([&]() -> Result<> {
    for (const std::string& name : call.request->argument()) {
      const auto reach = station.take_reach(name);
      if (reach.empty()) {
        return fail(Errc::not_found, "{0} names no export", {name});
      }
      for (const sync::Reach& one : reach) {
        auto marked = station.post().mark_sent(one.journal, one.last);
        if (!marked) return marked;
      }
    }
    return {};
  });
}

Result<sync::Bytes> next_file(const sync::Call& call) {
  sync::Bytes bytes;
  for (;;) {
    auto piece = call.input->next();
    if (!piece) return fail(piece.error());
    if (!*piece) return bytes;
    bytes += (*piece)->bytes();
    if (bytes.size() > limits::packet_import_bytes) {
      return fail(Errc::over_limit, "The file is larger than {0} bytes",
                  {std::to_string(limits::packet_import_bytes)});
    }
    if ((*piece)->last()) return bytes;
  }
}

/// Gives how many items of the file were refused.
Result<std::size_t> import_file(Station& station, const sync::Call& call,
                                const std::string& name) {
  auto bytes = next_file(call);
  if (!bytes) return fail(bytes.error());
  call.output->progress(Sentence{"Reading {0}", {name}});
  auto report = sync::read_post_file(station.post(), *bytes);
  if (!report && (report.error().code == Errc::disk_full ||
                  report.error().code == Errc::corrupt)) {
    return fail(report.error());
  }
  std::vector<Sentence> refused;
  if (report) {
    refused = report->alarms;
  } else {
    refused.push_back(report.error().what);
  }
  // Ten items that share a reason are told once.
  for (auto why = refused.begin(); why != refused.end(); ++why) {
    if (std::find(refused.begin(), why, *why) != why) continue;
    call.output->note(
        Sentence{"{0}: not taken, for the reason that follows:", {name}});
    call.output->note(*why);
  }
  call.output->row(ordered_json{
      {"file", name},
      {"packets", report ? report->packets_taken : 0},
      {"refused",
       refused.size()}}.dump());
  return refused.size();
}

Result<> import_packets(Station& station, const sync::Call& call) {
  std::size_t refused = 0;
  for (const std::string& name : call.request->argument()) {
    if (call.stopped && call.stopped()) {
      return fail(Errc::cancelled, "Stopped: what was taken is kept");
    }
    auto done = import_file(station, call, name);
    if (!done) return fail(done.error());
    refused += *done;
  }
  if (refused == 0) return {};
  return fail(Errc::invalid,
              "Not taken: {0}; everything else was. Ask headquarters for a "
              "new file.",
              {std::to_string(refused)});
}

/// What a session would send now, without sending it.
Result<> dry_run(Station& station, const sync::Call& call) {
  auto lane = lane_of(call);
  if (!lane) return fail(lane.error());
  auto most = number_of(call, "max-bytes");
  if (!most) return fail(most.error());
  auto enrolment = station.post().enrolment();
  if (!enrolment) return fail(enrolment.error());
  if (enrolment->post.empty()) {
    return fail(Errc::invalid,
                "This machine is not enrolled: run `relais enrol` first");
  }
  const bool closed = station.people().any();
  // A lane of its own, or a byte at a time, would count what others wrote.
  if (closed && *lane) {
    return fail(Errc::denied,
                "On a machine of several officers nobody sees what waits in "
                "one lane: leave --lane out");
  }
  sync::SessionBudget budget;
  budget.bytes = std::min<std::uint64_t>(
      most->value_or(limits::packet_file_bytes), limits::packet_file_bytes);
  if (closed) budget.bytes = shown_bytes(budget.bytes);
  budget.lane = *lane;
  sync::PostSession session(station.post(), budget, false);
  auto body = session.next();
  if (!body) return fail(body.error());
  ordered_json row;
  if (!closed) row["packets"] = session.carried().size();
  row["bytes"] = shown_bytes((*body)->size());
  row["more"] = session.more();
  call.output->row(row.dump());
  return {};
}

}  // namespace

void add_packet_verbs(sync::Verbs& verbs, Station& station) {
  verbs["packet export"] = [&station](const sync::Call& call) {
    return export_packets(station, call);
  };
  verbs["packet sent"] = [&station](const sync::Call& call) {
    return mark_sent(station, call);
  };
  verbs["packet import"] = [&station](const sync::Call& call) {
    return import_packets(station, call);
  };
  verbs["sync"] = [&station](const sync::Call& call) {
    return dry_run(station, call);
  };
}

}  // namespace relais::client
