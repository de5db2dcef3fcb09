#include "sync/compression.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "sync/limits.h"

namespace relais::sync {
namespace {

/// What a stranger may send: any window, the size left unsaid.
Bytes frame_of(std::string_view bytes, int window_log) {
  ZSTD_CCtx* writer = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(writer, ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(writer, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(writer, ZSTD_c_compressionLevel, 1);
  Bytes out(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // Begun before the end is known, so that the window is not made smaller.
  ZSTD_compressStream2(writer, &to, &in, ZSTD_e_flush);
  while (ZSTD_compressStream2(writer, &to, &in, ZSTD_e_end) != 0) {
  }
  ZSTD_freeCCtx(writer);
  out.resize(to.pos);
  return out;
}

TEST(Compression, GivesBackWhatItTook) {
  for (const std::size_t size : {0U, 1U, 1000U, 300000U}) {
    Bytes bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>(i * i % 251);
    }
    const auto back = decompress(compress(bytes), size);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, bytes);
  }
}

TEST(Compression, RefusesABombWithoutUnpackingIt) {
  const Bytes bomb = frame_of(Bytes(16 << 20, 'a'), 20);
  ASSERT_LT(bomb.size(), 4096U);

  const auto refused = decompress(bomb, limits::packet_body_bytes_max);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::over_limit);
}

TEST(Compression, RefusesOneByteMoreThanAllowed) {
  const Bytes frame = compress(Bytes(1000, 'x'));

  EXPECT_TRUE(decompress(frame, 1000));
  ASSERT_FALSE(decompress(frame, 999));
  EXPECT_EQ(decompress(frame, 999).error().code, Errc::over_limit);
}

TEST(Compression, RefusesAWindowLargerThanTheLimit) {
  const Bytes bytes(100, 'a');
  EXPECT_TRUE(decompress(frame_of(bytes, limits::zstd_window_log_max), 100));

  const auto refused =
      decompress(frame_of(bytes, limits::zstd_window_log_max + 1), 100);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::over_limit);
}

TEST(Compression, RefusesAnythingButOneWholeFrame) {
  const Bytes frame = compress("a record of a border post");
  const Bytes skippable("\x50\x2A\x4D\x18\x01\0\0\0x", 9);
  for (const Bytes& bytes : {Bytes(), Bytes("text"), frame + "x", frame + frame,
                             skippable, skippable + frame, frame + skippable}) {
    const auto refused = decompress(bytes, 1000);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::wire_format);
  }
  for (std::size_t cut = 0; cut < frame.size(); ++cut) {
    ASSERT_FALSE(decompress(frame.substr(0, cut), 1000)) << cut;
  }
}

}  // namespace
}  // namespace relais::sync
