#pragma once

#include <filesystem>
#include <string>

namespace relais::test {

/// What somebody with SQLite's own tools does to a database that no store has
/// open: runs the statements, and gives the first column of the last row.
std::string run_sql(const std::filesystem::path& path, const std::string& sql);

}  // namespace relais::test
