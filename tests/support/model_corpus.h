#pragma once

#include <functional>
#include <string>

#include "tests/support/model_history.h"

namespace relais::test {

/// Reads histories with their results, one JSON line each, as
/// tests/model/generate_corpus.py writes them. Forms stand once, in the first
/// line, and are named in the others.
class CorpusReader {
 public:
  struct Entry {
    std::int64_t seed = 0;
    boost::json::object history;
    std::string expected;  ///< canonical
  };

  /// False where the line only brought forms.
  bool read(const std::string& line, Entry& entry);

 private:
  boost::json::object forms_;
};

/// The committed corpus, tests/model/corpus.jsonl.
void each_of_corpus(
    const std::function<void(const CorpusReader::Entry&)>& visit);

}  // namespace relais::test
