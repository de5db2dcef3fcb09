#include "client/daemon/requests.h"

#include <spdlog/spdlog.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "client/daemon/post_verbs.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;
using nlohmann::ordered_json;
using sync::Errc;
using sync::fail;
using sync::Sentence;

/// What the store thread gives back for one verb.
struct Done {
  proto::End end;
  Result<Waiting> waiting;
};

/// `closed`: officers have PINs here, and no number tells of one report.
Result<> report(const SyncOutcome& outcome, bool closed, sync::Output& output) {
  const sync::SessionReport& report = outcome.report;
  for (const Sentence& alarm : report.alarms) output.note(alarm);
  ordered_json row{{"packets_sent", report.packets_sent},
                   {"packets_taken", report.packets_taken},
                   {"bytes_up", report.bytes_up},
                   {"bytes_down", report.bytes_down}};
  if (closed) {
    row = ordered_json{{"bytes_up", shown_bytes(report.bytes_up)},
                       {"bytes_down", shown_bytes(report.bytes_down)}};
  }
  output.row(row.dump());
  if (!outcome.ended) return outcome.ended;
  if (report.alarms.empty()) return {};
  return fail(Errc::invalid,
              "Packets refused: {0}; everything else is done, and nothing is "
              "lost. See `relais doctor`.",
              {std::to_string(report.alarms.size())});
}

}  // namespace

Requests::Job::Job(ControlCall call_asked)
    : asked(std::move(call_asked)), output(asked.caller), input(asked.caller) {}

sync::Call Requests::Job::call() {
  sync::Call call;
  call.request = &asked.request;
  call.actor = actor;
  call.uid = asked.uid;
  call.input = &input;
  call.output = &output;
  call.stopped = stopped;
  return call;
}

std::string Requests::Job::verb() const {
  std::string name;
  for (const std::string& word : asked.request.verb()) {
    name += (name.empty() ? "" : " ") + word;
  }
  return name;
}

Requests::Requests(Hands hands, SyncRunner& runner, Gate& gate)
    : hands_(hands), runner_(&runner), gate_(&gate) {
  sync::Verbs verbs = post_verbs(*hands.station);
  gate.add_verbs(verbs);
  verbs_ = std::make_shared<const sync::Verbs>(std::move(verbs));
}

asio::awaitable<void> Requests::serve(ControlCall call) {
  auto job = std::make_shared<Job>(std::move(call));
  job->stopped = [hands = hands_, caller = job->asked.caller] {
    if (!hands.station->store().database().in_transaction()) {
      hands.store->give_way();
    }
    return caller->gone();
  };
  proto::End end = co_await answer(job);
  // That somebody reported is nobody's to read, at any level of the log.
  const std::string verb = job->verb();
  if (!is_unlogged(verb)) spdlog::debug("{}: exit {}", verb, end.exit_code());
  job->asked.caller->end(std::move(end));
}

asio::awaitable<proto::End> Requests::answer(JobPointer job) {
  auto ask_actor = [gate = gate_, job] {
    return gate->admit(job->asked.request, job->asked.uid);
  };
  auto actor = co_await hands_.store->run(std::move(ask_actor));
  if (!actor) co_return end_of(fail(actor.error()));
  job->actor = std::move(*actor);
  proto::End end = co_await run(job);
  if (!job->asked.request.session().empty()) {
    auto leave = [gate = gate_, job] { gate->left(job->asked.request); };
    co_await hands_.store->run(std::move(leave));
  }
  co_return end;
}

asio::awaitable<proto::End> Requests::run(JobPointer job) {
  const std::string verb = job->verb();
  const sync::Call call = job->call();
  if (verb == "sync" && !call.has("dry-run")) {
    co_return end_of(co_await sync_now(job));
  }
  if (verb == "enrol" && call.has("hq")) {
    co_return end_of(co_await enrol_by_code(job));
  }
  co_return co_await run_verb(job);
}

asio::awaitable<proto::End> Requests::run_verb(JobPointer job) {
  if (job->asked.request.input()) co_await job->input.read_ahead();
  auto work = [station = hands_.station, verbs = verbs_, job]() -> Done {
    proto::End end = sync::run(*verbs, job->call());
    return {std::move(end), station->waiting()};
  };
  Done done = co_await hands_.store->run(std::move(work));
  if (done.waiting) runner_->saved(*done.waiting);
  const std::string verb = job->verb();
  if (verb == "enrol" && done.end.exit_code() == 0) runner_->ask({});
  // It may have brought the certificate.
  if (verb == "packet import") runner_->link_came_up();
  co_return std::move(done.end);
}

asio::awaitable<Result<>> Requests::sync_now(JobPointer job) {
  const sync::Call call = job->call();
  auto lane = lane_of(call);
  if (!lane) co_return fail(lane.error());
  auto most = number_of(call, "max-bytes");
  if (!most) co_return fail(most.error());
  auto road = co_await hands_.store->run(
      [station = hands_.station] { return station->road(); });
  if (!road) co_return fail(road.error());
  auto ask_closed = [station = hands_.station]() -> Result<bool> {
    return station->people().any();
  };
  const auto closed = co_await hands_.store->run(std::move(ask_closed));
  SyncOrder order{*lane, *most, {}};
  if (!call.has("wait")) {
    runner_->ask(order);
    job->output.note(
        Sentence{"A sync begins now; `relais status` tells how "
                 "it went.",
                 {}});
    co_return Result<>();
  }
  job->output.progress(Sentence{"Talking to headquarters", {}});
  order.told = [job](const Sentence& how_far) {
    job->output.progress(how_far);
  };
  SyncOutcome outcome = co_await runner_->ask_and_wait(std::move(order));
  co_return report(outcome, *closed, job->output);
}

asio::awaitable<Result<>> Requests::enrol_by_code(JobPointer job) {
  const sync::Call call = job->call();
  auto code = sync::decode_code(call.option("code"));
  if (!code) co_return fail(code.error());
  auto may = co_await hands_.store->run(
      [station = hands_.station] { return station->post().may_enrol(); });
  if (!may) co_return may;
  std::vector<Peer> peers(1);
  peers.front().url = call.option("hq");
  peers.front().root_hash_prefix_bits = std::to_string(code->root_bits);
  job->output.progress(Sentence{"Talking to headquarters", {}});
  Joined joined =
      co_await join_headquarters(hands_, std::move(peers), code->secret);
  if (!joined.ended) co_return joined.ended;
  auto enrolment = co_await hands_.store->run(
      [station = hands_.station] { return station->post().enrolment(); });
  if (!enrolment) co_return fail(enrolment.error());
  job->output.row(ordered_json{
      {"machine", enrolment->post + "-" + enrolment->letter},
      {"certificate",
       true}}.dump());
  // Forms and tables come now: nothing can be entered before.
  job->output.progress(Sentence{"Fetching forms and reference tables", {}});
  SyncOutcome outcome = co_await runner_->ask_and_wait({});
  for (const Sentence& alarm : outcome.report.alarms) {
    job->output.note(alarm);
  }
  if (!outcome.ended) {
    job->output.note(
        Sentence{"Enrolled, but the first sync failed: it is "
                 "tried again by itself.",
                 {}});
    job->output.note(outcome.ended.error().what);
  }
  co_return Result<>();
}

}  // namespace relais::client
