#include "sync/x509/certificate.h"

#include "tests/fuzz/target.h"

using namespace relais;

// A certificate from TLS, or the request of somebody who wants to join.
FUZZ_TARGET(certificate) {
  static const auto root = sync::x509::make_root("Fuzz");
  CHECK(root);
  const std::string_view anchor = root->certificate_der;

  const auto name = sync::x509::common_name(input);
  const bool ours = sync::x509::signed_by(input, anchor);
  const auto made = sync::x509::sign_request(*root, input, "post 7");
  sync::x509::signed_by(anchor, input);

  CHECK(!ours);
  if (made) {
    CHECK(sync::x509::signed_by(*made, anchor));
    CHECK(sync::x509::common_name(*made).value() == "post 7");
  }
  if (!name) CHECK(!name.error().what.id.empty());
}
