#pragma once

namespace relais::sync {

/// First thing in a program that secrets pass through: no core is dumped and
/// no other process of the account reads this one's memory.
void keep_memory_private();
/// Its pages stay out of the swap, where the system lets an account lock them;
/// else the swap must be encrypted (docs/security.md). For programs that live
/// for one report: a daemon's memory is counted.
void keep_out_of_swap();

}  // namespace relais::sync
