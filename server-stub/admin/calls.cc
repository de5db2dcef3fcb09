#include "server-stub/admin/calls.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include "sync/text/sentence.h"

namespace relais::admin {
namespace {

using sync::fail;

constexpr std::chrono::seconds home_patience{5};
constexpr int look_again_ms = 50;

/// On a connection of their own: nobody waits for them.
constexpr std::array reading_verbs = {"post list",
                                      "device list",
                                      "user list",
                                      "list",
                                      "show",
                                      "export",
                                      "conflicts list",
                                      "conflicts show",
                                      "aside list",
                                      "aside show",
                                      "forms",
                                      "reference",
                                      "backup",
                                      "packet export",
                                      "verify",
                                      "archived",
                                      "envelopes",
                                      "sealing",
                                      "recipients current"};

bool only_reads(const proto::Request& request) {
  std::string name;
  for (const std::string& word : request.verb()) {
    name += (name.empty() ? "" : " ") + word;
  }
  return std::find(reading_verbs.begin(), reading_verbs.end(), name) !=
         reading_verbs.end();
}

/// A person of headquarters or of the field, by the tables; "shell" by name is
/// nobody.
bool is_known(const sync::Replica& replica, const std::string& person) {
  const auto tables = replica.publications().newest_tables();
  for (const char* name : {"officer", "headquarters_user"}) {
    const sync::Table* table = tables ? tables->find(name) : nullptr;
    if (table != nullptr && table->find(person) >= 0) return true;
  }
  return false;
}

/// "Decisions by shell are recorded by shell, as ...".
sync::Actor actor_of(const proto::Request& request) {
  sync::Actor actor;
  actor.person = request.as().empty() ? "shell" : request.as();
  actor.entered_by = "shell";
  actor.side = proto::SIDE_HEADQUARTERS;
  return actor;
}

/// An answer as replies, given to somebody.
class Replies : public sync::Output {
 public:
  explicit Replies(std::function<void(proto::Reply)> give)
      : give_(std::move(give)) {}

  void row(std::string json) override {
    proto::Reply reply;
    reply.set_json(std::move(json));
    give_(std::move(reply));
  }
  void note(const sync::Sentence& note) override {
    proto::Reply reply;
    *reply.mutable_note() = to_proto(note);
    give_(std::move(reply));
  }
  void rejected(const proto::Rejected& rejected) override {
    proto::Reply reply;
    *reply.mutable_rejected() = rejected;
    give_(std::move(reply));
  }
  void progress(const sync::Sentence& progress) override {
    proto::Reply reply;
    *reply.mutable_progress() = to_proto(progress);
    give_(std::move(reply));
  }
  void data(std::string_view bytes) override {
    proto::Reply reply;
    reply.set_data(std::string(bytes));
    give_(std::move(reply));
  }

 private:
  std::function<void(proto::Reply)> give_;
};

void play(const std::vector<proto::Reply>& replies, sync::Output& output) {
  for (const proto::Reply& reply : replies) {
    if (reply.has_json()) output.row(reply.json());
    if (reply.has_data()) output.data(reply.data());
    if (reply.has_rejected()) output.rejected(reply.rejected());
    if (reply.has_note()) {
      const auto& arguments = reply.note().argument();
      output.note({reply.note().id(), {arguments.begin(), arguments.end()}});
    }
  }
}

class PulledInput final : public sync::Input {
 public:
  explicit PulledInput(sync::InputSource source) : source_(std::move(source)) {}
  Result<std::optional<proto::Input>> next() override {
    if (!source_) return std::optional<proto::Input>();
    return source_();
  }

 private:
  sync::InputSource source_;
};

proto::End ended(const sync::Error& error) {
  proto::End end;
  end.set_exit_code(sync::exit_code(error.code));
  *end.add_sentence() = to_proto(error.what);
  for (const auto& further : error.more) {
    *end.add_sentence() = to_proto(further);
  }
  return end;
}

}  // namespace

sync::Verbs headquarters_verbs(Office& office) {
  sync::Verbs verbs = sync::shared_verbs(office.replica());
  // A post reads its conflicts with one word; here they are decided.
  verbs.erase("conflicts");
  for (auto add : {add_post_verbs, add_device_verbs, add_officer_verbs,
                   add_user_verbs, add_publishing_verbs, add_packet_verbs,
                   add_conflict_verbs, add_aside_verbs, add_purge_verbs,
                   add_keeping_verbs, add_sealed_verbs}) {
    add(verbs, office);
  }
  return verbs;
}

proto::End run_call(Office& office, const server::ControlCall& call) {
  sync::Call verb;
  verb.request = call.request;
  verb.actor = actor_of(*call.request);
  verb.input = call.input;
  verb.output = call.output;
  verb.stopped = call.stopped;
  verb.write = call.write;
  const std::string& as = call.request->as();
  if (!as.empty() && !is_known(office.replica(), as)) {
    return ended(
        {sync::Errc::denied,
         sync::Sentence{"{0} is nobody that headquarters knows: check --as; "
                        "`relais-hq user list` and `relais-hq reference "
                        "officer` show who there is",
                        {as}}});
  }
  return sync::run(headquarters_verbs(office), verb);
}

server::RunCall run_beside(Office& office, server::Writer& writer) {
  return [&office, &writer](const server::ControlCall& call) {
    if (only_reads(*call.request)) {
      auto look = Office::look(office.folder());
      if (!look) return ended(look.error());
      server::ControlCall beside = call;
      beside.write = [&](const sync::Call::Job& job) {
        std::promise<Result<>> done;
        writer.alone([&] { done.set_value(job(office.replica())); });
        return done.get_future().get();
      };
      return run_call(**look, beside);
    }
    std::vector<proto::Reply> kept;
    Replies output([&](proto::Reply reply) {
      if (!reply.has_progress()) return kept.push_back(std::move(reply));
      const auto& arguments = reply.progress().argument();
      call.output->progress(
          {reply.progress().id(), {arguments.begin(), arguments.end()}});
    });
    server::ControlCall inside = call;
    inside.output = &output;
    std::promise<proto::End> done;
    writer.alone([&] { done.set_value(run_call(office, inside)); });
    proto::End end = done.get_future().get();
    play(kept, *call.output);
    return end;
  };
}

Result<Counter> find_counter(const std::string& home) {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + home_patience;
  for (;;) {
    auto serving = sync::ControlClient::connect({home, "relais-hq"});
    if (serving) return Counter{std::move(*serving), nullptr};
    if (serving.error().code != sync::Errc::busy) return fail(serving.error());
    auto office = Office::open(home);
    if (office) return Counter{std::nullopt, std::move(*office)};
    const bool held = office.error().code == sync::Errc::busy;
    if (!held || steady_clock::now() >= end) return fail(office.error());
    ::poll(nullptr, 0, look_again_ms);
  }
}

Result<proto::End> answer(Counter& counter, const proto::Request& request,
                          const sync::InputSource& source,
                          const sync::OnReply& on_reply) {
  if (counter.serving) return counter.serving->ask(request, source, on_reply);
  std::optional<sync::Error> broken;  // the terminal, or the target file
  Replies output([&](const proto::Reply& reply) {
    if (broken) return;
    if (auto taken = on_reply(reply); !taken) broken = taken.error();
  });
  PulledInput input(source);
  server::ControlCall call;
  call.request = &request;
  call.input = &input;
  call.output = &output;
  call.stopped = [&] { return broken.has_value(); };
  proto::End end = run_call(*counter.office, call);
  if (broken) return fail(*broken);
  return end;
}

}  // namespace relais::admin
