#include "client/tui/sync_screen.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/cli/input_file.h"
#include "client/cli/output_file.h"
#include "client/tui/pick_screen.h"
#include "client/tui/sheet.h"
#include "client/tui/text_screen.h"

namespace relais::tui {
namespace {

using nlohmann::json;

/// No file of ours is larger.
constexpr std::size_t file_bytes_max = 64 * 1024 * 1024;
constexpr const char* file_ending = ".relais";
constexpr const char* most_counted = "262144";

std::string number(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_number() ? found->dump() : "0";
}

sync::Result<std::string> whole_file(const std::string& path) {
  auto file = cli::InputFile::open(path);
  if (!file) return sync::fail(file.error());
  auto bytes = file->read(file_bytes_max);
  if (!bytes) return bytes;
  if (auto good = file->check(); !good) return sync::fail(good.error());
  return bytes;
}

/// Packet files in a folder, and in the folders right below: sticks show up
/// as /media/NAME.
std::vector<std::string> packet_files(const std::string& folder) {
  std::vector<std::string> all;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(
      folder, std::filesystem::directory_options::skip_permission_denied,
      error);
  constexpr int depth_max = 2;
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    if (entry.depth() >= depth_max) entry.disable_recursion_pending();
    if (entry->path().extension() == file_ending) {
      all.push_back(entry->path().string());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::string SyncScreen::title(const Desk& desk) const {
  return desk.words(Sentence{"Sync", {}});
}

void SyncScreen::on_top(Desk& desk) {
  ask_waiting(desk);
}

void SyncScreen::ask_waiting(Desk& desk) {
  Ask status{{"status"}, {}, {{"format", {"table"}}}, nullptr};
  desk.ask(this, status,
           [this](const Answer& answer) { state_ = answer.data; });
  // Packets are made to be counted: of a backlog, only the first.
  Ask cost{{"sync"},
           {},
           {{"dry-run", {"true"}}, {"max-bytes", {most_counted}}},
           nullptr};
  desk.ask(this, cost, [this, &desk](const Answer& answer) {
    cost_.clear();
    if (answer.rows.empty()) return;
    const json row = json::parse(answer.rows.front(), nullptr, false);
    if (!row.is_object()) return;
    const std::string bytes = number(row, "bytes");
    // Where officers have PINs nobody sees how many packets there are.
    Sentence said{"A sync now would send {0} bytes at most.", {bytes}};
    if (row.value("more", false)) {
      said = Sentence{"A sync now would send more than {0} bytes.", {bytes}};
    } else if (row.contains("packets")) {
      said = Sentence{"A sync now would send {0} packets, {1} bytes.",
                      {number(row, "packets"), bytes}};
    }
    cost_ = desk.words(said);
  });
}

void SyncScreen::talk(Desk& desk) {
  if (std::exchange(talking_, true)) return;
  events_.push_back(desk.words(Sentence{"Talking to headquarters", {}}));
  Ask ask{{"sync"}, {}, {{"wait", {"true"}}}, nullptr, true};
  desk.ask(this, ask, [this, &desk](const Answer& answer) {
    if (answer.more) {
      events_.push_back(answer.progress);
      return;
    }
    talking_ = false;
    for (const std::string& row : answer.rows) {
      const json report = json::parse(row, nullptr, false);
      if (!report.is_object()) continue;
      const Sentence packets{
          "{0} packets sent, {1} received; {2} bytes sent, {3} received.",
          {number(report, "packets_sent"), number(report, "packets_taken"),
           number(report, "bytes_up"), number(report, "bytes_down")}};
      const Sentence bytes{
          "{0} bytes sent at most, {1} received.",
          {number(report, "bytes_up"), number(report, "bytes_down")}};
      events_.push_back(
          desk.words(report.contains("packets_sent") ? packets : bytes));
    }
    for (const std::string& note : answer.notes) events_.push_back(note);
    for (const std::string& said : answer.said) events_.push_back(said);
    if (answer.exit_code == 0) {
      events_.push_back(desk.words(Sentence{"The session is complete.", {}}));
    }
    ask_waiting(desk);
  });
}

void SyncScreen::write_file(Desk& desk, const std::string& named) {
  if (named.empty()) return;
  std::error_code error;
  const std::string path = std::filesystem::is_directory(named, error)
                               ? (std::filesystem::path(named) /
                                  ("relais" + std::string(file_ending)))
                                     .string()
                               : named;
  if (std::filesystem::exists(path, error)) {
    desk.tell(desk.words(Sentence{
        "{0} is there already and stays as it is: choose another name.",
        {path}}));
    return;
  }
  desk.ask(this, {{"packet", "export"}, {path}, {}, nullptr},
           [this, &desk, path](const Answer& answer) {
             if (answer.exit_code != 0 || answer.data.empty())
               return desk.tell(answer);
             auto file = cli::OutputFile::open(path);
             sync::Result<> kept;
             if (!file) {
               kept = sync::fail(file.error());
             } else if (kept = file->write(answer.data); kept) {
               kept = file->keep();
             }
             if (!kept) return desk.tell(desk.words(kept.error().what));
             mark_sent(desk,
                       answer.rows.empty()
                           ? ""
                           : text_in(answer.rows.front(), "reach"),
                       path);
           });
}

/// Only now that the file is safe on its disk.
void SyncScreen::mark_sent(Desk& desk, const std::string& reach,
                           const std::string& path) {
  Ask ask{{"packet", "sent"}, {}, {}, nullptr};
  std::istringstream places(reach);
  for (std::string place; places >> place;) ask.argument.push_back(place);
  const auto told = [this, &desk, path](const Answer& answer) {
    desk.tell(answer);
    if (answer.exit_code != 0) return;
    events_.push_back(desk.words(
        Sentence{"{0} is written: carry it to headquarters, and bring the "
                 "answer back.",
                 {path}}));
    ask_waiting(desk);
  };
  if (ask.argument.empty()) return told({});
  desk.ask(this, ask, told);
}

void SyncScreen::read_file(Desk& desk, const std::string& path) {
  if (path.empty()) return;
  auto bytes = whole_file(path);
  if (!bytes) return desk.tell(desk.words(bytes.error().what));
  Ask ask{{"packet", "import"},
          {path},
          {},
          std::make_shared<const std::string>(std::move(*bytes))};
  desk.ask(this, ask, [this, &desk, path](const Answer& answer) {
    for (const std::string& note : answer.notes) events_.push_back(note);
    for (const std::string& said : answer.said) events_.push_back(said);
    if (answer.exit_code == 0) {
      events_.push_back(desk.words(Sentence{"{0} is read.", {path}}));
    }
    ask_waiting(desk);
  });
}

void SyncScreen::choose_file(Desk& desk) {
  const std::string other = desk.words(Sentence{"Another file...", {}});
  std::vector<Item> items{{"", other, false}};
  for (const char* folder : {"/media", "/run/media", "/mnt", "."}) {
    for (const std::string& path : packet_files(folder)) {
      items.push_back({path, path, false});
    }
  }
  desk.push(std::make_unique<PickScreen>(
      desk.words(Sentence{"A file from headquarters", {}}), std::move(items),
      [this, &desk](const Item& item) {
        if (!item.code.empty()) return read_file(desk, item.code);
        desk.push(std::make_unique<PromptScreen>(
            desk.words(Sentence{"A file from headquarters", {}}),
            desk.words(Sentence{"Where it lies:", {}}), "/media/",
            [this, &desk](const std::string& path) { read_file(desk, path); }));
      }));
}

void SyncScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const TextInput state(state_, true);
  int row = top;
  for (const auto& [begin, end] : state.wrapped(grid.columns() - 2)) {
    if (row >= bottom - 4) break;
    grid.put({row++, 1}, state_.substr(begin, end - begin));
  }
  grid.put({row++, 1}, cut_to(cost_, grid.columns() - 2), Style::bold);
  ++row;
  std::vector<std::string> lines;
  for (const std::string& event : events_) {
    const TextInput whole(event, true);
    for (const auto& [begin, end] : whole.wrapped(grid.columns() - 4)) {
      lines.push_back((begin == 0 ? "- " : "  ") +
                      event.substr(begin, end - begin));
    }
  }
  const auto room = static_cast<std::size_t>(std::max(0, bottom - row));
  const std::size_t first = lines.size() > room ? lines.size() - room : 0;
  for (std::size_t i = first; i < lines.size(); ++i) {
    grid.put({row++, 1}, lines[i]);
  }
  if (lines.empty()) {
    grid.put({row, 1},
             desk.words(Sentence{
                 "Sync runs by itself whenever there is a link.", {}}));
  }
}

void SyncScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) {
    desk.close(this);
  } else if (is_function(key, 5, "sS")) {
    talk(desk);
  } else if (is_function(key, 6, "eE")) {
    desk.push(std::make_unique<PromptScreen>(
        desk.words(Sentence{"A file for headquarters", {}}),
        desk.words(Sentence{"Where to write it:", {}}), "/media/",
        [this, &desk](const std::string& path) { write_file(desk, path); }));
  } else if (is_function(key, 7, "iI")) {
    choose_file(desk);
  }
}

std::vector<Hint> SyncScreen::hints() const {
  return {{"F5", Sentence{"Sync now", {}}},
          {"F6", Sentence{"Write a file", {}}},
          {"F7", Sentence{"Read a file", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
