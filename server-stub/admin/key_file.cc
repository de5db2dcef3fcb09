#include "server-stub/admin/key_file.h"

#include <google/protobuf/text_format.h>

#include "sync/store/home.h"

namespace relais::admin {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::size_t key_file_bytes_max = 4096;

}  // namespace

sync::Result<> write_key_file(const std::filesystem::path& path,
                              const std::string& id, const sync::KeyPair& key) {
  std::error_code unseen;
  if (std::filesystem::exists(path, unseen)) {
    return fail(Errc::already, "{0} is there already: give another name",
                {path.string()});
  }
  proto::SecretKeyFile file;
  file.set_id(id);
  file.set_public_key(key.public_key);
  file.set_secret_key(key.secret_key);
  std::string text;
  google::protobuf::TextFormat::PrintToString(file, &text);
  auto written = sync::write_file_durably(path, text, sync::mode_private);
  sync::wipe(text);
  sync::wipe(*file.mutable_secret_key());
  return written;
}

sync::Result<sync::KeyPair> read_key_file(const std::filesystem::path& path) {
  auto text = sync::read_file(path, key_file_bytes_max);
  if (!text) return fail(text.error());
  proto::SecretKeyFile file;
  google::protobuf::TextFormat::Parser parser;
  const bool read = parser.ParseFromString(*text, &file);
  sync::wipe(*text);
  if (!read || file.public_key().size() != 32) {
    return fail(Errc::invalid, "{0} is no key file of Relais", {path.string()});
  }
  sync::KeyPair key{file.public_key(), file.secret_key()};
  sync::wipe(*file.mutable_secret_key());
  return key;
}

}  // namespace relais::admin
