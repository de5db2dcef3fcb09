#include "tests/simulation/roads.h"

#include <algorithm>
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
constexpr std::size_t quiet_bytes_max = 8192;

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

enum class Accident {
  none,
  cut_up,
  cut_down,
  damaged,
  twice,
  portal,    ///< a hotel asks for a login and says that all went well
  stripped,  ///< a proxy sends the request on without its body
  cached,    ///< a proxy gives the answer of another day
  newer,     ///< both ends speak as a version to come may
};

Accident accident(World& world, bool healthy) {
  if (healthy || !world.dice.chance(world.rates.link)) return Accident::none;
  return world.dice.pick(std::vector<Accident>{
      Accident::cut_up, Accident::cut_up, Accident::cut_down,
      Accident::cut_down, Accident::damaged, Accident::twice, Accident::portal,
      Accident::stripped, Accident::cached, Accident::newer});
}

/// The same frames, the greetings with fields and a version to come.
Bytes as_a_newer_version(const Bytes& body) {
  constexpr int unknown_field = 1999;
  sync::FrameReader reader;
  reader.feed(body);
  Bytes out;
  for (auto bytes = reader.next(); bytes && *bytes; bytes = reader.next()) {
    auto frame = sync::decode_frame(**bytes);
    if (!frame) return body;
    if (frame->has_hello()) {
      proto::Hello& hello = *frame->mutable_hello();
      hello.set_protocol(hello.protocol() + 1);
      hello.add_codec(77);
      hello.GetReflection()->MutableUnknownFields(&hello)->AddVarint(
          unknown_field, 1);
    }
    if (frame->has_welcome()) {
      proto::Welcome& welcome = *frame->mutable_welcome();
      welcome.set_protocol(welcome.protocol() + 1);
      welcome.add_codec(77);
      welcome.GetReflection()->MutableUnknownFields(&welcome)->AddVarint(
          unknown_field, 1);
    }
    frame->GetReflection()->MutableUnknownFields(&*frame)->AddVarint(
        unknown_field, 1);
    out += sync::encode_frame(*frame);
  }
  return out;
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
  if (what == Accident::portal) {
    world.count("link: captive portal");
    return Bytes("<!DOCTYPE html><html><body>Bienvenue</body></html>");
  }
  if (what == Accident::stripped) {
    world.count("link: body stripped");
    body.clear();
  }
  if (what == Accident::cached && !world.answers.empty()) {
    world.count("link: answer of another day");
    receive(there, machine.device(), body, true);
    return world.dice.pick(world.answers);
  }
  if (what == Accident::newer) {
    world.count("link: a newer version");
    body = as_a_newer_version(body);
  }
  if (what == Accident::twice) {
    world.count("link: request twice");
    receive(there, machine.device(), body, true);
  }
  auto answer = receive(there, machine.device(), body, true);
  if (what == Accident::none && world.requests.size() < remembered_max) {
    world.requests.push_back(Bytes(machine.device().view()) + body);
  }
  if (answer && world.answers.size() < remembered_max) {
    world.answers.push_back(*answer);
  }
  if (answer && what == Accident::newer) *answer = as_a_newer_version(*answer);
  if (answer && what == Accident::cut_down) {
    world.count("link: answer cut");
    answer->resize(world.dice.below(answer->size()));
  }
  return answer;
}

/// The session, until it ends or something fails.
bool talk(World& world, Machine& machine, bool healthy) {
  sync::SessionBudget budget;
  if (!healthy && !world.calm) {
    budget.bytes = std::size_t{1024} << world.dice.below(10);
    budget.packet = std::size_t{512} << world.dice.below(7);
  }
  sync::PostSession session(machine.post(), budget, machine.cut);
  machine.cut = true;
  std::size_t bytes = 0;
  for (int requests = 0;; ++requests) {
    if (requests > requests_max) {
      throw Broken(machine.name() + " never ends its session");
    }
    auto body = session.next();
    if (!body) return false;
    if (!*body) break;
    bytes += (*body)->size();
    std::size_t left = 0;
    auto answer = exchange(world, machine, std::move(**body), healthy, left);
    if (!session.on_uploaded(left)) return false;
    if (!answer || !session.on_answer(*answer)) {
      world.say(machine.name() + ": the session is cut");
      return false;
    }
    machine.heard = world.restores;
    bytes += answer->size();
  }
  machine.cut = false;
  const sync::SessionReport& report = session.report();
  for (const sync::Sentence& alarm : report.alarms) {
    world.say(machine.name() + " is told: " + alarm.id);
  }
  world.say(machine.name() + " synced: " + std::to_string(report.packets_sent) +
            " packets up, " + std::to_string(report.packets_taken) + " down");
  const bool quiet = report.packets_sent + report.packets_taken == 0;
  if (quiet && healthy && bytes > quiet_bytes_max) {
    throw Broken(machine.name() + " has nothing to say, in " +
                 std::to_string(bytes) + " bytes");
  }
  return quiet;
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

/// A courier who means no good: pages in another order, twice, or left out.
void shuffle(World& world, Bytes& bytes) {
  auto file = sync::decode_file(bytes);
  if (!file || file->items.empty()) return;
  auto& items = file->items;
  for (int i = 0; i < 3; ++i) {
    const std::size_t one = world.dice.below(items.size());
    const std::size_t other = world.dice.below(items.size());
    const std::size_t how = world.dice.below(3);
    if (how == 0) std::swap(items[one], items[other]);
    if (how == 1) items.push_back(items[one]);
    if (how == 2 && items.size() > 1) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(one));
    }
  }
  world.count("file: pages mixed");
  bytes = sync::encode_file(items);
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

void deliver_without_first_page(World& world, Machine& machine) {
  auto file = sync::decode_file(file_of(world, machine));
  if (!file || file->items.size() < 2) return;
  // What goes before the first packet says who sends.
  const auto first = std::find_if(
      file->items.begin(), file->items.end(),
      [](const proto::FileItem& item) { return item.has_packet(); });
  if (first == file->items.end()) return;
  file->items.erase(first);
  world.count("file: a page missing");
  deliver(world, {sync::encode_file(file->items), world.headquarters.get()});
}

void carry(World& world) {
  if (world.sticks.empty()) return;
  const std::size_t which = world.dice.below(world.sticks.size());
  Stick stick = world.sticks[which];
  world.count("files carried");
  const bool accident = world.dice.chance(world.rates.stick);
  if (accident && world.dice.chance(20)) shuffle(world, stick.bytes);
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
  if (!stick.to->runs()) return world.count("file: nobody there");
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

void bring_home(World& world, Machine& machine) {
  auto file = sync::write_headquarters_file(world.headquarters->headquarters(),
                                            machine.device(), "root", {});
  if (file) deliver(world, {std::move(*file), &machine});
  carry_up_now(world, machine);
}

void carry_up_now(World& world, Machine& machine) {
  const Bytes bytes = file_of(world, machine);
  if (!bytes.empty()) deliver(world, {bytes, world.headquarters.get()});
}

}  // namespace relais::simulation
