#pragma once

#include <string>
#include <string_view>

#include "sync/record/change.h"
#include "sync/result.h"

namespace relais::sync {

/// A place in a record as a person writes it:
///
///   field   field[ROW].column   field[ROW]   field[+].column   field[+]
///
/// ROW is a row's natural key or its id as `show` prints it. "[+]" is a new
/// row, or a new entry of a log.
struct WrittenAddress {
  Address address;  ///< row is empty when `new_row`
  bool new_row = false;
};

/// Fails with invalid, showing what was written and how it should look.
Result<WrittenAddress> parse_address(std::string_view text);

/// The address at the front of `text`, up to a "=" or the end; takes it away.
Result<WrittenAddress> take_address(std::string_view& text);

/// What parse_address() reads back. The lifecycle is "state".
std::string print_address(const Address& address);

}  // namespace relais::sync
