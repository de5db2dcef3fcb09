#pragma once

#include <string>

#include "client/tui/desk.h"
#include "client/tui/text_input.h"

namespace relais::tui {

/// Who is there: matricule and PIN, or the code of an envelope and a first
/// PIN. Shows nothing else of the machine, and not who has a PIN.
class LoginScreen final : public Screen {
 public:
  enum class Why : std::uint8_t {
    start,   ///< the program begins
    locked,  ///< by a key, or because nobody pressed one
    ended,   ///< the daemon knows of nobody any more
    change,  ///< somebody else takes over
  };
  /// `person` stands there already: what he did goes on when he is back.
  LoginScreen(Why why, std::string person, bool may_go_on);

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  /// Under the fields; what was typed unseen is to be typed again.
  void tell(std::string said);

 private:
  struct Field {
    Sentence label;
    TextInput input;
    bool unseen = true;
    bool optional = false;
  };
  void show_fields();
  void enter(Desk& desk);
  /// The first one that is to be typed; the last one: none.
  std::size_t next_to_type() const;
  void log_in(Desk& desk, const std::string& salt);
  void on_login(const Answer& answer, Desk& desk);
  Field& here() { return fields_[at_]; }
  std::string typed(std::size_t field) const {
    return fields_[field].input.text();
  }

  Why why_;
  bool may_go_on_;  ///< without logging in: nobody has a PIN yet
  bool by_slip_ = false;
  std::vector<Field> fields_;
  std::size_t at_ = 0;
  std::string said_;
};

}  // namespace relais::tui
