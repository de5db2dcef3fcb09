#pragma once

#include <filesystem>
#include <string>

#include "proto/sealed.pb.h"
#include "sync/crypto.h"

namespace relais::admin {

/// A secret key in a file of its owner's, away from every server: a recipient's
/// or a signer's, as text.
sync::Result<> write_key_file(const std::filesystem::path& path,
                              const std::string& id, const sync::KeyPair& key);
/// invalid: it is no such file.
sync::Result<sync::KeyPair> read_key_file(const std::filesystem::path& path);

}  // namespace relais::admin
