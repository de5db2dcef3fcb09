#include "tests/unit/client/tui/recipients.h"

#include <utility>

#include "sync/check.h"
#include "sync/replica/sealed_lane.h"
#include "sync/sealed/recipients.h"

namespace relais::test {

std::vector<sync::KeyPair> publish_recipients(Node& there) {
  sync::SystemRandom random;
  std::vector<sync::KeyPair> keys;
  proto::Recipients all;
  all.set_version(1);
  all.set_threshold(2);
  all.set_bodies_min(2);
  const std::pair<const char*, const char*> bodies[] = {
      {"BACI", controller}, {"Inspection", ""}, {"Cabinet", ""}};
  for (const auto& [body, reader] : bodies) {
    keys.push_back(sync::make_box_key(random));
    auto* one = all.add_recipient();
    one->set_id(body);
    one->set_body(body);
    one->set_key(keys.back().public_key);
    if (*reader != '\0') one->add_reader(reader);
  }
  const sync::KeyPair signers[] = {sync::make_signing_key(random),
                                   sync::make_signing_key(random)};
  for (const auto& signer : signers) {
    auto* one = all.add_signer();
    one->set_id(sync::to_hex(signer.public_key));
    one->set_key(signer.public_key);
  }
  proto::SignedRecipients document;
  document.set_recipients(all.SerializeAsString());
  for (const auto& signer : signers) sync::add_signature(document, signer);
  CHECK(there.replica().transact([&] {
    return sync::publish_recipients(there.headquarters(),
                                    document.SerializeAsString());
  }));
  return keys;
}

}  // namespace relais::test
