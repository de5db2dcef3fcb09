#include "tests/support/model_corpus.h"

#include <sstream>

namespace relais::test {

namespace json = boost::json;

bool CorpusReader::read(const std::string& line, Entry& entry) {
  json::object model = json::parse(line).as_object();
  if (model.contains("forms")) {
    forms_ = model.at("forms").as_object();
    return false;
  }
  entry.seed = model.at("seed").as_int64();
  entry.expected = canonical(model.at("expected"));
  entry.history = std::move(model.at("history").as_object());
  for (auto& [version, form] : entry.history.at("forms").as_object()) {
    form = forms_.at(form.as_string());
  }
  return true;
}

void each_of_corpus(
    const std::function<void(const CorpusReader::Entry&)>& visit) {
  std::istringstream lines(read_source_file("tests/model/corpus.jsonl"));
  CorpusReader reader;
  CorpusReader::Entry entry;
  for (std::string line; std::getline(lines, line);) {
    if (reader.read(line, entry)) visit(entry);
  }
}

}  // namespace relais::test
