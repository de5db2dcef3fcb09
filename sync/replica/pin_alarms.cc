#include "sync/replica/pin_alarms.h"

#include <algorithm>
#include <utility>

#include "sync/replica/people.h"
#include "sync/replica/shelf_key.h"

namespace relais::sync {
namespace {

constexpr std::string_view pin_alarm_shelf = "device.pin";
/// A machine tells no more of them at once: a forged greeting fills no disk.
constexpr int pin_alarms_max = 256;
constexpr std::size_t matricule_bytes_max = 64;

}  // namespace

Result<> note_pin_alarms(Headquarters& headquarters, const DeviceId& device,
                         const proto::Hello& hello) {
  if (hello.pin_alarm_size() > pin_alarms_max) {
    return fail(Errc::over_limit,
                "A greeting tells of more wrong PINs than a post has officers");
  }
  auto known = pin_alarms_of(headquarters, device);
  if (!known) return fail(known.error());
  const auto tables = headquarters.replica().publications().newest_tables();
  const Table* officers = tables ? tables->find("officer") : nullptr;
  for (const proto::PinAlarm& told : hello.pin_alarm()) {
    const std::string& person = told.person();
    if (person.size() > matricule_bytes_max || officers == nullptr ||
        officers->find(person) < 0) {
      continue;
    }
    const auto before =
        std::find_if(known->begin(), known->end(),
                     [&](const auto& one) { return one.person() == person; });
    if (before != known->end() && before->count() >= told.count()) continue;
    auto put = headquarters.replica().store().put(pin_alarm_shelf,
                                                  Bytes(device.view()) + person,
                                                  std::to_string(told.count()));
    if (!put) return put;
  }
  return {};
}

Result<std::vector<proto::PinAlarm>> pin_alarms_of(
    const Headquarters& headquarters, const DeviceId& device) {
  std::vector<proto::PinAlarm> all;
  auto read = headquarters.replica().store().scan(
      pin_alarm_shelf, device.view(), [&](auto key, auto count) {
        if (!key.starts_with(device.view())) return false;
        proto::PinAlarm& one = all.emplace_back();
        one.set_person(Bytes(key.substr(device.view().size())));
        one.set_count(
            static_cast<std::uint32_t>(std::stoul("0" + Bytes(count))));
        return true;
      });
  if (!read) return fail(read.error());
  return all;
}

Result<> forget_pin_alarms_about(Headquarters& headquarters,
                                 const std::string& person) {
  auto keys = keys_of(headquarters.replica().store(), pin_alarm_shelf);
  if (!keys) return fail(keys.error());
  for (const Bytes& key : *keys) {
    if (key.size() < DeviceId{}.view().size() ||
        key.substr(DeviceId{}.view().size()) != person) {
      continue;
    }
    if (auto gone = headquarters.replica().store().remove(pin_alarm_shelf, key);
        !gone) {
      return gone;
    }
  }
  return {};
}

std::int64_t pin_count(const Store& store, std::string_view place,
                       std::string_view key) {
  auto text = store.get(place, key);
  return text && *text ? std::stoll("0" + **text) : 0;
}

Result<std::vector<proto::PinAlarm>> pin_alarms(const Store& store) {
  std::vector<proto::PinAlarm> all;
  auto read = store.scan(told_alarm_shelf, {}, [&](auto person, auto count) {
    proto::PinAlarm& one = all.emplace_back();
    one.set_person(Bytes(person));
    one.set_count(static_cast<std::uint32_t>(std::stoul("0" + Bytes(count))));
    return true;
  });
  if (!read) return fail(read.error());
  return all;
}

Result<> forget_pin_alarms(Store& store,
                           const std::vector<proto::PinAlarm>& heard) {
  for (const proto::PinAlarm& one : heard) {
    if (pin_count(store, told_alarm_shelf, one.person()) != one.count())
      continue;
    if (auto gone = store.remove(told_alarm_shelf, one.person()); !gone)
      return gone;
  }
  return {};
}

}  // namespace relais::sync
