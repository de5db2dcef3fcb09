#pragma once

#include <string>
#include <string_view>

namespace relais::sync {

/// The text with each byte that is no UTF-8 as "\xE9": what holds the name of a
/// file, which may be anything, can then be put into a message.
std::string as_utf8(std::string_view text);

}  // namespace relais::sync
