#include "sync/replica/kept_packets.h"

#include "sync/replica/shelf_key.h"

namespace relais::sync {

Result<> strip_kept(Store& store, std::string_view shelf,
                    const SigningKeys& keys, const MustGo& must_go) {
  auto names = keys_of(store, shelf);
  if (!names) return fail(names.error());
  for (const Bytes& name : *names) {
    auto packet = store.get(shelf, name);
    if (!packet) return fail(packet.error());
    if (!*packet) continue;
    auto less = without_bodies(**packet, keys, must_go);
    // One that cannot be read any more heals nothing, and may hold anything.
    auto kept = !less   ? store.remove(shelf, name)
                : *less ? store.put(shelf, name, **less)
                        : Result<>();
    if (!kept) return kept;
  }
  return {};
}

}  // namespace relais::sync
