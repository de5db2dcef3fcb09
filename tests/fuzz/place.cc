#include "tests/fuzz/place.h"

namespace relais::fuzz {
namespace {

Party party_of(test::Node& machine) {
  const sync::MachineKeys& keys = machine.replica().keys();
  return {keys.sign, keys.box, keys.device};
}

}  // namespace

Place& Place::here() {
  static Place place;
  return place;
}

Place::Place() : post_(&field_.machine("DIB")) {
  field_.sync(*post_);
  post_->create("incident", test::an_incident(), test::chief_of_dib, true);
  field_.sync(*post_);
  post_->create("incident", test::an_incident(), test::chief_of_dib, true);
  up_ = {party_of(*post_), party_of(headquarters()), proto::LANE_URGENT};
  down_ = {up_.to, up_.from, proto::LANE_FEED};
}

void Place::undo(test::Node& machine, const std::function<void()>& work) {
  const auto undone = machine.replica().transact([&]() -> sync::Result<> {
    work();
    return sync::fail(sync::Errc::cancelled, "Stopped, as asked.");
  });
  CHECK(!undone && undone.error().code == sync::Errc::cancelled);
}

void Place::restore_after(test::Node& machine,
                          const std::function<void()>& work) {
  // As Field names them. Every commit writes to the log beside the database.
  const std::string disk =
      field_.folder / (&machine == post_ ? "m0.db" : "hq.db");
  const std::string before = disk + ".before";
  if (!memory_.has(before)) {
    machine.copy_to(before);
    machine.become(before);
  }
  const std::size_t log = memory_.size(disk + "-wal");
  work();
  if (memory_.size(disk + "-wal") != log) machine.become(before);
}

}  // namespace relais::fuzz
