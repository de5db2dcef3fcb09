#include "client/tui/form_work.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

namespace relais::tui {
namespace {

using nlohmann::json;

std::vector<std::string> settings(const std::vector<Typed>& values) {
  std::vector<std::string> all;
  for (const Typed& one : values) all.push_back(one.address + "=" + one.text);
  return all;
}

std::string why_not(const Answer& answer) {
  if (answer.exit_code == 0) return {};
  std::string all;
  for (const std::string& said : answer.said) {
    all += (all.empty() ? "" : " ") + said;
  }
  return all.empty() ? "?" : all;
}

json in_json(const std::vector<Typed>& values) {
  json all = json::array();
  for (const Typed& one : values) {
    all.push_back({{"address", one.address}, {"text", one.text}});
  }
  return all;
}

std::vector<Typed> from_json(const json& kept, const char* name) {
  std::vector<Typed> all;
  const auto found = kept.find(name);
  if (found == kept.end() || !found->is_array()) return all;
  for (const json& one : *found) {
    all.push_back(
        {text_in(one.dump(), "address"), text_in(one.dump(), "text")});
  }
  return all;
}

}  // namespace

std::vector<Typed> FormWork::take_interrupted() {
  return std::exchange(interrupted_, {});
}

void FormWork::open(Desk& desk) {
  desk.ask_first(owner_, {{"typed"}, {}, {}, nullptr},
                 [this, &desk](const Answer& answer) {
                   restore(desk, answer);
                   refresh(desk);
                 });
}

void FormWork::restore(Desk&, const Answer& answer) {
  for (const std::string& row : answer.rows) {
    if (text_in(row, "target") != target_) continue;
    kept_ = text_in(row, "text");
    const json kept = json::parse(kept_, nullptr, false);
    if (!kept.is_object()) continue;
    typed_ = from_json(kept, "typed");
    interrupted_ = from_json(kept, "typing");
  }
}

void FormWork::refresh(Desk& desk) {
  Ask ask{{"sheet"}, {target_}, {}, nullptr};
  if (!typed_.empty()) ask.option["set"] = settings(typed_);
  desk.ask_first(owner_, ask, [this, &desk](const Answer& answer) {
    if (answer.exit_code != 0 || answer.rows.empty()) {
      if (!loaded_) gone_ = why_not(answer);
      return desk.tell(answer);
    }
    auto sheet = read_sheet(answer.rows.front());
    if (!sheet) return desk.tell(desk.words(sheet.error().what));
    sheet_ = std::move(*sheet);
    loaded_ = true;
    // From now on by its id: the form's own place is free for a next one.
    if (!sheet_.record.empty()) target_ = sheet_.record;
    changed_(desk);
  });
}

Ask FormWork::ask_to_write(const std::vector<Typed>& values) const {
  const bool begun = !sheet_.record.empty();
  Ask ask{{begun ? "edit" : "new"}, {target_}, {}, nullptr};
  ask.option["set"] = settings(values);
  return ask;
}

void FormWork::write(Desk& desk, const Ask& ask,
                     const std::function<void(Desk&, const Answer&)>& then) {
  // Nobody waits for it: closing the form does not take it back.
  desk.ask_first(owner_, ask, [this, &desk, then](const Answer& answer) {
    if (answer.exit_code == 0 && sheet_.record.empty() &&
        !answer.rows.empty()) {
      forget(desk);
      target_ = text_in(answer.rows.front(), "record");
    }
    then(desk, answer);
    refresh(desk);
  });
}

/// A later word on one place replaces an earlier one; new rows only follow.
void FormWork::merge(const std::vector<Typed>& values) {
  for (const Typed& value : values) {
    if (value.address.find("[+]") == std::string::npos) {
      std::erase_if(typed_, [&](const Typed& old) {
        return old.address == value.address;
      });
    }
    typed_.push_back(value);
  }
}

void FormWork::set(Desk& desk, const std::vector<Typed>& values) {
  merge(values);
  keep(desk, {});
  if (!sheet_.draft) return refresh(desk);
  // One at a time: what is no value yet stays typed and stops no other.
  write(desk, ask_to_write(values),
        [this, values](Desk& now, const Answer& answer) {
          if (answer.exit_code != 0) return;
          std::erase_if(typed_, [&](const Typed& one) {
            return std::find(values.begin(), values.end(), one) != values.end();
          });
          keep(now, {});
        });
}

void FormWork::set_row(Desk& desk, const std::vector<Typed>& values, Done done,
                       const std::string& replaces) {
  if (!sheet_.draft && sheet_.record.empty()) {
    merge(values);
    keep(desk, {});
    done(desk, "");
    return refresh(desk);
  }
  Ask ask = ask_to_write(values);
  if (!replaces.empty()) {
    ask.option["annul"] = {replaces};
    ask.option["reason"] = {desk.words(Sentence{"corrected in a draft", {}})};
  }
  write(desk, ask,
        [this, done = std::move(done)](Desk& now, const Answer& answer) {
          if (answer.exit_code == 0) keep(now, {});
          if (answer.exit_code == 0 && !sheet_.draft) {
            now.tell(now.words(Sentence{
                "Saved on this machine. If it does not show here, it is for "
                "headquarters alone: do not type it again.",
                {}}));
          }
          done(now, why_not(answer));
        });
}

void FormWork::take_out(Desk& desk, const std::vector<std::string>& addresses,
                        const std::string& reason, Done done) {
  if (sheet_.record.empty()) {
    std::erase_if(typed_, [&](const Typed& one) {
      return std::any_of(addresses.begin(), addresses.end(),
                         [&](const std::string& address) {
                           return one.address.starts_with(address);
                         });
    });
    keep(desk, {});
    done(desk, "");
    return refresh(desk);
  }
  Ask ask{{"edit"}, {target_}, {}, nullptr};
  ask.option["annul"] = addresses;
  ask.option["reason"] = {reason};
  desk.ask_first(owner_, ask,
                 [this, &desk, done = std::move(done)](const Answer& answer) {
                   done(desk, why_not(answer));
                   refresh(desk);
                 });
}

void FormWork::save(Desk& desk, Done done) {
  if (typed_.empty()) return done(desk, "");
  write(desk, ask_to_write(typed_),
        [this, done = std::move(done)](Desk& now, const Answer& answer) {
          if (answer.exit_code == 0) {
            typed_.clear();
            keep(now, {});
          }
          done(now, why_not(answer));
        });
}

void FormWork::submit(Desk& desk, Done done) {
  desk.ask_first(owner_, {{"submit"}, {target_}, {}, nullptr},
                 [this, &desk, done = std::move(done)](const Answer& answer) {
                   if (answer.exit_code == 0) {
                     typed_.clear();
                     keep(desk, {});
                   }
                   done(desk, why_not(answer));
                 });
}

std::string FormWork::as_kept(const std::vector<Typed>& typing) const {
  if (typed_.empty() && typing.empty()) return {};
  json kept{{"label", sheet_.label + "  " + sheet_.reference}};
  if (!typed_.empty()) kept["typed"] = in_json(typed_);
  if (!typing.empty()) kept["typing"] = in_json(typing);
  return kept.dump();
}

void FormWork::keep(Desk& desk, const std::vector<Typed>& typing) {
  put_kept(desk, as_kept(typing));
}

std::string FormWork::typed_text() const {
  std::string text;
  for (const auto* some : {&typed_, &interrupted_}) {
    for (const Typed& one : *some) {
      text += one.address + " = " + one.text + "\n";
    }
  }
  return text;
}

void FormWork::forget(Desk& desk) {
  put_kept(desk, {});
}

void FormWork::put_kept(Desk& desk, const std::string& text) {
  if (text == kept_) return;
  kept_ = text;
  const Ask ask{
      {"typed"}, {target_}, {}, std::make_shared<const std::string>(text)};
  // It is written even when nobody is there any more to hear of it.
  desk.ask(nullptr, ask,
           [this, &desk, text, alive = owner_->alive()](const Answer& answer) {
             desk.tell(answer);
             if (!alive.expired() && answer.exit_code == 0) safe_ = text;
           });
}

}  // namespace relais::tui
