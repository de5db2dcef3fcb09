#include "sync/session/addressee.h"

#include <algorithm>

#include "sync/crypto.h"

namespace relais::sync {

Bytes other_addressee(const FileItems& file, std::string_view own_box) {
  const auto addressee = [](const proto::FileItem& item) {
    return item.has_packet() ? item.packet().recipient()
                             : item.letter().recipient();
  };
  if (file.items.empty()) return {};
  const Bytes first = addressee(file.items.front());
  const bool alone =
      first != key_id(own_box).view() &&
      std::all_of(file.items.begin(), file.items.end(),
                  [&](const auto& item) { return addressee(item) == first; });
  return alone ? first : Bytes();
}

}  // namespace relais::sync
