#include "server-stub/admin/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <utility>

#include "sync/control/framing.h"
#include "sync/control/reason.h"
#include "sync/store/home.h"

namespace relais::admin {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

tl::unexpected<sync::Error> cannot_write(const std::filesystem::path& path,
                                         int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return fail(Errc::disk_full,
                "The disk is full: {0} cannot be written. Free some space and "
                "try again.",
                {path.string()});
  }
  return fail(Errc::invalid, "{0} cannot be written: {1}",
              {path.string(), sync::system_reason(error)});
}

std::shared_ptr<std::istream> open_stream(const std::string& path) {
  if (path == "-") return {&std::cin, [](std::istream*) {}};
  return std::make_shared<std::ifstream>(path, std::ios::binary);
}

/// The next line, however long the file says it is: of one that no import
/// takes only so much is kept that it is seen to be too long.
bool read_line(std::istream& stream, std::string& line) {
  line.clear();
  std::streambuf& from = *stream.rdbuf();
  constexpr int end = std::streambuf::traits_type::eof();
  int byte = from.sbumpc();
  if (byte == end) return false;
  for (; byte != end && byte != '\n'; byte = from.sbumpc()) {
    if (line.size() <= sync::import_line_bytes_max) {
      line += static_cast<char>(byte);
    }
  }
  return true;
}

/// A quote that is open goes on in the next line.
bool is_whole(const std::string& record) {
  std::size_t quotes = 0;
  for (const char one : record) quotes += one == '"' ? 1 : 0;
  return quotes % 2 == 0;
}

}  // namespace

TargetFile::TargetFile(std::filesystem::path path)
    : path_(std::move(path)), part_(path_) {
  part_ += ".part";
}

TargetFile::~TargetFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(part_.c_str());
}

Result<> TargetFile::write(std::string_view bytes) {
  if (file_ < 0) {
    ::unlink(part_.c_str());
    file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                   sync::mode_private);
    if (file_ < 0) return cannot_write(path_, errno);
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> TargetFile::finish() {
  if (file_ < 0) return {};
  const bool closed = ::close(std::exchange(file_, -1)) == 0;
  auto published = closed ? sync::publish_file(part_, path_)
                          : Result<>(cannot_write(path_, errno));
  if (!published) ::unlink(part_.c_str());
  return published;
}

Result<> check_readable(const std::string& path) {
  if (path == "-") return {};
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return fail(Errc::not_found, "There is no file {0}", {path});
  }
  const bool file = std::filesystem::is_regular_file(path, error);
  if (file && ::access(path.c_str(), R_OK) == 0) return {};
  return fail(Errc::denied, "The file {0} may not be read", {path});
}

sync::InputSource source_of_files(std::vector<std::string> paths) {
  struct State {
    std::vector<std::string> paths;
    std::size_t at = 0;
    std::shared_ptr<std::istream> stream;
  };
  auto state = std::make_shared<State>(State{std::move(paths), 0, nullptr});
  return [state]() -> Result<std::optional<proto::Input>> {
    if (state->at == state->paths.size()) return std::optional<proto::Input>();
    if (!state->stream) state->stream = open_stream(state->paths[state->at]);
    proto::Input input;
    std::string& bytes = *input.mutable_bytes();
    bytes.resize(sync::control_piece_bytes);
    state->stream->read(bytes.data(),
                        static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(state->stream->gcount()));
    if (bytes.size() < sync::control_piece_bytes) {
      input.set_last(true);
      state->stream.reset();
      ++state->at;
    }
    return std::optional<proto::Input>(std::move(input));
  };
}

Result<sync::InputSource> source_of_lines(
    const std::string& path, bool csv,
    std::function<void(const std::string&)> first) {
  if (auto readable = check_readable(path); !readable) {
    return fail(readable.error());
  }
  struct State {
    std::shared_ptr<std::istream> stream;
    std::uint64_t number = 0;  ///< of the last line read
    std::function<void(const std::string&)> first;
  };
  auto state =
      std::make_shared<State>(State{open_stream(path), 0, std::move(first)});
  return sync::InputSource(
      [state, csv]() -> Result<std::optional<proto::Input>> {
        proto::Input input;
        std::string& bytes = *input.mutable_bytes();
        std::string line;
        while (read_line(*state->stream, line)) {
          ++state->number;
          if (state->number == 1 && line.starts_with(byte_order_mark)) {
            line.erase(0, byte_order_mark.size());
          }
          if (bytes.empty()) input.set_line(state->number);
          bytes += line;
          if (csv && !is_whole(bytes) &&
              bytes.size() <= sync::import_line_bytes_max) {
            bytes += '\n';
            continue;
          }
          if (!bytes.empty() && bytes.back() == '\r') bytes.pop_back();
          if (!bytes.empty()) break;
        }
        if (bytes.empty()) return std::optional<proto::Input>();
        if (state->first) std::exchange(state->first, nullptr)(bytes);
        input.set_last(bytes.size() <= sync::import_line_bytes_max);
        if (!input.last()) bytes.resize(sync::import_line_bytes_max);
        return std::optional<proto::Input>(std::move(input));
      });
}

}  // namespace relais::admin
