#include "tests/simulation/roads.h"

#include <optional>

#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "tests/simulation/oracles.h"

namespace relais::simulation {
namespace {

using sync::Bytes;

constexpr std::size_t frames_of_one_commit = 4;
constexpr std::size_t answer_bytes = 1024 * 1024;
constexpr std::size_t file_bytes = 64 * 1024 * 1024;
constexpr std::size_t remembered_max = 64;
constexpr int requests_max = 40;

void flip(World& world, Bytes& bytes) {
  if (bytes.empty()) return;
  char& one = bytes[world.dice.below(bytes.size())];
  one = static_cast<char>(one ^ (1 << world.dice.below(8)));
}

/// What headquarters makes of a request's bytes, as far as they came. Nothing:
/// it does not know the machine, its disk failed, or the bytes are no session.
std::optional<Bytes> receive(Machine& there, const sync::DeviceId& device,
                             std::string_view bytes, bool whole) {
  sync::FrameReader reader;
  reader.feed(bytes);
  std::optional<sync::HeadquartersSession> session;
  for (bool more = true; more;) {
    auto taken = there.replica().transact([&]() -> sync::Result<> {
      const auto line = there.headquarters().device(device);
      if (!line) return fail(line.error());
      if (!*line || (*line)->retired) {
        return sync::fail(sync::Errc::denied, "unknown");
      }
      if (!session) session.emplace(there.headquarters(), device);
      for (std::size_t i = 0; i < frames_of_one_commit; ++i) {
        auto frame = reader.next();
        if (!frame) return fail(frame.error());
        more = frame->has_value();
        if (!more) break;
        auto heard = session->on_frame(**frame);
        if (!heard) return heard;
      }
      return {};
    });
    if (!taken) return std::nullopt;
  }
  if (!whole || !reader.at_boundary() || !session->said_hello()) {
    return std::nullopt;
  }
  auto answer = session->answer(answer_bytes);
  if (!answer) return std::nullopt;
  return std::move(*answer);
}

/// A machine that a restored headquarters has forgotten says who it is.
void introduce(World& world, Machine& machine) {
  Machine& there = *world.headquarters;
  const auto line = there.headquarters().device(machine.device());
  if (!line || *line) return;
  const auto frames = machine.post().introduction();
  if (!frames || frames->size() < 2) return;
  auto known = there.replica().transact([&]() -> sync::Result<> {
    auto again = there.headquarters().readmit((*frames)[1].grant(),
                                              (*frames)[0].join().keys());
    return again ? sync::Result<>() : fail(again.error());
  });
  if (known) world.say(machine.name() + " is known again");
}

enum class Accident { none, cut_up, cut_down, damaged, twice };

Accident accident(World& world, bool healthy) {
  if (healthy || !world.dice.chance(world.rates.link)) return Accident::none;
  return world.dice.pick(std::vector<Accident>{
      Accident::cut_up, Accident::cut_up, Accident::cut_down,
      Accident::cut_down, Accident::damaged, Accident::twice});
}

/// One request and its answer; nothing: the link was cut. `left`: bytes that
/// left the machine, as far as it knows.
std::optional<Bytes> exchange(World& world, Machine& machine, Bytes body,
                              bool healthy, std::size_t& left) {
  Machine& there = *world.headquarters;
  left = body.size();
  const Accident what = accident(world, healthy);
  if (what == Accident::cut_up) {
    world.count("link: request cut");
    left = world.dice.below(body.size());
    receive(there, machine.device(), std::string_view(body).substr(0, left),
            false);
    return std::nullopt;
  }
  if (what == Accident::damaged) {
    world.count("link: damaged");
    flip(world, body);
  }
  if (what == Accident::twice) {
    world.count("link: request twice");
    receive(there, machine.device(), body, true);
  }
  auto answer = receive(there, machine.device(), body, true);
  if (what == Accident::none && world.requests.size() < remembered_max) {
    world.requests.push_back(Bytes(machine.device().view()) + body);
  }
  if (answer && what == Accident::cut_down) {
    world.count("link: answer cut");
    answer->resize(world.dice.below(answer->size()));
  }
  return answer;
}

/// The session, until it ends or something fails.
bool talk(World& world, Machine& machine, bool healthy) {
  sync::SessionBudget budget;
  if (!healthy) {
    budget.bytes = std::size_t{1024} << world.dice.below(10);
    budget.packet = std::size_t{512} << world.dice.below(7);
  }
  sync::PostSession session(machine.post(), budget, machine.cut);
  machine.cut = true;
  for (int requests = 0;; ++requests) {
    if (requests > requests_max) {
      throw Broken(machine.name() + " never ends its session");
    }
    auto body = session.next();
    if (!body) return false;
    if (!*body) break;
    std::size_t left = 0;
    auto answer = exchange(world, machine, std::move(**body), healthy, left);
    if (!session.on_uploaded(left)) return false;
    if (!answer || !session.on_answer(*answer)) {
      world.say(machine.name() + ": the session is cut");
      return false;
    }
    machine.heard = world.restores;
  }
  machine.cut = false;
  const sync::SessionReport& report = session.report();
  for (const sync::Sentence& alarm : report.alarms) {
    world.say(machine.name() + " is told: " + alarm.id);
  }
  world.say(machine.name() + " synced: " + std::to_string(report.packets_sent) +
            " packets up, " + std::to_string(report.packets_taken) + " down");
  return report.packets_sent + report.packets_taken == 0;
}

Bytes file_of(World& world, Machine& machine) {
  auto file = sync::cut_post_file(machine.post(), std::nullopt, file_bytes);
  if (!file) return {};
  auto marked = machine.replica().transact([&]() -> sync::Result<> {
    for (const sync::Reach& reach : file->reach) {
      auto sent = machine.post().mark_sent(reach.journal, reach.last);
      if (!sent) return sent;
    }
    return {};
  });
  if (!marked) return {};
  world.say(machine.name() + " writes a file");
  return std::move(file->bytes);
}

sync::Result<Bytes> certify(std::string_view, const sync::DeviceId&) {
  return Bytes("certificate");
}

void deliver(World& world, const Stick& stick) {
  Machine& to = *stick.to;
  if (to.is_headquarters()) {
    auto read =
        sync::read_headquarters_file(to.headquarters(), stick.bytes, certify);
    world.say("HQ reads a file" +
              (read ? ": " + std::to_string(read->packets) + " packets, " +
                          std::to_string(read->refusals.size()) + " refusals"
                    : std::string(", in vain")));
  } else {
    auto read = sync::read_post_file(to.post(), stick.bytes);
    world.say(to.name() + " reads a file" +
              std::string(read ? "" : ", in vain"));
  }
}

}  // namespace

bool sync_over_link(World& world, Machine& machine, bool healthy) {
  bool quiet = false;
  introduce(world, machine);
  on_disks_of(world, {world.headquarters.get(), &machine},
              [&] { quiet = talk(world, machine, healthy); });
  world.count("sessions");
  check_held(world, machine);
  return quiet;
}

void write_up(World& world, Machine& machine) {
  on_disks_of(world, {&machine}, [&] {
    Bytes bytes = file_of(world, machine);
    if (!bytes.empty()) {
      world.sticks.push_back({std::move(bytes), world.headquarters.get()});
    }
  });
}

void write_down(World& world, Machine& machine) {
  auto bytes = sync::write_headquarters_file(world.headquarters->headquarters(),
                                             machine.device(), "root", {});
  if (!bytes) return;
  world.say("HQ writes a file for " + machine.name());
  world.sticks.push_back({std::move(*bytes), &machine});
}

void carry(World& world) {
  if (world.sticks.empty()) return;
  const std::size_t which = world.dice.below(world.sticks.size());
  Stick stick = world.sticks[which];
  world.count("files carried");
  const bool accident = world.dice.chance(world.rates.stick);
  const bool stays = accident && world.dice.chance(50);
  if (which > 0) world.count("file: out of order");
  if (stays) world.count("file: carried again");
  if (!stays) {
    world.sticks.erase(world.sticks.begin() +
                       static_cast<std::ptrdiff_t>(which));
  }
  if (accident && !stays) {
    const std::size_t how = world.dice.below(4);
    if (how == 0) return world.count("file: lost");
    if (how == 1) stick.bytes.resize(world.dice.below(stick.bytes.size()));
    if (how == 2) flip(world, stick.bytes);
    if (how == 3) stick.to = &world.any_machine();
    world.count(how == 3 ? "file: to the wrong place" : "file: damaged");
  }
  on_disks_of(world, {stick.to}, [&] { deliver(world, stick); });
  check_held(world, *stick.to);
}

void replay(World& world) {
  if (world.requests.empty()) return;
  const Bytes& old = world.dice.pick(world.requests);
  world.count("link: old request again");
  world.say("an old request comes again");
  const auto device = sync::DeviceId::from_bytes(old.substr(0, 16));
  on_disks_of(world, {world.headquarters.get()}, [&] {
    receive(*world.headquarters, *device, std::string_view(old).substr(16),
            true);
  });
}

void carry_up_now(World& world, Machine& machine) {
  const Bytes bytes = file_of(world, machine);
  if (!bytes.empty()) deliver(world, {bytes, world.headquarters.get()});
}

}  // namespace relais::simulation
