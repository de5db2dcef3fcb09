#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/expression.h"

namespace relais::test {

/// Facts typed in by hand.
class PlainFacts final : public sync::Facts {
 public:
  PlainFacts& set(const std::string& path, sync::Value value) {
    value_[path] = std::move(value);
    return *this;
  }
  PlainFacts& set(const std::string& path, const char* text) {
    return set(path, sync::Value(std::string(text)));
  }
  PlainFacts& code(const std::string& path, const char* code) {
    return set(path, sync::Value(sync::Code{code}));
  }
  /// One row more; its cells answer to "table.column", its key to
  /// "table.@row".
  PlainFacts& row(const std::string& table, sync::Row row,
                  const std::string& key = {}) {
    rows_[table].push_back(std::move(row));
    keys_[table].push_back(key);
    return *this;
  }

  sync::Value value(const std::string& path) const override {
    const auto found = value_.find(path);
    return found == value_.end() ? sync::Value() : found->second;
  }
  std::vector<sync::Value> values(const std::string& path) const override {
    const auto dot = path.find('.');
    const auto table = rows_.find(path.substr(0, dot));
    std::vector<sync::Value> out;
    if (table == rows_.end()) return out;
    if (path.ends_with(".@row")) {
      for (const auto& key : keys_.at(table->first)) {
        out.push_back(sync::Value(key));
      }
      return out;
    }
    for (const sync::Row& row : table->second) {
      const auto cell =
          dot == std::string::npos ? row.end() : row.find(path.substr(dot + 1));
      out.push_back(cell == row.end() ? sync::Value() : cell->second);
    }
    return out;
  }

 private:
  std::map<std::string, sync::Value> value_;
  std::map<std::string, std::vector<sync::Row>> rows_;
  std::map<std::string, std::vector<std::string>> keys_;
};

}  // namespace relais::test
