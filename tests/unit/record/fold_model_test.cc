#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/model_history.h"

namespace relais {
namespace {

namespace json = boost::json;

std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(
           RELAIS_SOURCE_DIR "/tests/model/examples")) {
    names.push_back(file.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

json::object example(const std::string& name) {
  return json::parse(test::read_source_file("tests/model/examples/" + name))
      .as_object();
}

TEST(FoldOfModelExamples, AreAllThere) {
  EXPECT_EQ(example_names().size(), 49u);
}

TEST(FoldOfModelExamples, GiveTheModelsResultByteForByte) {
  for (const std::string& name : example_names()) {
    SCOPED_TRACE(name);
    const json::object story = example(name);
    const test::ModelHistory history(story.at("history").as_object());

    EXPECT_EQ(test::canonical(history.fold_all()),
              test::canonical(story.at("expected")));
  }
}

}  // namespace
}  // namespace relais
