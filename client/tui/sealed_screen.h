#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/cli/sealed_report.h"
#include "client/tui/questions.h"

namespace relais::tui {

/// A report that only its recipients read. What is typed is in this process
/// alone: kept nowhere at a pause, and gone with the screen; the daemon is
/// given ready envelopes. Before they leave, the code is shown and has to be
/// written down.
class SealedScreen final : public Screen {
 public:
  /// `mode`: the choice that is no open one.
  SealedScreen(std::string form, std::string mode)
      : form_id_(std::move(form)), mode_(std::move(mode)) {}
  /// A statement added to the report of this code.
  SealedScreen(std::string form, sync::ReportKey key)
      : form_id_(std::move(form)), key_(std::move(key)) {}

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  std::string note(const Desk& desk) const override;
  void on_top(Desk& desk) override;
  bool keeps_alone() const override;
  bool names_nobody() const override { return true; }

 private:
  void show();
  void take(const std::string& text, const std::string& words);
  void open(const Key& key, Desk& desk);
  void open_codes(const Question& question, Desk& desk);
  void finish(Desk& desk);
  void show_code(const std::string& code, Desk& desk);
  void send(const sync::ReportKey& key, Desk& desk);
  void give_up(Desk& desk);
  Question* here();
  cli::SealedAnswers answers() const;

  std::string form_id_;
  std::string mode_;
  std::optional<sync::ReportKey> key_;  ///< of a statement
  std::optional<cli::SealedForm> form_;
  std::vector<Question> questions_;
  Questions list_;
};

/// Asks for a code, then what to do with it: add a statement, read answers.
void begin_with_code(Desk& desk, const std::string& form);

}  // namespace relais::tui
