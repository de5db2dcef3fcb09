#include "sync/replica/invitations.h"

namespace relais::sync {

std::optional<std::int64_t> last_moment_of(
    const proto::Invitation& invitation) {
  if (invitation.document_size() > 0) return std::nullopt;
  return invitation.time() + code_ms;
}

Result<std::vector<OpenInvitation>> open_invitations(
    const Headquarters& headquarters) {
  const Store& store = headquarters.replica().store();
  const std::int64_t now = headquarters.replica().clock().wall_ms();
  std::vector<proto::Invitation> all;
  auto read = store.scan(invitation_shelf, {}, [&](auto, auto value) {
    proto::Invitation one;
    if (one.ParseFromString(Bytes(value))) all.push_back(std::move(one));
    return true;
  });
  if (!read) return fail(read.error());
  std::vector<OpenInvitation> open;
  for (const proto::Invitation& one : all) {
    auto used = store.get(used_shelf, one.id());
    if (!used) return fail(used.error());
    const auto until = last_moment_of(one);
    if (*used || (until && *until < now)) continue;
    open.push_back({one.post(), one.letter(), until});
  }
  return open;
}

}  // namespace relais::sync
