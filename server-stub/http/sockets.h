#pragma once

#include <cstdint>

namespace relais::server {

/// No delay, little unsent, BBR where the kernel has it. What the kernel
/// refuses is left as it is.
void prepare_socket(int descriptor);

/// Bytes that the peer has acknowledged; 0 when the kernel does not say.
std::uint64_t bytes_acknowledged(int descriptor);

}  // namespace relais::server
