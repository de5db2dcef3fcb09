#include <algorithm>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "sync/limits.h"

namespace relais::admin {
namespace {

using sync::Call;

Result<> import_table(Office& office, const Call& call) {
  const std::string& name = call.argument(0);
  const auto allowed = [](unsigned char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') ||
           one == '_';
  };
  if (name.size() > 64 || !std::all_of(name.begin(), name.end(), allowed)) {
    return fail(Errc::invalid,
                "A table's name has small letters, digits and _ only: {0}",
                {name});
  }
  auto csv = next_file(call, sync::limits::document_bytes_max);
  if (!csv) return fail(csv.error());
  return office.replica().transact(
      [&] { return office.headquarters().publish_table(name, *csv); });
}

/// One file after another: one that is refused stops no other.
Result<> publish_forms(Office& office, const Call& call) {
  std::vector<sync::Error> refused;
  for (int i = 0; i < call.request->argument_size(); ++i) {
    auto file = next_file(call, sync::limits::document_bytes_max);
    auto done = file ? office.replica().transact([&] {
      return office.headquarters().publish_form(*file);
    })
                     : Result<>(fail(file.error()));
    if (done) continue;
    if (call.request->argument_size() == 1) return done;
    call.output->note({"{0}: refused", {call.argument(i)}});
    call.output->note(done.error().what);
    for (const auto& further : done.error().more) call.output->note(further);
    refused.push_back(done.error());
  }
  if (refused.empty()) return {};
  return fail(Errc::invalid, "Files refused: {0} of {1}",
              {std::to_string(refused.size()),
               std::to_string(call.request->argument_size())});
}

}  // namespace

void add_publishing_verbs(sync::Verbs& verbs, Office& office) {
  verbs["reference import"] = [&office](const Call& call) {
    return import_table(office, call);
  };
  verbs["forms publish"] = [&office](const Call& call) {
    return publish_forms(office, call);
  };
}

}  // namespace relais::admin
