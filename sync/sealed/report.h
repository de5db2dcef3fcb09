#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "proto/sealed.pb.h"
#include "sync/crypto.h"

namespace relais::sync {

/// A report takes so many envelopes at most: one leaves a post each day.
inline constexpr std::size_t report_envelopes_max = 4;
/// What a SealedReport may take, serialised.
inline constexpr std::size_t report_bytes_max = report_envelopes_max * 3380;

/// What follows from the code that a reporter writes down. Nobody else has
/// it, so nothing of it is kept anywhere but inside the seal.
struct ReportKey {
  Bytes tag;      ///< 16 bytes: joins what is added later
  KeyPair reply;  ///< opens what is answered
  Bytes later;    ///< SealedReport.later_seed
};
/// 15 random digits and their check digit (ISO/IEC 7064, MOD 11,10): nobody
/// else could notice a wrong one, and what is sealed with it is lost.
std::string make_report_code(Random& random);
/// Spaces and dashes between the digits do not matter. invalid: these are not
/// 16 digits, or one is wrong. Takes tenths of a second (Argon2id).
Result<ReportKey> key_of_code(std::string_view code);
/// What is added to a report is sealed to this key alone (32 bytes).
Bytes key_for_later(const ReportKey& key);
/// As it is shown: 1234 5678 9012 3456.
std::string code_in_groups(std::string_view code);
/// The hash by which headquarters joins reports: 64 hexadecimal digits.
std::string receipt_of(std::string_view tag);

/// How much of the room it takes, in bytes.
std::size_t size_of(const proto::SealedReport& report);
/// One to four envelopes for the holders of these keys. over_limit names how
/// much too long it is.
Result<std::vector<Bytes>> seal_report(const proto::SealedReport& report,
                                       const std::vector<Bytes>& box_keys,
                                       Random& random);

struct OpenedReport {
  Bytes id;  ///< 16 bytes, its own
  proto::SealedReport report;
};
/// What one key opens of these envelopes, joined, each report once, and what
/// was added to those reports, with their readers; fillers and what is for
/// others look the same and are passed over. `waiting`: how many lack an
/// envelope still.
std::vector<OpenedReport> open_reports(const KeyPair& key,
                                       const std::vector<Bytes>& envelopes,
                                       std::size_t& waiting);

}  // namespace relais::sync
