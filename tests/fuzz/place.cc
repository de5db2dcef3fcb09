#include "tests/fuzz/place.h"

namespace relais::fuzz {
namespace {

namespace fs = std::filesystem;

/// Every commit writes to the log beside the database.
fs::file_time_type last_write(fs::path disk) {
  disk += "-wal";
  return fs::last_write_time(disk);
}

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
  // As Field names them.
  const auto disk = field_.folder / (&machine == post_ ? "m0.db" : "hq.db");
  auto before = disk;
  before += ".before";
  if (!fs::exists(before)) machine.copy_to(before);
  const auto written = last_write(disk);
  work();
  if (last_write(disk) != written) machine.become(before);
}

}  // namespace relais::fuzz
