#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/x509/certificate.h"

namespace relais::test {

/// A certificate and its key.
struct Credentials {
  std::string certificate_der;
  std::string private_key_pem;
};

/// A private root and what it signs, as `relais-hq init` and enrolment make
/// them.
class Authority {
 public:
  explicit Authority(const std::string& name = "Test root");
  /// With a root that is there already.
  explicit Authority(sync::x509::Root root) : root_(std::move(root)) {}

  const sync::x509::Root& root() const { return root_; }
  const std::string& root_der() const { return root_.certificate_der; }
  /// The first 50 bits of the root's hash, as an enrolment code has them.
  std::string root_hash() const;
  Credentials server(const std::vector<std::string>& hosts = {"127.0.0.1"});
  Credentials machine(const std::string& name);
  /// The same certificate with other dates (YYYYMMDDHHMMSSZ), signed again.
  Credentials dated(const Credentials& old, const std::string& from,
                    const std::string& until);

 private:
  sync::x509::Root root_;
};

}  // namespace relais::test
