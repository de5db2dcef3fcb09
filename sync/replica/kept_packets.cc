#include "sync/replica/kept_packets.h"

#include <vector>

namespace relais::sync {

Result<> strip_kept(Store& store, std::string_view shelf,
                    const SigningKeys& keys,
                    const std::function<bool(const Dot&)>& erased) {
  std::vector<Bytes> names;
  auto read = store.scan(shelf, {}, [&](auto key, auto) {
    names.emplace_back(key);
    return true;
  });
  if (!read) return read;
  for (const Bytes& name : names) {
    auto packet = store.get(shelf, name);
    if (!packet) return fail(packet.error());
    if (!*packet) continue;
    auto less = without_bodies(**packet, keys, erased);
    // One that cannot be read any more heals nothing, and may hold anything.
    auto kept = !less   ? store.remove(shelf, name)
                : *less ? store.put(shelf, name, **less)
                        : Result<>();
    if (!kept) return kept;
  }
  return {};
}

}  // namespace relais::sync
