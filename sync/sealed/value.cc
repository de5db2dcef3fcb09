#include "sync/sealed/value.h"

#include "proto/change.pb.h"
#include "sync/journal/wire.h"

namespace relais::sync {

Result<Bytes> seal_value(const std::vector<proto::Recipient>& readers,
                         std::string_view text, Random& random) {
  Bytes key = random.bytes(32);
  proto::Sealed sealed;
  for (const proto::Recipient& reader : readers) {
    auto wrapped = seal(reader.key(), key);
    if (!wrapped) return wrapped;
    auto* wrap = sealed.add_wrap();
    wrap->set_recipient(Bytes(key_id(reader.key()).view()));
    wrap->set_key(*wrapped);
  }
  sealed.set_text(encrypt(key, text, random));
  wipe(key);
  return serialise(sealed);
}

Result<Bytes> open_value(const KeyPair& key, std::string_view bytes) {
  proto::Sealed sealed;
  if (parse(bytes, sealed)) {
    for (const auto& wrap : sealed.wrap()) {
      if (wrap.recipient() != key_id(key.public_key).view()) continue;
      auto content = unseal(key, wrap.key());
      if (!content) return content;
      if (content->size() != 32) break;
      return decrypt(*content, sealed.text());
    }
  }
  return fail(Errc::wire_format, "This is not sealed for this key");
}

}  // namespace relais::sync
