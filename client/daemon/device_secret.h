#pragma once

#include <filesystem>

#include "sync/secret.h"

namespace relais::client {

/// What opens vaults together with a PIN, so that a copy of the database alone
/// opens none: the credential `relais-device` of the service
/// ($CREDENTIALS_DIRECTORY), where there is one; else HOME/device.secret, made
/// once, for its owner alone. Errors: denied, disk_full.
sync::Result<sync::Secret> open_device_secret(
    const std::filesystem::path& home);

}  // namespace relais::client
