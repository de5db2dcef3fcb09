#include "sync/sealed/report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sync/journal/wire.h"
#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

constexpr std::size_t code_digits = 16;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t seed_bytes = 32;
constexpr std::size_t piece_bytes = report_bytes_max / report_envelopes_max;

/// The same everywhere: whoever has the code has nothing else.
Bytes code_salt() {
  const auto salt = hash128({"relais/code/1"});
  return {salt.begin(), salt.end()};
}

/// ISO/IEC 7064, MOD 11,10.
char check_digit(std::string_view digits) {
  int product = 10;
  for (const char one : digits) {
    const int sum = (product + (one - '0')) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

bool plausible(const proto::EnvelopePiece& piece) {
  return piece.report().size() == id_bytes && piece.count() > 0 &&
         piece.count() <= report_envelopes_max && piece.index() < piece.count();
}

using Pieces = std::map<std::uint32_t, proto::EnvelopePiece>;

/// Empty: one is not here yet.
Bytes joined(const Pieces& pieces) {
  Bytes whole;
  const std::uint32_t count = pieces.begin()->second.count();
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto found = pieces.find(i);
    if (found == pieces.end()) return {};
    whole += found->second.piece();
  }
  return whole;
}

/// What this key opens; those envelopes leave `closed`.
std::vector<OpenedReport> open_some(const KeyPair& key,
                                    std::vector<const Bytes*>& closed,
                                    std::size_t& waiting) {
  std::map<Bytes, Pieces> reports;
  std::erase_if(closed, [&](const Bytes* envelope) {
    const auto content = open_envelope(key, *envelope);
    proto::EnvelopePiece piece;
    if (!content || !parse(*content, piece) || !plausible(piece)) return false;
    Pieces& pieces = reports[piece.report()];
    const bool same =
        pieces.empty() || pieces.begin()->second.count() == piece.count();
    if (same) pieces.emplace(piece.index(), std::move(piece));
    return true;
  });
  std::vector<OpenedReport> opened;
  for (const auto& [id, pieces] : reports) {
    OpenedReport one{id, {}};
    const Bytes whole = joined(pieces);
    if (whole.empty()) {
      ++waiting;
    } else if (parse(whole, one.report)) {
      opened.push_back(std::move(one));
    }
  }
  return opened;
}

}  // namespace

std::string make_report_code(Random& random) {
  std::string code;
  while (code.size() < code_digits - 1) {
    for (const char byte : random.bytes(code_digits)) {
      const auto value = static_cast<std::uint8_t>(byte);
      // 250 to 255 would make the low digits likelier.
      if (value >= 250 || code.size() == code_digits - 1) continue;
      code += static_cast<char>('0' + value % 10);
    }
  }
  return code + check_digit(code);
}

Result<ReportKey> key_of_code(std::string_view code) {
  std::string digits;
  for (const char one : code) {
    if (one == ' ' || one == '-') continue;
    digits += one;
  }
  if (digits.size() != code_digits ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return fail(Errc::invalid, "A code has 16 digits: check it and try again");
  }
  if (check_digit(digits.substr(0, code_digits - 1)) != digits.back()) {
    wipe(digits);
    return fail(Errc::invalid,
                "One of the digits is wrong: compare each with the paper, and "
                "try again");
  }
  auto bytes = stretch(digits, code_salt(), id_bytes + seed_bytes);
  wipe(digits);
  if (!bytes) return fail(bytes.error());
  const auto seed = bytes->view().substr(id_bytes);
  return ReportKey{Bytes(bytes->view().substr(0, id_bytes)), box_key_of(seed),
                   Bytes(hash({"relais/later/1", seed}).view())};
}

Bytes key_for_later(const ReportKey& key) {
  return box_key_of(key.later).public_key;
}

std::string code_in_groups(std::string_view code) {
  std::string text;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % 4 == 0) text += ' ';
    text += code[i];
  }
  return text;
}

std::string receipt_of(std::string_view tag) {
  return to_hex(hash({"relais/receipt-code/1", tag}).view());
}

std::size_t size_of(const proto::SealedReport& report) {
  return report.ByteSizeLong();
}

Result<std::vector<Bytes>> seal_report(const proto::SealedReport& report,
                                       const std::vector<Bytes>& box_keys,
                                       Random& random) {
  Bytes whole = serialise(report);
  if (whole.size() > report_bytes_max) {
    return fail(Errc::over_limit,
                "The report is {0} bytes too long: shorten it, or add the "
                "rest later with the code",
                {std::to_string(whole.size() - report_bytes_max)});
  }
  proto::EnvelopePiece piece;
  piece.set_report(random.bytes(id_bytes));
  const std::size_t count =
      std::max<std::size_t>(1, (whole.size() + piece_bytes - 1) / piece_bytes);
  piece.set_count(static_cast<std::uint32_t>(count));
  std::vector<Bytes> envelopes;
  for (std::size_t i = 0; i < count; ++i) {
    piece.set_index(static_cast<std::uint32_t>(i));
    piece.set_piece(whole.substr(i * piece_bytes, piece_bytes));
    Bytes content = serialise(piece);
    auto envelope = make_envelope(box_keys, content, random);
    wipe(content);
    if (!envelope) return fail(envelope.error());
    envelopes.push_back(std::move(*envelope));
  }
  wipe(*piece.mutable_piece());
  wipe(whole);
  return envelopes;
}

std::vector<OpenedReport> open_reports(const KeyPair& key,
                                       const std::vector<Bytes>& envelopes,
                                       std::size_t& waiting) {
  std::vector<const Bytes*> closed;
  for (const Bytes& one : envelopes) closed.push_back(&one);
  waiting = 0;
  auto opened = open_some(key, closed, waiting);
  const std::size_t reports = opened.size();
  for (std::size_t i = 0; i < reports; ++i) {
    const proto::SealedReport about = opened[i].report;
    if (about.later_seed().size() != seed_bytes) continue;
    auto added = open_some(box_key_of(about.later_seed()), closed, waiting);
    for (OpenedReport& one : added) {
      if (one.report.tag() != about.tag()) continue;
      *one.report.mutable_recipient() = about.recipient();
      opened.push_back(std::move(one));
    }
  }
  return opened;
}

}  // namespace relais::sync
