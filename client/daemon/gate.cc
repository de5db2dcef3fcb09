#include "client/daemon/gate.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/daemon/limits.h"
#include "sync/record/access.h"
#include "sync/record/call_rights.h"
#include "sync/replica/code_digits.h"
#include "sync/replica/slip.h"

namespace relais::client {
namespace {

using nlohmann::ordered_json;
using sync::CallerKind;
using sync::Errc;
using sync::fail;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t person_bytes_max = 64;

std::string verb_of(const proto::Request& request) {
  std::string name;
  for (const std::string& word : request.verb()) {
    name += (name.empty() ? "" : " ") + word;
  }
  return name;
}

/// As the tables write a matricule, however it was typed.
Result<std::string> person_of(const sync::Call& call) {
  std::string person = call.argument(0);
  if (person.empty() || person.size() > person_bytes_max) {
    return fail(Errc::usage, "{0} is missing; see --help", {"MATRICULE"});
  }
  for (char& one : person) {
    if (one >= 'a' && one <= 'z') one = static_cast<char>(one - 'a' + 'A');
  }
  return person;
}

/// What `relais` made of a PIN, in hexadecimal.
Result<sync::Stretched> stretched_of(const sync::Call& call,
                                     const std::string& option) {
  auto raw = sync::from_hex(call.option(option));
  if (!raw || raw->size() != sync::stretched_bytes) {
    return fail(Errc::usage, "{0} is missing; see --help", {"PIN"});
  }
  const sync::Secret whole(*raw);
  sync::wipe(*raw);
  return sync::Stretched(whole);
}

}  // namespace

std::string name_of_officer(const sync::Replica& replica,
                            const std::string& person) {
  const auto tables = replica.publications().newest_tables();
  const sync::Table* officers = tables ? tables->find("officer") : nullptr;
  const int row = officers == nullptr ? -1 : officers->find(person);
  if (row < 0) return {};
  const auto at = static_cast<std::size_t>(row);
  return officers->cell(at, "first_name") + " " +
         officers->cell(at, "last_name");
}

Gate::Gate(Station& station, uid_t owner, sync::Clock& clock)
    : station_(&station), owner_(owner), clock_(&clock) {}

std::int64_t Gate::now() const {
  return clock_->monotonic_ms();
}

Gate::Sessions::iterator Gate::find(const proto::Request& request) {
  if (request.session().size() != token_bytes) return sessions_.end();
  return sessions_.find(sync::hash({request.session()}));
}

Result<sync::Actor> Gate::admit(const proto::Request& request, uid_t uid) {
  end_idle();
  const bool pins = station_->people().any();
  const bool owns = uid == owner_ || uid == 0;
  auto session = find(request);
  if (session != sessions_.end() &&
      !station_->people().belongs_here(session->second.person)) {
    end(session);
    session = sessions_.end();
  }
  const bool known = session != sessions_.end() && session->second.uid == uid;
  auto callers = static_cast<std::uint8_t>(CallerKind::anybody);
  if (owns) callers |= static_cast<std::uint8_t>(CallerKind::owner);
  if (known || (owns && !pins)) {
    callers |= static_cast<std::uint8_t>(CallerKind::person);
  }
  if (!sync::may_call(verb_of(request), callers)) {
    if (!owns && !pins) {
      return fail(Errc::denied,
                  "This account may not use this post: ask whoever looks after "
                  "the machine");
    }
    const bool would = sync::may_call(
        verb_of(request), static_cast<std::uint8_t>(CallerKind::person));
    return would ? Result<sync::Actor>(fail(sync::not_logged_in()))
                 : fail(Errc::usage, "There is no command {0} here; see --help",
                        {verb_of(request)});
  }
  if (pins && !request.as().empty()) {
    return fail(Errc::denied,
                "--as is not taken any more: officers of this machine have a "
                "PIN; `relais login MATRICULE`");
  }
  if (!known && !pins && owns) return station_->actor_as(request.as());
  sync::Actor actor;
  actor.side = proto::SIDE_POST;
  if (!known) return actor;
  actor.person = session->second.person;
  ++session->second.calls;
  if (!request.background()) session->second.used = now();
  return actor;
}

void Gate::left(const proto::Request& request) {
  auto session = find(request);
  if (session == sessions_.end()) return;
  if (session->second.calls > 0) --session->second.calls;
  if (!request.background()) session->second.used = now();
}

void Gate::end_idle() {
  for (auto one = sessions_.begin(); one != sessions_.end();) {
    const bool idle = one->second.calls == 0 &&
                      now() - one->second.used >= limits::idle_login_ms;
    const auto next = std::next(one);
    if (idle) end(one);
    one = next;
  }
}

/// With his last one his vault closes.
void Gate::end(Sessions::iterator session) {
  const std::string person = session->second.person;
  sessions_.erase(session);
  const bool elsewhere =
      std::any_of(sessions_.begin(), sessions_.end(),
                  [&](const auto& one) { return one.second.person == person; });
  if (!elsewhere) station_->people().log_out(person);
}

/// How things stand, for a screen that has to say who may begin.
Result<> Gate::about(const sync::Call& call) {
  std::string state = "none";
  if (station_->people().any()) {
    state = call.actor.person.empty() ? "needed" : "open";
  } else {
    auto waits = sync::any_slip_waits(station_->replica());
    if (!waits) return fail(waits.error());
    if (*waits) state = "slip";
  }
  call.output->row(ordered_json{
      {"login", state},
      {"person", call.actor.person},
      {"name", name_of_officer(station_->replica(), call.actor.person)}}
                       .dump());
  return {};
}

Result<> Gate::salt(const sync::Call& call) {
  auto person = person_of(call);
  if (!person) return fail(person.error());
  call.output->row(
      ordered_json{{"salt", sync::to_hex(station_->people().salt_for(*person))}}
          .dump());
  return {};
}

Result<> Gate::login(const sync::Call& call) {
  auto person = person_of(call);
  if (!person) return fail(person.error());
  auto pin = stretched_of(call, "pin");
  if (!pin) return fail(pin.error());
  auto& people = station_->people();
  Result<> in;
  if (call.has("slip")) {
    auto code = sync::decode_secret(call.option("slip"));
    if (!code) return fail(code.error());
    std::optional<sync::Stretched> old;
    if (call.has("old")) {
      auto known = stretched_of(call, "old");
      if (!known) return fail(known.error());
      old = std::move(*known);
    }
    in = people.begin(*person, *code, *pin, old ? &*old : nullptr);
  } else {
    in = people.log_in(*person, *pin);
  }
  if (!in) return in;
  const auto token = station_->replica().random().bytes(token_bytes);
  sessions_[sync::hash({token})] = {*person, call.uid, now(), 0};
  // Whoever was logged in here before is not any more; after the new one is
  // there, which keeps a vault open that both are of.
  const auto before = find(*call.request);
  if (before != sessions_.end() && before->second.uid == call.uid) end(before);
  if (sessions_.size() > limits::logins_max) {
    end(std::min_element(sessions_.begin(), sessions_.end(),
                         [](const auto& a, const auto& b) {
                           return a.second.used < b.second.used;
                         }));
  }
  auto lost = people.drafts_lost_to(*person);
  if (!lost) return fail(lost.error());
  call.output->row(
      ordered_json{{"person", *person},
                   {"name", name_of_officer(station_->replica(), *person)},
                   {"session", sync::to_hex(token)}}
          .dump());
  if (*lost > 0) {
    call.output->note(sync::Sentence{
        "Drafts of yours that nobody can open any more, for the PIN that you "
        "forgot was their key: {0}. They stay encrypted here; write them anew.",
        {std::to_string(*lost)}});
  }
  return {};
}

Result<> Gate::change_pin(const sync::Call& call) {
  auto old = stretched_of(call, "old");
  if (!old) return fail(old.error());
  auto pin = stretched_of(call, "pin");
  if (!pin) return fail(pin.error());
  return station_->people().change_pin(call.actor.person, *old, *pin);
}

Result<> Gate::logout(const sync::Call& call) {
  auto session = find(*call.request);
  if (session == sessions_.end() || session->second.uid != call.uid) return {};
  end(session);
  return {};
}

void Gate::add_verbs(sync::Verbs& verbs) {
  using Way = Result<> (Gate::*)(const sync::Call&);
  const std::pair<const char*, Way> ways[] = {{"login", &Gate::login},
                                              {"login about", &Gate::about},
                                              {"login salt", &Gate::salt},
                                              {"login pin", &Gate::change_pin},
                                              {"logout", &Gate::logout}};
  for (const auto& [name, way] : ways) {
    verbs[name] = [this, way = way](const sync::Call& call) {
      return (this->*way)(call);
    };
  }
}

}  // namespace relais::client
