#include <algorithm>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/limits.h"
#include "sync/session/headquarters_session.h"

namespace relais::admin {
namespace {

using sync::Call;

void report_file(Office& office, const Call& call, const std::string& path,
                 const sync::FileReport& report) {
  std::string sender;
  if (report.sender) {
    auto line = office.headquarters().device(*report.sender);
    if (line && *line) sender = name_of(**line);
  }
  Json row;
  row["file"] = path;
  row["device"] = sender;
  row["packets"] = report.packets;
  row["enrolled"] = yes(call, report.enrolled);
  row["refused"] = report.refusals.size();
  call.output->row(row.dump());
  // Ten items that share a reason are told once.
  const auto& all = report.refusals;
  for (auto why = all.begin(); why != all.end(); ++why) {
    if (std::find(all.begin(), why, *why) != why) continue;
    call.output->note(sync::Sentence{"{0}: refused", {path}});
    call.output->note(*why);
  }
}

/// Each file: done, or refused with its reason; the rest goes on.
Result<> import_packets(Office& office, const Call& call) {
  int refused = 0;
  const sync::Certify certify = [&](std::string_view request,
                                    const sync::DeviceId& device) {
    return office.certify(request, device);
  };
  for (int i = 0; i < call.request->argument_size(); ++i) {
    if (call.stopped && call.stopped()) {
      return fail(Errc::cancelled, "Interrupted.");
    }
    const std::string& path = call.argument(i);
    auto file = next_file(call, server::limits::control_input_bytes_max);
    auto report = file ? sync::read_headquarters_file(office.headquarters(),
                                                      *file, certify)
                       : Result<sync::FileReport>(fail(file.error()));
    if (!report) {
      call.output->note(sync::Sentence{"{0}: refused", {path}});
      call.output->note(report.error().what);
      ++refused;
      continue;
    }
    report_file(office, call, path, *report);
    if (!report->refusals.empty()) ++refused;
  }
  if (refused == 0) return {};
  return fail(
      Errc::invalid, "Files refused, or something in them: {0} of {1}",
      {std::to_string(refused), std::to_string(call.request->argument_size())});
}

Result<> export_packets(Office& office, const Call& call) {
  auto line = find_machine(office.headquarters(), call.option("device"));
  if (!line) return fail(line.error());
  auto papers = office.papers();
  if (!papers) return fail(papers.error());
  auto file = sync::write_headquarters_file(office.headquarters(), line->device,
                                            papers->root.certificate_der,
                                            papers->urls());
  if (!file) return fail(file.error());
  call.output->data(*file);
  Json row;
  row["device"] = name_of(*line);
  row["bytes"] = file->size();
  call.output->row(row.dump());
  return {};
}

}  // namespace

void add_packet_verbs(sync::Verbs& verbs, Office& office) {
  verbs["packet import"] = [&office](const Call& call) {
    return import_packets(office, call);
  };
  verbs["packet export"] = [&office](const Call& call) {
    return export_packets(office, call);
  };
}

}  // namespace relais::admin
