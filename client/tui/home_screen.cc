#include "client/tui/home_screen.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/tui/form_screen.h"
#include "client/tui/list_screen.h"
#include "client/tui/pick_screen.h"
#include "client/tui/sealed_screen.h"
#include "client/tui/sheet.h"
#include "client/tui/sync_screen.h"
#include "client/tui/text_input.h"
#include "sync/text/words.h"

namespace relais::tui {
namespace {

using nlohmann::json;

/// More are in the list.
constexpr const char* drafts_shown = "50";

std::string number(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_number() ? found->dump() : "0";
}

}  // namespace

std::string HomeScreen::title(const Desk& desk) const {
  return "Relais  " + desk.words(Sentence{"Start", {}});
}

void HomeScreen::on_top(Desk& desk) {
  ask_all(desk);
}

void HomeScreen::on_tick(Desk& desk) {
  if (!asking_) ask_all(desk);
}

void HomeScreen::ask_all(Desk& desk) {
  asking_ = true;
  desk.ask(this, {{"status"}, {}, {}, nullptr},
           [this, &desk](const Answer& answer) { on_status(answer, desk); });
  desk.ask(
      this, {{"whoami"}, {}, {}, nullptr}, [this, &desk](const Answer& answer) {
        if (answer.rows.empty()) return;
        const std::string name = text_in(answer.rows.front(), "name");
        const std::string who = text_in(answer.rows.front(), "person");
        desk.set_corner(machine_ + "  " +
                        (name.empty()
                             ? sync::person_words(who, nullptr, desk.language())
                             : name));
      });
  desk.ask(this, {{"typed"}, {}, {}, nullptr},
           [this, &desk](const Answer& answer) {
             if (answer.exit_code != 0) return;
             typed_.clear();
             for (const std::string& row : answer.rows) {
               typed_.push_back({desk.words(Sentence{"Not saved yet", {}}),
                                 text_in(text_in(row, "text"), "label"),
                                 text_in(row, "target"), true});
             }
           });
  Ask list{{"list"}, {}, {{"limit", {drafts_shown}}}, nullptr};
  desk.ask(this, list, [this, &desk](const Answer& answer) {
    if (answer.exit_code != 0) return;
    drafts_.clear();
    for (const std::string& row : answer.rows) {
      if (text_in(row, "held") != "draft") continue;
      const std::string reference = text_in(row, "reference");
      drafts_.push_back({desk.words(Sentence{"My drafts", {}}),
                         reference + "  " + text_in(row, "title"),
                         text_in(row, "record"), true});
    }
  });
  desk.ask(
      this, {{"conflicts"}, {}, {}, nullptr},
      [this, &desk](const Answer& answer) {
        asking_ = false;
        if (answer.exit_code != 0) return;
        decisions_.clear();
        for (const std::string& row : answer.rows) {
          const json all = json::parse(row, nullptr, false);
          if (!all.is_object()) continue;
          for (const json& said : all.value("said", json::array())) {
            if (!said.is_string()) continue;
            const std::string reference = text_in(row, "reference");
            decisions_.push_back(
                {desk.words(Sentence{"Conflicts and decisions", {}}),
                 reference + "  " + said.get<std::string>(), reference, false});
          }
        }
      });
}

void HomeScreen::on_status(const Answer& answer, Desk& desk) {
  if (answer.rows.empty()) return desk.tell(answer);
  const json all = json::parse(answer.rows.front(), nullptr, false);
  if (!all.is_object()) return;
  const std::string& row = answer.rows.front();
  machine_ = text_in(row, "machine");
  if (machine_.empty()) machine_ = desk.words(Sentence{"not enrolled", {}});
  const std::string contact = text_in(row, "last_contact");
  status_.assign(
      1, desk.words(Sentence{
             "Last contact with headquarters: {0}",
             {contact.empty() ? desk.words(Sentence{"never", {}})
                              : sync::day_words(contact, desk.language())}}));
  status_.push_back(
      sync::labelled(desk.words(Sentence{"Link", {}}), desk.language()) + " " +
      text_in(row, "link_words"));
  if (all.contains("waiting_bytes")) {
    status_.push_back(desk.words(
        Sentence{"Drafts of yours: {0}. F11: somebody else takes over.",
                 {number(all, "drafts")}}));
  }
  warnings_.clear();
  const json warnings = all.value("warnings", json::array());
  const json remedies = all.value("remedies", json::array());
  for (std::size_t i = 0; i < warnings.size() && i < remedies.size(); ++i) {
    if (!warnings[i].is_string() || !remedies[i].is_string()) continue;
    warnings_.push_back(warnings[i].get<std::string>() + " " +
                        remedies[i].get<std::string>());
  }
  if (all.contains("lanes")) {
    status_.push_back(
        desk.words(Sentence{"Changes, of which a record counts several:", {}}));
  }
  for (const json& lane : all.value("lanes", json::array())) {
    const std::string name = text_in(lane.dump(), "lane");
    Sentence words{"Urgent", {}};
    if (name == "normal") words = Sentence{"Normal", {}};
    if (name == "bulk") words = Sentence{"Bulk", {}};
    status_.push_back(
        sync::labelled(desk.words(words), desk.language()) + " " +
        desk.words(Sentence{"saved {0}, sent {1}, held by headquarters {2}",
                            {number(lane, "saved"), number(lane, "sent"),
                             number(lane, "held")}}));
  }
}

/// A draft that is being typed stands once, among what is not saved yet.
std::vector<HomeScreen::Entry> HomeScreen::entries() const {
  std::vector<Entry> all = typed_;
  for (const Entry& draft : drafts_) {
    const auto same = std::find_if(
        all.begin(), all.end(),
        [&](const Entry& one) { return one.target == draft.target; });
    if (same == all.end()) {
      all.push_back(draft);
    } else {
      same->text = draft.text;
    }
  }
  all.insert(all.end(), decisions_.begin(), decisions_.end());
  return all;
}

void HomeScreen::draw(Grid& grid, int top, int bottom, Desk&) {
  int row = top;
  for (const std::string& line : status_) {
    grid.put({row++, 1}, cut_to(line, grid.columns() - 2));
  }
  for (const std::string& warning : warnings_) {
    const TextInput whole(warning, true);
    for (const auto& [begin, end] : whole.wrapped(grid.columns() - 4)) {
      if (row >= bottom - 2) break;
      grid.put({row++, begin == 0 ? 1 : 3},
               (begin == 0 ? "! " : "") + warning.substr(begin, end - begin),
               Style::bold);
    }
  }
  ++row;
  std::vector<std::pair<std::string, int>> lines;
  const auto all = entries();
  std::string heading;
  int here = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::exchange(heading, all[i].heading) != all[i].heading) {
      lines.emplace_back(all[i].heading, -1);
    }
    if (static_cast<int>(i) == scroll_.at)
      here = static_cast<int>(lines.size());
    lines.emplace_back(all[i].text, static_cast<int>(i));
  }
  const int page = std::max(1, bottom - row);
  scroll_.page = page;
  scroll_.first = scrolled(scroll_.first, here, page);
  for (int i = 0; i < page; ++i) {
    const auto line = static_cast<std::size_t>(scroll_.first + i);
    if (line >= lines.size()) break;
    const auto& [text, entry] = lines[line];
    const bool chosen = entry >= 0 && entry == scroll_.at;
    grid.mark(row + i, chosen);
    grid.put({row + i, entry < 0 ? 1 : 2}, cut_to(text, grid.columns() - 3),
             entry < 0 ? Style::bold : Style::plain);
  }
}

void HomeScreen::new_record(Desk& desk) {
  desk.ask_first(
      this, {{"sheet"}, {}, {}, nullptr}, [&desk](const Answer& answer) {
        std::vector<Item> forms;
        for (const std::string& row : answer.rows) {
          forms.push_back({text_in(row, "form"), text_in(row, "label"), false});
        }
        if (forms.empty()) {
          desk.tell(desk.words(Sentence{
              "There is no form here yet: enrol this machine, then sync", {}}));
          return;
        }
        forms.push_back(
            {"",
             desk.words(Sentence{"With a code: add to a sealed report, or "
                                 "read an answer",
                                 {}}),
             false});
        desk.push(std::make_unique<PickScreen>(
            desk.words(Sentence{"New", {}}), std::move(forms),
            [&desk](const Item& form) {
              if (form.code.empty()) return begin_with_code(desk, "incident");
              desk.push(std::make_unique<FormScreen>(form.code));
            }));
      });
}

void HomeScreen::on_key(const Key& key, Desk& desk) {
  const auto all = entries();
  scroll_.to(scroll_.at, static_cast<int>(all.size()));
  if (scroll_.on_key(key, static_cast<int>(all.size()))) return;
  if (key.name == Key::Name::enter && !all.empty()) {
    const Entry& entry = all[static_cast<std::size_t>(scroll_.at)];
    if (!entry.form) return show_record(desk, this, entry.target, false);
    desk.push(std::make_unique<FormScreen>(entry.target));
  } else if (is_function(key, 2, "nN")) {
    new_record(desk);
  } else if (is_function(key, 3, "fFrR")) {
    desk.push(std::make_unique<ListScreen>());
  } else if (is_function(key, 4, "sS")) {
    desk.push(std::make_unique<SyncScreen>());
  } else if (is_function(key, 10, "qQ")) {
    desk.close(this);
  }
}

std::vector<Hint> HomeScreen::hints() const {
  return {{"F2", Sentence{"New", {}}},   {"F3", Sentence{"Records", {}}},
          {"F4", Sentence{"Sync", {}}},  {"Enter", Sentence{"Open", {}}},
          {"F12", Sentence{"Hide", {}}}, {"F10", Sentence{"Quit", {}}}};
}

}  // namespace relais::tui
