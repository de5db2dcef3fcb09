#include <string>

#include "client/daemon/post_verbs.h"
#include "sync/replica/sealed_lane.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/report.h"

/// The sealed road, as far as the daemon knows it: it takes ready envelopes. It
/// never sees a word, nor the code.
namespace relais::client {
namespace {

using sync::Errc;
using sync::fail;

Result<> report(Station& station, const sync::Call& call) {
  constexpr std::size_t most =
      sync::report_envelopes_max * sync::envelope_bytes;
  sync::Bytes bytes;
  for (bool more = true; more && bytes.size() <= most;) {
    auto piece = call.input->next();
    if (!piece) return fail(piece.error());
    more = piece->has_value() && !(*piece)->last();
    if (*piece) bytes += (*piece)->bytes();
  }
  std::vector<sync::Bytes> envelopes;
  for (std::size_t at = 0; at < bytes.size(); at += sync::envelope_bytes) {
    envelopes.push_back(bytes.substr(at, sync::envelope_bytes));
  }
  if (auto whole = Envelopes::check(envelopes); !whole) return whole;
  return station.envelopes().take(envelopes);
}

/// All of them: only the holder of a code knows which is his.
Result<> replies(Station& station, const sync::Call& call) {
  auto all = sync::replies(station.store());
  if (!all) return fail(all.error());
  for (const sync::Bytes& one : *all) call.output->data(one);
  return {};
}

}  // namespace

bool is_unlogged(const std::string& verb) {
  return verb == "sealing" || verb == "report" || verb == "replies";
}

void add_sealed_verbs(sync::Verbs& verbs, Station& station) {
  verbs["report"] = [&station](const sync::Call& call) {
    return report(station, call);
  };
  verbs["replies"] = [&station](const sync::Call& call) {
    return replies(station, call);
  };
}

}  // namespace relais::client
