#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/sheet.h"

namespace relais::tui {

/// A value on its way: what `--set` takes.
struct Typed {
  std::string address;
  std::string text;
  bool operator==(const Typed&) const = default;
};

/// One form being filled in: what the daemon knows of it, what is typed and
/// not saved yet, and the talk about both. A local draft is saved value by
/// value; anything else when `save` is asked for, and until then what is typed
/// is kept by the daemon, so that a power cut takes a few words at most.
///
/// `changed` runs after every answer; it may draw, and nothing else.
class FormWork {
 public:
  /// `target`: a form, or a record. `owner` must outlive no answer: the desk
  /// drops those that come after it is gone.
  FormWork(std::string target, const Screen* owner,
           std::function<void(Desk&)> changed)
      : target_(std::move(target)),
        owner_(owner),
        changed_(std::move(changed)) {}

  bool loaded() const { return loaded_; }
  /// Why it cannot be shown (any more); "" while it can.
  const std::string& gone() const { return gone_; }
  /// What was typed and is saved nowhere, as a text to be read.
  std::string typed_text() const;
  const Sheet& sheet() const { return sheet_; }
  bool unsaved() const { return !typed_.empty(); }
  /// What was being typed when the power went: a field, or a row's columns.
  std::vector<Typed> take_interrupted();

  void open(Desk& desk);
  /// Values of questions.
  void set(Desk& desk, const std::vector<Typed>& values);
  /// A whole row or entry, new or not: all or nothing. Done: "" or why not.
  /// `replaces`: the entry of a draft that goes for it.
  using Done = std::function<void(Desk&, const std::string& fault)>;
  void set_row(Desk& desk, const std::vector<Typed>& values, Done done,
               const std::string& replaces = {});
  /// Rows, codes, entries of a draft. The reason is for what is shared.
  void take_out(Desk& desk, const std::vector<std::string>& addresses,
                const std::string& reason, Done done);
  /// Everything typed, in one change. Done: "" or why not.
  void save(Desk& desk, Done done);
  void submit(Desk& desk, Done done);
  /// Keeps what is typed, and what is being typed right now.
  void keep(Desk& desk, const std::vector<Typed>& typing);
  /// Nothing typed is kept any longer.
  void forget(Desk& desk);
  /// Whether the daemon said that it keeps exactly this.
  bool keeps(const std::vector<Typed>& typing) const {
    return safe_ == as_kept(typing);
  }

 private:
  void refresh(Desk& desk);
  void put_kept(Desk& desk, const std::string& text);
  std::string as_kept(const std::vector<Typed>& typing) const;
  void write(Desk& desk, const Ask& ask,
             const std::function<void(Desk&, const Answer&)>& then);
  void restore(Desk& desk, const Answer& answer);
  Ask ask_to_write(const std::vector<Typed>& values) const;
  void merge(const std::vector<Typed>& values);

  std::string target_;
  const Screen* owner_;
  std::function<void(Desk&)> changed_;
  Sheet sheet_;
  bool loaded_ = false;
  std::string gone_;
  std::vector<Typed> typed_;
  std::vector<Typed> interrupted_;
  std::string kept_;  ///< as it was given to be kept last
  std::string safe_;  ///< as the daemon has it on its disk
};

}  // namespace relais::tui
