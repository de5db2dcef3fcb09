#include "sync/compression.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <memory>

#include "sync/check.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

tl::unexpected<Error> not_a_frame() {
  return fail(Errc::wire_format,
              "The compressed data is damaged or incomplete. Send or export it "
              "again.");
}

/// A real frame, not one of the kinds that a reader is told to skip.
bool begins_like_a_frame(std::string_view bytes) {
  constexpr std::string_view magic = "\x28\xB5\x2F\xFD";
  return bytes.starts_with(magic);
}

struct FreeReader {
  void operator()(ZSTD_DCtx* reader) const { ZSTD_freeDCtx(reader); }
};
using Reader = std::unique_ptr<ZSTD_DCtx, FreeReader>;

Reader open_reader() {
  Reader reader(ZSTD_createDCtx());
  CHECK(reader != nullptr);
  CHECK(!ZSTD_isError(ZSTD_DCtx_setParameter(reader.get(), ZSTD_d_windowLogMax,
                                             limits::zstd_window_log_max)));
  return reader;
}

tl::unexpected<Error> refused(std::size_t zstd_code) {
  if (ZSTD_getErrorCode(zstd_code) ==
      ZSTD_error_frameParameter_windowTooLarge) {
    return fail(
        Errc::over_limit,
        "The compressed data asks for a window larger than {0} bytes. It was "
        "refused; have it sent again by an unaltered program.",
        {std::to_string(1ULL << limits::zstd_window_log_max)});
  }
  return not_a_frame();
}

}  // namespace

Bytes compress(std::string_view bytes) {
  Bytes out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t written = ZSTD_compress(
      out.data(), out.size(), bytes.data(), bytes.size(), limits::zstd_level);
  CHECK(!ZSTD_isError(written));
  out.resize(written);
  return out;
}

Result<Bytes> decompress(std::string_view frame, std::size_t bytes_max) {
  if (!begins_like_a_frame(frame)) {
    return not_a_frame();
  }
  const Reader reader = open_reader();
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  Bytes out;
  Bytes piece(ZSTD_DStreamOutSize(), '\0');
  for (;;) {
    ZSTD_outBuffer to{piece.data(), piece.size(), 0};
    const std::size_t more = ZSTD_decompressStream(reader.get(), &to, &in);
    if (ZSTD_isError(more)) return refused(more);
    if (to.pos > bytes_max - out.size()) {
      return fail(
          Errc::over_limit,
          "The compressed data is larger than {0} bytes once unpacked. It was "
          "refused; have it sent again by an unaltered program.",
          {std::to_string(bytes_max)});
    }
    out.append(piece.data(), to.pos);
    if (more == 0) break;
    if (to.pos == 0 && in.pos == in.size) {  // the frame is cut short
      return not_a_frame();
    }
  }
  if (in.pos != in.size) {
    return not_a_frame();
  }
  return out;
}

}  // namespace relais::sync
