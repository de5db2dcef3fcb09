#pragma once

#include <vector>

#include "client/net/liveness.h"

namespace relais::client {

/// No delay, little unsent, BBR where the kernel has it. What the kernel
/// refuses is left as it is.
void prepare_socket(int descriptor);

/// The progress of connections together; those that are not TCP count nothing.
Progress progress_of(const std::vector<int>& descriptors);

}  // namespace relais::client
