#include "tests/simulation/world.h"

#include "sync/check.h"
#include "tests/support/field.h"

namespace relais::simulation {
namespace {

namespace fs = std::filesystem;

/// The first two share what their post has.
constexpr const char* posts[] = {"DIB", "DIB", "GOG", "KAY",
                                 "GOG", "ZEG", "HER", "KAY"};
constexpr std::size_t machines_max = 11;
constexpr std::int64_t founded = 1'779'900'000'000;

/// Every world of this process reads the same published files.
sync::ParsedFiles& publications() {
  static sync::ParsedFiles read;
  return read;
}

fs::path file_of(const fs::path& folder, std::size_t machine) {
  return folder / ("m" + std::to_string(machine) + ".db");
}

/// Every world of so many machines begins with the same disks: published and
/// enrolled once.
void found(test::MemoryFiles& files, std::size_t count) {
  seed_crypto(count);
  const std::int64_t now = founded;
  const Ground ground{now, files, publications()};
  Machine headquarters(Machine::Kind::headquarters, "HQ", "hq.db", ground,
                       1000);
  CHECK(headquarters.start());
  auto done = headquarters.replica().transact([&]() -> sync::Result<> {
    test::publish_all(headquarters.headquarters());
    return {};
  });
  CHECK(done);
  for (std::size_t i = 0; i < count; ++i) {
    Machine machine(Machine::Kind::post, posts[i], file_of({}, i), ground, i);
    CHECK(machine.start());
    test::enrol(headquarters.headquarters(), machine.post(), posts[i]);
  }
}

const test::MemoryFiles& beginning(std::size_t count) {
  static std::map<std::size_t, test::MemoryFiles> known;
  const auto [begun, first] = known.try_emplace(count);
  if (first) found(begun->second, count);
  return begun->second;
}

std::string letter_of(Machine& machine) {
  const auto enrolment = machine.post().enrolment();
  CHECK(enrolment);
  return enrolment->post + "-" + enrolment->letter;
}

}  // namespace

World::World(std::uint64_t seed, Tally& all, bool aloud)
    : dice(seed), trace(aloud), tally(all) {
  // Small worlds and quiet days are many: they are soon lived.
  const std::size_t count =
      2 + dice.below(1 + dice.below(std::size(posts) - 1));
  const test::MemoryFiles& begun = beginning(count);
  seed_crypto(dice.next());
  headquarters =
      std::make_unique<Machine>(Machine::Kind::headquarters, "HQ",
                                folder / "hq.db", ground(), dice.next());
  headquarters->take_disk(begun, "hq.db");
  CHECK(headquarters->start());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = posts[i] + ("-" + std::to_string(i));
    make(name).take_disk(begun, file_of({}, i));
    CHECK(machines.back()->start());
  }
  rates.busy = 2 + dice.below(1 + dice.below(11));
  rates.link = dice.chance(30) ? 0 : static_cast<int>(dice.below(60));
  rates.stick = dice.chance(30) ? 0 : static_cast<int>(dice.below(60));
  rates.restores = dice.chance(50) ? 0 : 1;
  rates.fates = dice.chance(50) ? 0 : 1 + static_cast<int>(dice.below(4));
  rates.disk = dice.chance(30) ? 0 : static_cast<int>(dice.below(25));
}

void World::say(const std::string& line) {
  const std::string number =
      event > 0 ? "#" + std::to_string(event) + " " : std::string();
  trace.say(now, number + line);
}

std::vector<Machine*> World::everybody() {
  std::vector<Machine*> all = {headquarters.get()};
  for (const auto& machine : machines) all.push_back(machine.get());
  return all;
}

Ground World::ground() {
  return {now, files, publications()};
}

Machine& World::make(const std::string& name) {
  const fs::path file = file_of(folder, made++);
  machines.push_back(std::make_unique<Machine>(Machine::Kind::post, name, file,
                                               ground(), dice.next()));
  return *machines.back();
}

Machine& World::enrol(const std::string& post) {
  Machine& machine = make(post + "-" + std::to_string(made));
  machine.late = true;
  CHECK(machine.start());
  test::enrol(headquarters->headquarters(), machine.post(), post);
  say(machine.name() + " is enrolled as " + letter_of(machine));
  return machine;
}

Machine& World::any_machine() {
  std::vector<Machine*> open;
  for (const auto& machine : machines) {
    if (!machine->left && !machine->hostile) open.push_back(machine.get());
  }
  return *dice.pick(open);
}

bool World::is_full() const {
  return machines.size() >= machines_max;
}

}  // namespace relais::simulation
