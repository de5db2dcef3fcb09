#include "client/cli/input_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "sync/control/reason.h"

namespace relais::cli {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

tl::unexpected<sync::Error> unreadable(const std::string& path, int error) {
  const Errc code = error == ENOENT ? Errc::not_found : Errc::invalid;
  return fail(code, "The file {0} cannot be read: {1}.",
              {path, sync::system_reason(error)});
}

/// The pieces of several files: what a source of input remembers.
struct Pieces {
  std::vector<InputFile> files;
  std::size_t at = 0;
  std::string ahead;  ///< read, and not yet known whether it is the last
  bool begun = false;

  Result<std::optional<proto::Input>> next() {
    if (at == files.size()) return std::nullopt;
    if (!begun) {
      auto first = files[at].read(sync::control_piece_bytes);
      if (!first) return fail(first.error());
      ahead = *std::move(first);
      begun = true;
    }
    auto following = files[at].read(sync::control_piece_bytes);
    if (!following) return fail(following.error());
    proto::Input input;
    input.set_bytes(std::exchange(ahead, *std::move(following)));
    if (ahead.empty()) {
      input.set_last(true);
      begun = false;
      ++at;
    }
    return input;
  }
};

}  // namespace

void InputFile::Close::operator()(std::FILE* file) const {
  if (file != stdin) std::fclose(file);
}

Result<InputFile> InputFile::open(const std::string& path) {
  InputFile input;
  input.path_ = path;
  input.file_.reset(path == "-" ? stdin : std::fopen(path.c_str(), "rbe"));
  if (input.file_ == nullptr) return unreadable(path, errno);
  struct stat found {};
  if (fstat(fileno(input.file_.get()), &found) == 0 && S_ISDIR(found.st_mode)) {
    return unreadable(path, EISDIR);
  }
  return input;
}

Result<std::string> InputFile::read(std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(std::fread(bytes.data(), 1, size, file_.get()));
  if (bytes.empty() && std::ferror(file_.get()) != 0) {
    return unreadable(path_, errno);
  }
  return bytes;
}

int InputFile::next() {
  return getc_unlocked(file_.get());
}

Result<> InputFile::check() const {
  if (std::ferror(file_.get()) != 0) return unreadable(path_, errno);
  return {};
}

sync::InputSource pieces_of(std::vector<InputFile> files) {
  auto pieces = std::make_shared<Pieces>();
  pieces->files = std::move(files);
  return [pieces] { return pieces->next(); };
}

bool LineReader::read(Line& line) {
  line = {.number = number_ + 1, .bytes = {}};
  bool quoted = false;
  while (true) {
    const int byte = file_.next();
    if (byte == EOF) return !line.bytes.empty();
    if (byte == '"' && csv_) quoted = !quoted;
    if (byte == '\n') {
      ++number_;
      // A line past the limit ends here even inside quotes, so that one
      // stray quote does not swallow the file.
      if (!quoted || line.too_long) break;
    }
    if (line.bytes.size() < line_bytes_max) {
      line.bytes += static_cast<char>(byte);
    } else {
      line.too_long = true;
    }
  }
  if (line.bytes.ends_with('\r')) line.bytes.pop_back();
  return true;
}

Result<std::optional<Line>> LineReader::next() {
  Line line;
  while (read(line)) {
    if (line.number == 1 && line.bytes.starts_with(byte_order_mark)) {
      line.bytes.erase(0, byte_order_mark.size());
    }
    if (line.bytes.find_first_not_of(" \t\r") != std::string::npos) {
      return line;
    }
  }
  if (auto whole = file_.check(); !whole) return fail(whole.error());
  return std::nullopt;
}

}  // namespace relais::cli
