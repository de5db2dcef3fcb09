#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sync/command/command.h"
#include "sync/text/messages.h"
#include "sync/text/sentence.h"
#include "tests/support/field.h"

namespace relais::test {

/// What a verb was asked, and all that it answered, in English.
class Asked final : public sync::Output, public sync::Input {
 public:
  using Options = std::map<std::string, std::string>;

  Asked(Node& node, const std::string& who, const std::string& verb,
        const std::vector<std::string>& arguments = {},
        const Options& options = {}, std::vector<std::string> lines = {})
      : lines_(std::move(lines)) {
    proto::Request request;
    request.set_language("en");
    request.add_verb(verb);
    for (const auto& one : arguments) request.add_argument(one);
    request.mutable_option()->insert(options.begin(), options.end());
    sync::Call call;
    call.request = &request;
    call.actor = {who, who, proto::SIDE_POST};
    call.input = this;
    call.output = this;
    end = sync::run(sync::shared_verbs(node.replica()), call);
    for (const auto& one : end.sentence()) {
      said += say(sync::from_proto(one), sync::Language::en) + "\n";
    }
  }

  proto::End end;
  std::string said;  ///< how it ended
  std::vector<nlohmann::ordered_json> rows;
  std::vector<std::string> notes;
  std::vector<std::uint64_t> refused_lines;
  std::string text;

  void row(std::string json) override {
    rows.push_back(nlohmann::ordered_json::parse(json));
  }
  void note(const sync::Sentence& note) override {
    notes.push_back(say(note, sync::Language::en));
  }
  void rejected(const proto::Rejected& one) override {
    refused_lines.push_back(one.line());
  }
  void progress(const sync::Sentence&) override {}
  void data(std::string_view bytes) override { text += bytes; }

  /// The lines of a file; one that ends with "..." was cut there.
  sync::Result<std::optional<proto::Input>> next() override {
    if (at_ == lines_.size()) return std::optional<proto::Input>();
    proto::Input input;
    input.set_bytes(lines_[at_++]);
    input.set_line(at_);
    input.set_last(!input.bytes().ends_with("..."));
    return std::optional(std::move(input));
  }

 private:
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
};

}  // namespace relais::test
