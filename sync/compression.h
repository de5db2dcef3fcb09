#pragma once

#include <string_view>

#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

/// One zstd frame at limits::zstd_level.
Bytes compress(std::string_view bytes);

/// Fails with over_limit past `bytes_max` or for a window larger than
/// limits::zstd_window_log_max, with wire_format for anything that is not one
/// whole zstd frame. Never allocates more than the output it hands out plus
/// the window.
Result<Bytes> decompress(std::string_view frame, std::size_t bytes_max);

}  // namespace relais::sync
