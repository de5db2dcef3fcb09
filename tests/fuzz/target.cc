#include "tests/fuzz/target.h"

namespace relais::fuzz {

std::map<std::string, Target>& targets() {
  static std::map<std::string, Target> all;
  return all;
}

}  // namespace relais::fuzz
