#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/replica/headquarters.h"

namespace relais::sync {

/// Headquarters: wrong PINs, ten in a row and more, that machines told of. The
/// most that each told of one officer is kept. In the caller's transaction.
Result<> note_pin_alarms(Headquarters& headquarters, const DeviceId& device,
                         const proto::Hello& hello);
Result<std::vector<proto::PinAlarm>> pin_alarms_of(
    const Headquarters& headquarters, const DeviceId& device);
/// He has a new code: whoever tried his old PIN tried in vain.
Result<> forget_pin_alarms_about(Headquarters& headquarters,
                                 const std::string& person);

/// A post: what it has to tell of (people.h), by officer.
inline constexpr std::string_view told_alarm_shelf = "pin.alarm";
/// A number that a shelf keeps as text; 0: none.
std::int64_t pin_count(const Store& store, std::string_view place,
                       std::string_view key);

}  // namespace relais::sync
