#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/target.h"

/// Reads a committed corpus: `fuzz_replay TARGET FOLDER`. A target that aborts,
/// or a folder without a file, fails.
int main(int count, char** words) {
  const auto& known = relais::fuzz::targets();
  const auto target = known.find(count == 3 ? words[1] : "");
  if (target == known.end()) {
    std::fputs("fuzz_replay TARGET FOLDER, where TARGET is one of\n", stderr);
    for (const auto& one : known) {
      std::fprintf(stderr, "  %s\n", one.first.c_str());
    }
    return 2;
  }
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(words[2])) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(in), {}};
    // The last line, should this input end the program.
    std::printf("%s\n", file.path().filename().c_str());
    std::fflush(stdout);
    target->second.run(input);
    ++files;
  }
  std::printf("%s: %d inputs\n", words[1], files);
  return files > 0 ? 0 : 1;
}
