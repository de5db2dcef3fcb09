#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/result.h"

namespace relais::crash {

namespace fs = std::filesystem;

/// What somebody was told, and when: a number that may only grow, 1 for what is
/// there or not ("record INC-2026-DIB-A-0001", "held 7f..." 12).
class Ledger {
 public:
  struct Line {
    std::string what;
    std::uint64_t value = 1;
    std::size_t at = 0;  ///< after so many operations of the disk
  };
  void said(const std::string& what, std::uint64_t value = 1);
  const std::vector<Line>& lines() const { return lines_; }

 private:
  std::vector<Line> lines_;
};

/// What is there after a start: facts in the ledger's words, and whatever must
/// not be (a damaged row, half of a save, a chain that does not verify).
struct Found {
  std::map<std::string, std::uint64_t> facts;
  std::vector<std::string> faults;

  void fault(const std::string& what, const sync::Error& error);
  std::uint64_t operator[](const std::string& what) const;
};

/// One thing that people do and that a power cut may interrupt, on real
/// product code. Everything that it keeps on the disk lies below `root`.
class Scenario {
 public:
  Scenario() = default;
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;
  virtual ~Scenario() = default;

  /// What was there before.
  virtual void prepare(const fs::path& root) = 0;
  /// From a start of the program to its orderly end. Tells the ledger at once
  /// what the product calls saved. Whoever is interrupted does it again: from
  /// any state that a crash left, this ends well.
  virtual sync::Result<> run(const fs::path& root, Ledger& ledger) = 0;
  /// A start of the program after the power is back.
  virtual Found look(const fs::path& root) = 0;
};

struct Named {
  std::string name;
  std::function<std::unique_ptr<Scenario>()> make;
};
/// All of them; the long ones first.
const std::vector<Named>& scenarios();

std::unique_ptr<Scenario> draft_scenario();
std::unique_ptr<Scenario> submit_scenario();
std::unique_ptr<Scenario> import_scenario();
std::unique_ptr<Scenario> apply_scenario();
std::unique_ptr<Scenario> packet_scenario();
std::unique_ptr<Scenario> enrol_scenario();
std::unique_ptr<Scenario> migrate_scenario();
std::unique_ptr<Scenario> first_start_scenario();
std::unique_ptr<Scenario> receipt_scenario();
std::unique_ptr<Scenario> backup_scenario();
std::unique_ptr<Scenario> restore_scenario();
std::unique_ptr<Scenario> decide_scenario();

}  // namespace relais::crash
