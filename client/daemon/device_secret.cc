#include "client/daemon/device_secret.h"

#include <cstdlib>
#include <optional>

#include "sync/random.h"
#include "sync/store/home.h"

namespace relais::client {
namespace {

using sync::Errc;
using sync::fail;
using sync::Result;
using sync::Secret;

constexpr std::size_t device_secret_bytes = 32;
/// A credential may be longer than ours; none is a file of gigabytes.
constexpr std::size_t credential_bytes_max = 4096;

/// Empty optional: there is no such file.
Result<std::optional<Secret>> read_secret(const std::filesystem::path& path) {
  auto bytes = sync::read_file(path, credential_bytes_max);
  if (!bytes && bytes.error().code == Errc::not_found) {
    return std::optional<Secret>();
  }
  if (!bytes) return fail(bytes.error());
  Secret secret(*bytes);
  sync::wipe(*bytes);
  if (secret.view().size() >= device_secret_bytes) {
    return std::optional(std::move(secret));
  }
  return fail(Errc::corrupt,
              "{0} is too short to be this machine's secret: put it back from "
              "a copy, or take it away and give officers new codes",
              {path.string()});
}

}  // namespace

Result<Secret> open_device_secret(const std::filesystem::path& home) {
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY")) {
    auto given = read_secret(std::filesystem::path(folder) / "relais-device");
    if (!given) return fail(given.error());
    if (*given) return std::move(**given);
  }
  const auto path = home / "device.secret";
  auto kept = read_secret(path);
  if (!kept) return fail(kept.error());
  if (*kept) return std::move(**kept);
  sync::SystemRandom random;
  std::string bytes = random.bytes(device_secret_bytes);
  auto written = sync::write_file_durably(path, bytes, sync::mode_private);
  Secret secret(bytes);
  sync::wipe(bytes);
  if (!written) return fail(written.error());
  return secret;
}

}  // namespace relais::client
