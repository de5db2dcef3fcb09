#include "client/daemon/sync_runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client/daemon/limits.h"
#include "client/daemon/link_monitor.h"
#include "sync/session/refusal.h"
#include "sync/text/messages.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using sync::Errc;
using sync::fail;
using sync::Sentence;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

std::int64_t wall_ms() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// What one answer, or its absence, means for the session. On the store thread.
Result<> take_answer(Station& station, sync::PostSession& session,
                     const Carried& carried) {
  if (!carried.answer || carried.answer->status == 200) {
    auto marked = session.on_uploaded(carried.bytes_up);
    if (!marked) return marked;
  }
  if (!carried.answer) return fail(carried.answer.error());
  const Answer& answer = *carried.answer;
  if (answer.status == 200) return session.on_answer(answer.body);
  session.on_refused(carried.bytes_up);
  auto kept = station.replica().transact([&]() -> Result<> {
    for (const proto::Refusal& refusal : refusals_in(answer.body)) {
      auto one = station.post().keep_refusal(refusal);
      if (!one) return one;
    }
    return {};
  });
  if (!kept) return kept;
  return fail(refusal_of(answer, "/v1/sync"));
}

/// Headquarters refused the Join: known until another invitation, or a grant.
Result<> keep_refused_join(Station& station, const sync::Error& error) {
  auto enrolment = station.post().enrolment();
  if (!enrolment) return fail(enrolment.error());
  if (!enrolment->certificate.empty()) return {};
  return station.replica().transact([&] {
    return station.post().keep_refusal(sync::to_refusal(error.what));
  });
}

bool is_offline(Errc code) {
  return code == Errc::offline || code == Errc::timed_out;
}

}  // namespace

SyncRunner::SyncRunner(asio::io_context& loop, Hands hands)
    : loop_(loop),
      hands_(hands),
      retry_(random_),
      timer_(loop, Time::max()),
      due_(steady_clock::now()) {}

asio::awaitable<void> SyncRunner::run() {
  while (!stopped_) {
    if (steady_clock::now() < due_) {
      timer_.expires_at(due_);
      co_await timer_.async_wait(as_values);
      continue;
    }
    due_ = Time::max();
    const SyncOrder order = std::exchange(order_, {});
    auto waiters = std::exchange(waiters_, {});
    SyncOutcome outcome = co_await attempt(order);
    for (const auto& waiter : waiters) {
      waiter->outcome = outcome;
      waiter->bell.cancel();
    }
  }
  for (const auto& waiter : waiters_) waiter->bell.cancel();
}

void SyncRunner::stop() {
  stopped_ = true;
  hands_.net->stop();
  timer_.cancel();
}

void SyncRunner::due_in(milliseconds wait) {
  due_ = std::min(due_, steady_clock::now() + wait);
  // Whoever waits for it looks again.
  timer_.cancel();
}

void SyncRunner::saved(const Waiting& waiting) {
  const bool grew = waiting.saved > std::exchange(known_saved_, waiting.saved);
  if (!grew) return;
  const bool urgent = waiting.urgent > 0;
  if (!failed_) {
    due_in(urgent ? milliseconds(0) : limits::save_gathering);
  } else if (urgent) {
    // The link was down: it is tried for the urgent, but not at every key.
    due_in(std::chrono::ceil<milliseconds>(
        std::max(last_attempt_ + limits::link_spacing, steady_clock::now()) -
        steady_clock::now()));
  }
}

void SyncRunner::link_came_up() {
  if (!failed_) return;
  retry_.reset();
  const auto now = steady_clock::now();
  const auto at = std::max(now + limits::link_settling,
                           last_attempt_ + limits::link_spacing);
  due_in(std::chrono::ceil<milliseconds>(at - now));
}

void SyncRunner::ask(const SyncOrder& order) {
  order_ = order;
  due_in(milliseconds(0));
}

asio::awaitable<SyncOutcome> SyncRunner::ask_and_wait(SyncOrder order) {
  auto waiter = std::make_shared<Waiter>(loop_);
  waiters_.push_back(waiter);
  ask(order);
  while (!waiter->outcome && !stopped_) {
    co_await waiter->bell.async_wait(as_values);
  }
  if (waiter->outcome) co_return *waiter->outcome;
  co_return SyncOutcome{
      fail(Errc::cancelled, "The daemon stops: what is saved is safe"),
      false,
      {}};
}

asio::awaitable<SyncOutcome> SyncRunner::attempt(SyncOrder order) {
  last_attempt_ = steady_clock::now();
  answerer_ = Answerer::nobody;
  auto road = co_await find_road();
  if (!road && road.error().code == Errc::invalid) {
    co_return SyncOutcome{fail(road.error()), false, {}};  // not enrolled
  }
  SyncOutcome outcome;
  if (road) outcome = co_await talk(*road, order);
  if (outcome.forgotten) {
    // Restored to before it admitted this machine: once, not for ever.
    road = co_await enrol_again(road->peers);
    if (road) outcome = co_await talk(*road, order);
  }
  if (!road) outcome.ended = fail(road.error());
  co_await conclude(outcome);
  co_return outcome;
}

asio::awaitable<Result<Road>> SyncRunner::enrol_again(std::vector<Peer> peers) {
  Joined joined = co_await join_headquarters(hands_, std::move(peers), {});
  if (!joined.ended) co_return fail(joined.ended.error());
  co_return co_await find_road();
}

/// A machine enrolled by a file asks for its certificate at the first chance.
asio::awaitable<Result<Road>> SyncRunner::find_road() {
  const auto look = [station = hands_.station] { return station->road(); };
  auto road = co_await hands_.store->run(look);
  if (road && !may_reach(road->peers)) retry_.rest();
  if (!road || road->certified) co_return road;
  Joined joined = co_await join_headquarters(hands_, road->peers, {});
  answerer_ = joined.answerer;
  if (!joined.ended) co_return fail(joined.ended.error());
  co_return co_await hands_.store->run(look);
}

sync::SessionBudget SyncRunner::budget(const SyncOrder& order,
                                       std::uint64_t bytes_up) const {
  sync::SessionBudget budget = pace_.budget();
  budget.lane = order.lane;
  if (order.bytes_max) {
    budget.bytes =
        std::min<std::uint64_t>(budget.bytes, *order.bytes_max - bytes_up);
  }
  return budget;
}

asio::awaitable<SyncOutcome> SyncRunner::talk(Road road, SyncOrder order) {
  SyncOutcome outcome;
  auto session = std::make_shared<sync::PostSession>(
      hands_.station->post(), budget(order, 0), ask_first_);
  const Time begun = steady_clock::now();
  const std::uint64_t before = order.told ? co_await unheld() : 0;
  while (!stopped_) {
    const std::uint64_t spent = session->report().bytes_up;
    if (order.bytes_max && spent >= *order.bytes_max) break;
    auto ask_body = [session, allowed = budget(order, spent)] {
      session->spend(allowed);
      return session->next();
    };
    auto body = co_await hands_.store->run(std::move(ask_body));
    if (!body) outcome.ended = fail(body.error());
    if (!body || !*body) break;
    const std::size_t size = (*body)->size();
    auto carried =
        std::make_shared<Carried>(co_await send(road.peers, std::move(**body)));
    auto ask_taken = [station = hands_.station, session, carried] {
      return take_answer(*station, *session, *carried);
    };
    auto taken = co_await hands_.store->run(std::move(ask_taken));
    if (taken) {
      pace_.carried(size + carried->answer->body.size(), carried->took_ms);
      co_await tell(order, begun, before);
      continue;
    }
    if (is_offline(taken.error().code) && carried->bytes_up > 0) {
      pace_.cut();
      ask_first_ = true;
    }
    outcome.forgotten =
        carried->answer && carried->answer->status == status_unauthorized;
    outcome.ended = fail(taken.error());
    break;
  }
  if (outcome.ended) ask_first_ = false;
  outcome.report = session->report();
  co_return outcome;
}

asio::awaitable<std::uint64_t> SyncRunner::unheld() {
  const auto look = [station = hands_.station] { return station->waiting(); };
  auto waiting = co_await hands_.store->run(look);
  co_return waiting ? waiting->unheld : 0;
}

/// How much of what waited is held by now, and how long the rest takes at that
/// rate. No counts: they are not for everybody to see.
asio::awaitable<void> SyncRunner::tell(SyncOrder order, Time begun,
                                       std::uint64_t before) {
  if (before == 0) co_return;
  const std::uint64_t now = co_await unheld();
  if (now == 0 || now >= before) co_return;
  const auto took =
      std::chrono::ceil<std::chrono::seconds>(steady_clock::now() - begun);
  const std::uint64_t done = before - now;
  const auto left = static_cast<std::uint64_t>(took.count()) * now / done;
  const std::string percent = std::to_string(done * 100 / before);
  constexpr std::uint64_t minute_s = 60;
  order.told(left < minute_s
                 ? Sentence{"{0} % is held by headquarters; less than a "
                            "minute is left.",
                            {percent}}
                 : Sentence{"{0} % is held by headquarters; about {1} min are "
                            "left.",
                            {percent, std::to_string((left + minute_s - 1) /
                                                     minute_s)}});
}

/// The address that answered last goes first. What left this machine on one
/// road is not sent on another.
asio::awaitable<Carried> SyncRunner::send(std::vector<Peer> peers,
                                          std::string body) {
  const std::string path = "/v1/sync";
  Carried carried{fail(Errc::offline, "Headquarters has no address")};
  for (std::size_t i = 0; i < peers.size(); ++i) {
    peer_ %= peers.size();
    carried = co_await hands_.net->post(peers[peer_], path, body);
    answerer_ = std::max(answerer_, carried.answerer);
    const bool over = carried.answer || carried.bytes_up > 0 ||
                      carried.answer.error().code == Errc::cancelled;
    if (over) break;
    ++peer_;
  }
  co_return carried;
}

asio::awaitable<void> SyncRunner::conclude(SyncOutcome outcome) {
  const std::int64_t now = wall_ms();
  auto ask_remembered = [station = hands_.station, outcome, now,
                         answerer = answerer_]() -> Result<Waiting> {
    auto memory = station->memory();
    if (!memory) return fail(memory.error());
    memory->last_try = now;
    memory->last_error = {};
    memory->answerer = answerer;
    if (outcome.ended) memory->last_success = now;
    if (!outcome.ended) memory->last_error = outcome.ended.error().what;
    auto kept = station->remember(*memory);
    if (!kept) return fail(kept.error());
    const bool refused = !outcome.ended && answerer == Answerer::headquarters &&
                         outcome.ended.error().code == Errc::denied;
    if (refused) {
      auto noted = keep_refused_join(*station, outcome.ended.error());
      if (!noted) return fail(noted.error());
    }
    if (outcome.ended && outcome.report.alarms.empty()) {
      auto solved = station->replica().transact(
          [station] { return station->post().forget_solved_refusals(); });
      if (!solved) return fail(solved.error());
    }
    return station->waiting();
  };
  auto remembered = co_await hands_.store->run(std::move(ask_remembered));
  if (remembered) known_saved_ = remembered->saved;
  if (outcome.ended) {
    failed_ = false;
    retry_.reset();
    const auto rhythm = milliseconds(limits::quiet_rhythm).count();
    due_in(milliseconds(sync::dice(random_, rhythm * 2 / 3, rhythm * 4 / 3)));
    // In steps: a log tells nobody that one report left.
    spdlog::info("sync: done, {} KiB up, {} KiB down",
                 shown_bytes(outcome.report.bytes_up) / 1024,
                 shown_bytes(outcome.report.bytes_down) / 1024);
  } else if (outcome.ended.error().code != Errc::cancelled) {
    failed_ = true;
    const auto wait = milliseconds(retry_.next_ms());
    due_in(wait);
    spdlog::info("sync: {} Again in {} s.",
                 sync::say(outcome.ended.error().what, sync::Language::en),
                 wait.count() / 1000);
    co_await hands_.net->rest();
  }
}

}  // namespace relais::client
