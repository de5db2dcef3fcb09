#pragma once

#include <string>

#include "sync/clock.h"
#include "sync/crypto.h"
#include "sync/random.h"
#include "sync/store/store.h"

namespace relais::sync {

struct ParsedFiles;

/// The keys of one machine, made on it and never exported.
struct MachineKeys {
  KeyPair sign;
  KeyPair box;
  Bytes drafts;  ///< 32 bytes: encrypts drafts until officers have keys
  DeviceId device;
};

/// Reads the keys from the store's shelf "machine", or makes them there (one
/// transaction of its own).
Result<MachineKeys> open_machine_keys(Store& store, Random& random);

/// What a machine is made of; everything outlives the replica that borrows it.
struct Machine {
  Store* store = nullptr;
  Clock* clock = nullptr;
  Random* random = nullptr;
  MachineKeys keys;
  ParsedFiles* files = nullptr;  ///< shared with others; null: its own
};

/// Small named facts on the shelf "machine": numbers and texts.
Result<std::string> fact(const Store& store, std::string_view name);
Result<> set_fact(Store& store, std::string_view name, std::string_view value);
Result<std::int64_t> number_fact(const Store& store, std::string_view name);
Result<> set_number_fact(Store& store, std::string_view name,
                         std::int64_t value);

}  // namespace relais::sync
