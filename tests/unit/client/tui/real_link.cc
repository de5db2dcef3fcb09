#include "tests/unit/client/tui/real_link.h"

#include <gtest/gtest.h>

#include <memory>

namespace relais::test {
namespace {

class Heard final : public sync::Output {
 public:
  explicit Heard(tui::Answer& answer) : answer_(&answer) {}
  void row(std::string json) override {
    answer_->rows.push_back(std::move(json));
  }
  void note(const sync::Sentence& note) override {
    answer_->notes.push_back(sync::say(note, sync::Language::en));
  }
  void rejected(const proto::Rejected&) override {}
  void progress(const sync::Sentence&) override {}
  void data(std::string_view bytes) override { answer_->data += bytes; }

 private:
  tui::Answer* answer_;
};

class Given final : public sync::Input {
 public:
  explicit Given(std::shared_ptr<const std::string> bytes)
      : bytes_(std::move(bytes)) {}
  sync::Result<std::optional<proto::Input>> next() override {
    if (bytes_ == nullptr) return std::optional<proto::Input>();
    proto::Input input;
    input.set_bytes(*std::exchange(bytes_, nullptr));
    input.set_last(true);
    return std::optional(std::move(input));
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

/// As the client sends them: repeated values joined.
std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const std::string& value : values) {
    all += (&value == &values.front() ? "" : "\x1F") + value;
  }
  return all;
}

}  // namespace

/// What only the daemon itself knows is not told here.
RealLink::RealLink(Node& node, std::string person)
    : verbs_(sync::shared_verbs(node.replica())), person_(std::move(person)) {
  for (const char* verb : {"status", "doctor", "whoami"}) {
    verbs_[verb] = [](const sync::Call&) { return sync::Result<>(); };
  }
}

void RealLink::takes(const std::string& verb,
                     std::function<void(const std::string&)> with) {
  verbs_[verb] = [with = std::move(with)](const sync::Call& call) {
    auto piece = call.input->next();
    if (piece && *piece) with((*piece)->bytes());
    return sync::Result<>();
  };
}

tui::Answer RealLink::run(const tui::Ask& ask) {
  proto::Request request;
  for (const auto& word : ask.verb) request.add_verb(word);
  for (const auto& value : ask.argument) request.add_argument(value);
  (*request.mutable_option())["format"] = "json";
  for (const auto& [name, values] : ask.option) {
    (*request.mutable_option())[name] = joined(values);
  }
  request.set_language("en");
  tui::Answer answer;
  Heard output(answer);
  Given input(ask.input);
  sync::Call call;
  call.request = &request;
  call.actor = {person_, "service", proto::SIDE_POST};
  call.input = &input;
  call.output = &output;
  const proto::End end = sync::run(verbs_, call);
  answer.exit_code = end.exit_code();
  for (const auto& said : end.sentence()) {
    answer.said.push_back(
        sync::say(sync::from_proto(said), sync::Language::en));
  }
  return answer;
}

void RealLink::settle() {
  while (!asked_.empty()) {
    auto [ask, on_answer] = std::move(asked_.front());
    asked_.pop_front();
    on_answer(run(ask));
  }
}

Officer::Officer(Node& node, std::string person, sync::Language language)
    : link(node, std::move(person)), desk(link, language) {
  desk.push(std::make_unique<tui::HomeScreen>());
  link.settle();
}

void Officer::type(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = tui::character_bytes(text, at);
    on_key(tui::character(text.substr(at, bytes)));
    at += bytes;
  }
}

void Officer::press(tui::Key::Name name, int times) {
  for (int i = 0; i < times; ++i) on_key({name, {}, 0});
}

std::string Officer::screen(int rows, int columns) {
  tui::Grid grid(rows, columns);
  desk.draw(grid);
  return grid.text();
}

bool Officer::go_to(const std::string& line) {
  constexpr int lines_max = 200;
  for (int i = 0; i < lines_max; ++i) {
    if (sees(">" + line)) return true;
    press(tui::Key::Name::down);
  }
  return false;
}

void Officer::begin(const std::string& form) {
  function(2);
  type(form);
  enter();
  // The mode of a record that may be sealed is asked before all else.
  if (!sees("Anonymous") && !sees("Anonyme")) return;
  type("named");
  enter();
}

}  // namespace relais::test
