#include "tests/unit/client/daemon/shared_post.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "sync/check.h"
#include "sync/replica/code_digits.h"
#include "sync/replica/slip.h"
#include "sync/text/sentence.h"

namespace relais::test {
namespace {

class Listener final : public sync::Output {
 public:
  explicit Listener(Heard& heard) : heard_(&heard) {}
  void row(std::string json) override {
    heard_->rows.push_back(nlohmann::json::parse(json));
  }
  void note(const sync::Sentence& note) override {
    heard_->notes.push_back(sync::say(note, sync::Language::en));
  }
  void rejected(const proto::Rejected&) override {}
  void progress(const sync::Sentence&) override {}
  void data(std::string_view bytes) override { heard_->data += bytes; }

 private:
  Heard* heard_;
};

class OneFile final : public sync::Input {
 public:
  explicit OneFile(std::string bytes) : bytes_(std::move(bytes)) {}
  sync::Result<std::optional<proto::Input>> next() override {
    if (std::exchange(given_, true)) return std::optional<proto::Input>();
    proto::Input input;
    input.set_bytes(bytes_);
    input.set_last(true);
    return std::optional(std::move(input));
  }

 private:
  std::string bytes_;
  bool given_ = false;
};

void put_end(Heard& heard, int code, const sync::Sentence& said) {
  heard.exit_code = code;
  heard.said = sync::say(said, sync::Language::en);
  heard.login = sync::is_not_logged_in(said);
}

proto::Request request_for(const Called& called) {
  proto::Request request;
  std::istringstream words(called.verb);
  for (std::string word; words >> word;) request.add_verb(word);
  for (const auto& one : called.argument) request.add_argument(one);
  (*request.mutable_option())["format"] = "json";
  for (const auto& [name, value] : called.option) {
    (*request.mutable_option())[name] = value;
  }
  request.set_language("en");
  request.set_as(called.as);
  request.set_session(sync::from_hex(called.session).value_or(""));
  request.set_background(called.background);
  return request;
}

}  // namespace

SharedPost::SharedPost() {
  restart();
  enrol(field.headquarters().headquarters(), station->post(), "DIB");
  sync();
}

void SharedPost::restart() {
  gate.reset();
  station.reset();
  const auto home = field.folder / "post";
  std::filesystem::create_directories(home);
  station = client::Station::open(home / "relais.db").value();
  gate = std::make_unique<client::Gate>(*station, owner, clock);
  verbs = client::post_verbs(*station);
  gate->add_verbs(verbs);
}

Heard SharedPost::call(const Called& called) {
  Heard heard;
  const proto::Request request = request_for(called);
  auto actor = gate->admit(request, called.uid);
  if (!actor) {
    put_end(heard, sync::exit_code(actor.error().code), actor.error().what);
    return heard;
  }
  Listener output(heard);
  OneFile input(called.input);
  sync::Call call;
  call.request = &request;
  call.actor = *actor;
  call.uid = called.uid;
  call.input = &input;
  call.output = &output;
  const proto::End end = sync::run(verbs, call);
  gate->left(request);
  heard.exit_code = end.exit_code();
  heard.login = end.login();
  for (const auto& one : end.sentence()) {
    heard.said += sync::say(sync::from_proto(one), sync::Language::en) + "\n";
  }
  return heard;
}

std::string SharedPost::code(const std::string& person) {
  std::string secret;
  auto& there = field.headquarters();
  CHECK(there.replica().transact([&]() -> sync::Result<> {
    auto slip = sync::publish_slip(there.headquarters(), person);
    if (!slip) return sync::fail(slip.error());
    secret = slip->secret;
    return {};
  }));
  sync();
  return sync::encode_secret(secret);
}

std::string SharedPost::stretched(const std::string& pin) {
  const auto half = sync::hash({"proof", pin});
  const auto other = sync::hash({"key", pin});
  return sync::to_hex(half.view()) + sync::to_hex(other.view());
}

Heard SharedPost::log_in(const std::string& person, const std::string& pin,
                         const std::string& slip, uid_t uid) {
  Called called{.verb = "login", .argument = {person}};
  called.option["pin"] = stretched(pin);
  if (!slip.empty()) called.option["slip"] = slip;
  called.uid = uid;
  return call(called);
}

std::string SharedPost::first_pin(const std::string& person,
                                  const std::string& pin) {
  const Heard heard = log_in(person, pin, code(person));
  CHECK(heard.exit_code == 0);
  return session_of(heard);
}

std::string SharedPost::session_of(const Heard& heard) {
  return heard.rows.empty() ? "" : heard.rows.front().value("session", "");
}

std::string SharedPost::draft_of(const std::string& session,
                                 const std::string& summary) {
  Called called{.verb = "new", .argument = {"incident"}, .session = session};
  called.option["set"] = "summary=" + summary;
  const Heard heard = call(called);
  CHECK(heard.exit_code == 0);
  return heard.rows.front()["reference"];
}

std::string SharedPost::disk() const {
  std::string all;
  for (const auto& file :
       std::filesystem::directory_iterator(field.folder / "post")) {
    std::ifstream in(file.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

}  // namespace relais::test
