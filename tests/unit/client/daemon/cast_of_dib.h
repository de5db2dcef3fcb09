#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/unit/client/daemon/shared_post.h"

namespace relais::test {

/// One record, or one draft, and what tells of it.
struct Piece {
  std::string kind;  ///< "report naming the chief"
  std::string form;
  std::string reference;
  std::string record;              ///< id, in hexadecimal
  std::string secret;              ///< a word that only it holds
  std::vector<std::string> edits;  ///< as --set, of which one may be allowed
};

/// Officers of DIB who share a machine, each with a PIN and logged in, and
/// what they wrote there.
class CastOfDib : public SharedPost {
 public:
  CastOfDib();

  /// Whoever may call: the name of a column, and how he calls.
  struct Caller {
    std::string name;
    std::string session;
    uid_t uid = owner;
  };
  std::vector<Caller> callers;
  std::vector<Piece> pieces;

  const Caller& caller(const std::string& name) const;
  const Piece& piece(const std::string& kind) const;
  Heard ask(const Caller& caller, const std::string& verb,
            const std::vector<std::string>& argument = {},
            const std::map<std::string, std::string>& option = {});
  /// Everything that was said, as one text.
  static std::string all_of(const Heard& heard);

 private:
  void add(const std::string& kind, const std::string& who,
           const std::string& form, const std::vector<std::string>& set,
           const std::vector<std::string>& edits, bool submit = true);
};

inline constexpr const char* colleague_of_dib = "0107-568.P";
inline constexpr const char* superior_of_dib = "924-31.C";
inline constexpr const char* subject_of_dib = "0132-921.L";

}  // namespace relais::test
