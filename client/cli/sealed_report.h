#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proto/sealed.pb.h"
#include "sync/result.h"
#include "sync/sealed/report.h"

namespace relais::cli {

using sync::Sentence;

/// A report that only its recipients read, as it is typed: its words are in
/// this process alone, and leave it sealed. What is asked, and who the
/// recipients are, comes from the daemon (the verb `sealing`).
struct SealedQuestion {
  std::string address;
  std::string label;
  std::string help;
  std::string type;  ///< "text", "code", "codes" (A,B), "yes_no" (true, false)
  std::string list;
  std::vector<std::pair<std::string, std::string>> choices;  ///< code, label
  bool required = false;
};

/// Answers by address, as they are typed; empty: none.
using SealedAnswers = std::map<std::string, std::string>;

class SealedForm {
 public:
  /// wire_format: no such answer; not_found: nobody reads sealed reports yet.
  static sync::Result<SealedForm> read(const std::string& json);

  const std::string& id() const { return id_; }
  const std::string& label() const { return label_; }
  /// The field that is asked first, its choices, and the one that stays open.
  const std::string& mode_field() const { return mode_field_; }
  const std::vector<std::pair<std::string, std::string>>& modes() const {
    return modes_;
  }
  const std::string& open_mode() const { return open_mode_; }
  const std::string& words() const { return words_; }
  const std::string& accused() const { return accused_; }
  /// What a report in this mode is asked; an empty mode: a later statement,
  /// which only those read who read the report.
  std::vector<SealedQuestion> questions(const std::string& mode) const;

  /// Everything that is wrong or missing; none: it may be sealed.
  std::vector<Sentence> faults(const std::string& mode,
                               const SealedAnswers& answers) const;
  /// Characters of plain text that still fit; below zero: too many.
  std::int64_t room(const std::string& mode,
                    const SealedAnswers& answers) const;
  /// Who will read it, to be said: of the bodies all but the accused's.
  Sentence readers(const std::string& mode, const SealedAnswers& answers) const;
  /// The envelopes, one after another, for the verb `report`.
  sync::Result<sync::Bytes> seal(const std::string& mode,
                                 const SealedAnswers& answers,
                                 const sync::ReportKey& key) const;

 private:
  proto::SealedReport report(const std::string& mode,
                             const SealedAnswers& answers) const;
  sync::Result<std::vector<proto::Recipient>> chosen(
      const SealedAnswers& answers) const;

  std::string id_;
  std::string label_;
  std::string mode_field_;
  std::string open_mode_;
  std::string words_;
  std::string identity_;
  std::string accused_;
  std::vector<std::pair<std::string, std::string>> modes_;
  std::vector<SealedQuestion> ask_;
  proto::Recipients recipients_;
  std::int32_t day_ = 0;
};

/// What the holder of a code may read of all that was answered.
std::vector<std::string> replies_for(const sync::ReportKey& key,
                                     const sync::Bytes& envelopes);

}  // namespace relais::cli
