#include "client/cli/login_file.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "sync/control/reason.h"
#include "sync/crypto.h"
#include "sync/store/home.h"

namespace relais::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t session_bytes_max = 256;

fs::path login_folder(const std::string& home) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const bool there = runtime != nullptr && *runtime != '\0';
  return there ? fs::path(runtime) / "relais" : fs::path(home) / "run";
}

/// Several homes of one account have a file each.
fs::path login_path(const std::string& home) {
  std::error_code none;
  const std::string whole = fs::weakly_canonical(home, none).string();
  const auto name = sync::hash128({whole, std::to_string(::getuid())});
  return login_folder(home) /
         sync::to_hex(
             {reinterpret_cast<const char*>(name.data()), name.size()});
}

}  // namespace

std::string read_login(const std::string& home) {
  return sync::read_file(login_path(home), session_bytes_max).value_or("");
}

sync::Result<> keep_login(const std::string& home, const std::string& session) {
  const fs::path folder = login_folder(home);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) {
    return sync::fail(sync::Errc::denied, "{0} cannot be opened: {1}.",
                      {folder.string(), sync::system_reason(failed.value())});
  }
  return sync::write_file_durably(login_path(home), session,
                                  sync::mode_private);
}

void forget_login(const std::string& home) {
  std::error_code gone_already;
  fs::remove(login_path(home), gone_already);
}

}  // namespace relais::cli
