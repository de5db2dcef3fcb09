#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "server-stub/admin/calls.h"
#include "server-stub/admin/session.h"

namespace relais::admin {

/// Several questions to one headquarters by a verb that works with the answers
/// itself. What it refuses comes back as an error, translated by nobody yet.
class CounterTalk {
 public:
  static Result<CounterTalk> open(const Session& session);

  struct Question {
    std::vector<std::string> verb;
    std::vector<std::string> argument = {};
    std::map<std::string, std::string> option = {};
    std::string input = {};  ///< one file, whole; empty: none
  };
  Result<std::vector<nlohmann::ordered_json>> rows(const Question& question);
  Result<sync::Bytes> data(
      const std::vector<std::string>& verb,
      const std::map<std::string, std::string>& option = {});

 private:
  CounterTalk(Counter counter, std::string as, std::string language)
      : counter_(std::move(counter)),
        as_(std::move(as)),
        language_(std::move(language)) {}
  Result<> ask(const Question& question, const sync::OnReply& on_reply);

  Counter counter_;
  std::string as_;
  std::string language_;
};

}  // namespace relais::admin
