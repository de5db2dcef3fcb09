#include "tests/integration/daemon_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>

#include "sync/check.h"

namespace relais::test {
namespace {

namespace fs = std::filesystem;

/// Beside the folder that this test program stands in.
std::string program() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() /
         "bin" / "relaisd";
}

int open_notices(const fs::path& path) {
  const int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(path.string().size() < sizeof address.sun_path);
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  CHECK(bind(made, reinterpret_cast<const sockaddr*>(&address),
             sizeof address) == 0);
  return made;
}

pid_t spawn(const fs::path& home, const fs::path& log, const fs::path& notices,
            const std::string& variable) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  // What this test listens on must not seem to be listened on by the daemon.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const std::string notify = "NOTIFY_SOCKET=" + notices.string();
  const std::string path = program();
  const std::string folder = home.string();
  const std::array<const char*, 6> arguments = {
      path.c_str(), "--home", folder.c_str(), "--log-level", "debug", nullptr};
  const char* given = std::getenv("TSAN_OPTIONS");
  const std::string tsan =
      "TSAN_OPTIONS=" + std::string(given == nullptr ? "" : given);
  const std::array<const char*, 5> environment = {
      notify.c_str(), "LANG=en_US", tsan.c_str(), variable.c_str(), nullptr};
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, path.c_str(), &actions, nullptr,
                                 const_cast<char* const*>(arguments.data()),
                                 const_cast<char* const*>(environment.data()));
  posix_spawn_file_actions_destroy(&actions);
  CHECK(failed == 0);
  return pid;
}

/// Pieces small enough for a message; the last one of each file says so.
sync::InputSource stream(const std::vector<std::string>& files) {
  auto pieces = std::make_shared<std::deque<proto::Input>>();
  for (const std::string& file : files) {
    for (std::size_t at = 0; at == 0 || at < file.size();
         at += sync::control_piece_bytes) {
      proto::Input& piece = pieces->emplace_back();
      piece.set_bytes(file.substr(at, sync::control_piece_bytes));
    }
    pieces->back().set_last(true);
  }
  return [pieces]() -> sync::Result<std::optional<proto::Input>> {
    if (pieces->empty()) return std::optional<proto::Input>();
    std::optional<proto::Input> next(std::move(pieces->front()));
    pieces->pop_front();
    return next;
  };
}

}  // namespace

DaemonProcess::DaemonProcess(const fs::path& home, const std::string& variable)
    : home_(home), log_(home.string() + ".log") {
  const fs::path notices = home.string() + ".notices";
  fs::remove(notices);
  notices_ = open_notices(notices);
  pid_ = spawn(home_, log_, notices, variable);
  ended_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  CHECK(ended_ >= 0);
  ready_ = next_notice() == "READY=1";
}

DaemonProcess::~DaemonProcess() {
  if (pid_ > 0) {
    send_signal(SIGKILL);
    wait();
  }
  close(notices_);
  close(ended_);
}

void DaemonProcess::send_signal(int number) {
  kill(pid_, number);
}

int DaemonProcess::wait() {
  int status = 0;
  CHECK(waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string DaemonProcess::log() const {
  std::ifstream in(log_);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string DaemonProcess::next_notice() {
  std::array<pollfd, 2> events = {pollfd{notices_, POLLIN, 0},
                                  pollfd{ended_, POLLIN, 0}};
  poll(events.data(), events.size(), -1);
  if ((events[0].revents & POLLIN) == 0) return {};
  std::array<char, 256> text{};
  const auto size = recv(notices_, text.data(), text.size(), 0);
  return {text.data(), static_cast<std::size_t>(size)};
}

sync::ControlClient DaemonProcess::connect() {
  return sync::ControlClient::connect({.home = home_.string()}).value();
}

proto::Request request_of(const Asked& asked) {
  proto::Request request;
  for (const auto& word : asked.verb) request.add_verb(word);
  for (const auto& one : asked.argument) request.add_argument(one);
  for (const auto& [name, value] : asked.option) {
    (*request.mutable_option())[name] = value;
  }
  if (!asked.option.contains("format")) {
    (*request.mutable_option())["format"] = "json";
  }
  request.set_as(asked.as);
  request.set_language("en");
  request.set_input(!asked.files.empty());
  return request;
}

Told DaemonProcess::ask(const Asked& asked) {
  Told told;
  auto client = connect();
  const auto keep = [&](const proto::Reply& reply) -> sync::Result<> {
    if (reply.has_json()) {
      told.rows.push_back(nlohmann::json::parse(reply.json()));
    }
    if (reply.has_note()) told.notes.push_back(reply.note().id());
    if (reply.has_data()) told.data += reply.data();
    if (reply.has_rejected()) ++told.rejected;
    return {};
  };
  const auto input =
      asked.files.empty() ? sync::InputSource() : stream(asked.files);
  auto end = client.ask(request_of(asked), input, keep);
  if (!end) return told;
  told.exit_code = end->exit_code();
  for (const auto& one : end->sentence()) told.ended.push_back(one.id());
  return told;
}

std::string an_incident(const std::string& summary) {
  nlohmann::json record = {
      {"report_channel", "agent"},    {"reported_on", "2026-06-12"},
      {"reporter_mode", "named"},     {"reporter_category", "agent"},
      {"retaliation_risk", "low"},    {"category_primary", "EXT"},
      {"customs_process", "transit"}, {"occurred_from", "2026-05-12T06:10:00Z"},
      {"occurred_precision", "hour"}, {"place_post", "DIB"},
      {"summary", summary},           {"ongoing", false},
      {"danger_to_life", false},      {"evidence_at_risk", false},
      {"hierarchy_concerned", false}, {"severity_proposed", "S2"},
      {"confidentiality", "C1"}};
  record["narrative"] = nlohmann::json::array(
      {{{"text", "Trois agents en tenue ont retenu six sacs."},
        {"given_by", "reporter"},
        {"language", "bam"}}});
  record["subjects"] = nlohmann::json::array({{{"kind", "inconnu"},
                                               {"description", "Trois agents"},
                                               {"alleged_role", "principal"}}});
  return record.dump();
}

}  // namespace relais::test
