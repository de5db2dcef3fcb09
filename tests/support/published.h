#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::test {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Ids of the forms that the product brings, in order.
inline std::vector<std::string> published_form_ids() {
  std::vector<std::string> ids;
  for (const auto& file :
       std::filesystem::directory_iterator(RELAIS_SOURCE_DIR "/proto/forms")) {
    if (file.path().extension() == ".textproto") {
      ids.push_back(file.path().stem());
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

inline std::shared_ptr<const sync::Form> published_form(const std::string& id) {
  static std::map<std::string, std::shared_ptr<const sync::Form>> read;
  if (read.contains(id)) return read[id];
  auto form = sync::Form::parse(file_text(std::string(RELAIS_SOURCE_DIR) +
                                          "/proto/forms/" + id + ".textproto"));
  if (!form) {
    ADD_FAILURE() << id << ": " << form.error().what.id << " "
                  << testing::PrintToString(form.error().what.arguments);
    return nullptr;
  }
  return read[id] = *form;
}

/// The tables that the product brings, with the fictional officers.
inline sync::Tables published_tables() {
  static sync::Tables tables;
  if (!tables.table.empty()) return tables;
  for (const char* folder : {RELAIS_SOURCE_DIR "/proto/reference",
                             RELAIS_SOURCE_DIR "/proto/reference/sample"}) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().extension() != ".csv") continue;
      auto table = sync::Table::parse(file_text(file.path()));
      if (!table) {
        ADD_FAILURE() << file.path() << ": " << table.error().what.id << " "
                      << testing::PrintToString(table.error().what.arguments);
        continue;
      }
      tables.table[file.path().stem()] = *table;
    }
  }
  return tables;
}

}  // namespace relais::test
