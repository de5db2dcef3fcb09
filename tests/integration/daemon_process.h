#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sync/control/client.h"

namespace relais::test {

/// What a request got for an answer.
struct Told {
  int exit_code = -1;
  std::vector<nlohmann::json> rows;
  std::string data;
  std::vector<std::string> notes;  ///< templates of the sentences
  std::vector<std::string> ended;  ///< templates of those of the end
  std::size_t rejected = 0;
};

/// What is asked, with JSON as its format unless an option says otherwise.
struct Asked {
  std::vector<std::string> verb;
  std::vector<std::string> argument = {};
  std::map<std::string, std::string> option = {};
  std::string as = {};
  std::vector<std::string> files = {};  ///< bytes that are streamed in
};

/// A relaisd in a process of its own, on a home of the test.
class DaemonProcess {
 public:
  /// Returns once it is ready, or has ended. `variable`: one more of its
  /// environment, as NAME=value.
  explicit DaemonProcess(const std::filesystem::path& home,
                         const std::string& variable = "LC_TIME=C");
  /// Kills it when it still runs.
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  bool ready() const { return ready_; }
  pid_t pid() const { return pid_; }
  void send_signal(int number);
  /// Its exit code, or minus the signal that ended it.
  int wait();
  /// What it wrote to stderr so far.
  std::string log() const;
  /// The next word for the service manager, e.g. "STOPPING=1".
  std::string next_notice();

  Told ask(const Asked& asked);
  /// The request's stream, for what ask() cannot do.
  sync::ControlClient connect();

 private:
  std::filesystem::path home_;
  std::filesystem::path log_;
  int notices_ = -1;
  int ended_ = -1;  ///< readable once the process has ended
  pid_t pid_ = -1;
  bool ready_ = false;
};

proto::Request request_of(const Asked& asked);

/// An incident that may be submitted, as `--from` takes it.
std::string an_incident(const std::string& summary = "Sacs de riz retenus");

}  // namespace relais::test
