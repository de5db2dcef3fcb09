#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/crash/trial.h"

namespace relais::crash {

/// Somebody with SQLite's tools and our own sums, but without the machine's
/// key, is at a journal of 500 rows: each row in turn has a byte changed (its
/// sum left, or made anew; its leaf made anew), is taken out, doubled behind
/// the end, or changes places with the next: with `all` in each of these ways,
/// else in two or three of the seven. The audit must say so, and name the
/// place.
Outcome alter_rows(const fs::path& folder, std::uint64_t seed, bool all);

/// Each byte of a .relais file of 64 KiB in turn is another, is taken out, or
/// has one put before it (these two at one place in `every`). Headquarters
/// must take nothing of the item that it stands in, and say so.
Outcome alter_bytes(std::uint64_t seed, std::size_t every);

}  // namespace relais::crash
