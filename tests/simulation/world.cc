#include "tests/simulation/world.h"

#include "sync/check.h"
#include "tests/support/field.h"

namespace relais::simulation {
namespace {

namespace fs = std::filesystem;

constexpr const char* posts[] = {"DIB", "GOG", "DIB", "KAY",
                                 "GOG", "ZEG", "HER", "KAY"};
constexpr std::int64_t founded = 1'779'900'000'000;

fs::path file_of(const fs::path& folder, std::size_t machine) {
  return folder / ("m" + std::to_string(machine) + ".db");
}

/// Every world of so many machines begins with the same disks: published and
/// enrolled once.
void found(const fs::path& folder, std::size_t count) {
  seed_crypto(count);
  const std::int64_t now = founded;
  Machine headquarters(Machine::Kind::headquarters, "HQ", folder / "hq.db", now,
                       1000);
  CHECK(headquarters.start());
  auto published = headquarters.replica().transact([&]() -> sync::Result<> {
    test::publish_all(headquarters.headquarters());
    return {};
  });
  CHECK(published);
  for (std::size_t i = 0; i < count; ++i) {
    Machine machine(Machine::Kind::post, posts[i], file_of(folder, i), now, i);
    CHECK(machine.start());
    test::enrol(headquarters.headquarters(), machine.post(), posts[i]);
  }
}

const fs::path& beginning(const fs::path& folder, std::size_t count) {
  static std::map<std::size_t, fs::path> known;
  fs::path& begun = known[count];
  if (begun.empty()) {
    begun = folder / ("of-" + std::to_string(count));
    fs::create_directories(begun);
    found(begun, count);
  }
  return begun;
}

std::string letter_of(Machine& machine) {
  const auto enrolment = machine.post().enrolment();
  CHECK(enrolment);
  return enrolment->post + "-" + enrolment->letter;
}

}  // namespace

World::World(std::uint64_t seed, fs::path home, Tally& all, bool aloud)
    : dice(seed), trace(aloud), tally(all), folder(std::move(home)) {
  const std::size_t count = 2 + dice.below(std::size(posts) - 1);
  const fs::path& begun = beginning(folder.parent_path(), count);
  seed_crypto(dice.next());
  headquarters = std::make_unique<Machine>(Machine::Kind::headquarters, "HQ",
                                           folder / "hq.db", now, dice.next());
  headquarters->take_disk(begun / "hq.db");
  CHECK(headquarters->start());
  for (std::size_t i = 0; i < count; ++i) {
    const fs::path file = file_of(folder, i);
    const std::string name = posts[i] + ("-" + std::to_string(i));
    machines.push_back(std::make_unique<Machine>(Machine::Kind::post, name,
                                                 file, now, dice.next()));
    machines.back()->take_disk(file_of(begun, i));
    CHECK(machines.back()->start());
  }
  rates.link = dice.chance(30) ? 0 : static_cast<int>(dice.below(60));
  rates.stick = dice.chance(30) ? 0 : static_cast<int>(dice.below(60));
  rates.disk = dice.chance(30) ? 0 : static_cast<int>(dice.below(25));
}

std::vector<Machine*> World::everybody() {
  std::vector<Machine*> all = {headquarters.get()};
  for (const auto& machine : machines) all.push_back(machine.get());
  return all;
}

Machine& World::enrol(const std::string& post) {
  const std::size_t number = machines.size();
  const std::string name = post + "-" + std::to_string(number);
  machines.push_back(std::make_unique<Machine>(
      Machine::Kind::post, name, file_of(folder, number), now, dice.next()));
  Machine& made = *machines.back();
  CHECK(made.start());
  test::enrol(headquarters->headquarters(), made.post(), post);
  say(name + " is enrolled as " + letter_of(made));
  return made;
}

}  // namespace relais::simulation
