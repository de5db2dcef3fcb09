#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "sync/sealed/ring.h"
#include "sync/store/home.h"

namespace relais::sync {
namespace {

/// Two copies of the ring, and no more whatever lies there.
constexpr std::size_t file_bytes_max = 1024UL * 1024;

tl::unexpected<Error> cannot_write(const std::filesystem::path& path) {
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return fail(full ? Errc::disk_full : Errc::corrupt,
              "{0} cannot be written: see `relais doctor` for what the disk "
              "needs",
              {path.string()});
}

class DiskRingFile final : public RingFile {
 public:
  DiskRingFile(int descriptor, std::filesystem::path path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  DiskRingFile(const DiskRingFile&) = delete;
  DiskRingFile& operator=(const DiskRingFile&) = delete;
  ~DiskRingFile() override { ::close(descriptor_); }

  Result<Bytes> read() override { return read_file(path_, file_bytes_max); }

  Result<> write(std::size_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t done = ::pwrite(descriptor_, bytes.data(), bytes.size(),
                                    static_cast<off_t>(offset));
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return cannot_write(path_);
      bytes.remove_prefix(static_cast<std::size_t>(done));
      offset += static_cast<std::size_t>(done);
    }
    return {};
  }

  Result<> sync() override {
    return ::fsync(descriptor_) == 0 ? Result<>() : cannot_write(path_);
  }

 private:
  int descriptor_;
  std::filesystem::path path_;
};

}  // namespace

Result<std::unique_ptr<RingFile>> open_ring_file(
    const std::filesystem::path& path) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode_private);
  if (descriptor < 0) return cannot_write(path);
  auto file = std::make_unique<DiskRingFile>(descriptor, path);
  if (::fchmod(descriptor, mode_private) != 0) return cannot_write(path);
  if (auto kept = sync_folder(path.parent_path()); !kept) {
    return fail(kept.error());
  }
  return std::unique_ptr<RingFile>(std::move(file));
}

}  // namespace relais::sync
