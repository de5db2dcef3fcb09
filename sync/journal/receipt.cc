#include "sync/journal/receipt.h"

#include <set>

#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

tl::unexpected<Error> bad_receipt(std::string_view field) {
  return fail(Errc::wire_format,
              "A receipt cannot be read: \"{0}\" is not as any version of the "
              "program writes it. Nothing was marked as held; sync again.",
              {std::string(field)});
}

/// Lanes of a newer version may stand here, but each only once.
bool are_good_lines(
    const google::protobuf::RepeatedPtrField<proto::LaneLine>& all) {
  std::set<int> lanes;
  for (const proto::LaneLine& line : all) {
    if (line.lane() == proto::LANE_UNSPECIFIED ||
        !lanes.insert(line.lane()).second || line.journal().size() != 16 ||
        line.head().size() != 32) {
      return false;
    }
  }
  return true;
}

bool are_good_ranges(const proto::Receipt& receipt) {
  for (const proto::HeldRange& range : receipt.exception()) {
    if (range.journal().size() != 16 || range.first() == 0 ||
        range.last() < range.first()) {
      return false;
    }
  }
  return static_cast<std::size_t>(receipt.exception_size()) <=
         limits::receipt_exceptions_max;
}

}  // namespace

Bytes sign_receipt(const proto::Receipt& receipt, const KeyPair& key) {
  proto::SignedReceipt out;
  out.set_receipt(serialise(receipt));
  out.set_signature(sign(key, receipt_context, out.receipt()));
  return serialise(out);
}

Result<proto::Receipt> open_receipt(std::string_view signed_receipt,
                                    std::string_view headquarters_key) {
  proto::SignedReceipt outer;
  if (signed_receipt.size() > limits::frame_bytes_max ||
      !parse(signed_receipt, outer) || outer.signature().empty()) {
    return bad_receipt("receipt");
  }
  if (!verify(headquarters_key, receipt_context, outer.receipt(),
              outer.signature())) {
    return fail(Errc::denied,
                "A receipt is not signed by headquarters. Nothing was marked "
                "as held; sync again, and tell headquarters if it goes on.");
  }
  proto::Receipt receipt;
  if (!parse(outer.receipt(), receipt)) return bad_receipt("receipt");
  if (receipt.epoch().size() != 16) return bad_receipt("epoch");
  if (receipt.device().size() != 16) return bad_receipt("device");
  const std::size_t nonce = receipt.nonce().size();
  if (nonce != 0 && nonce != 16) return bad_receipt("nonce");
  if (!are_good_lines(receipt.held())) return bad_receipt("held");
  if (!are_good_lines(receipt.archived())) return bad_receipt("archived");
  if (!are_good_ranges(receipt)) return bad_receipt("exception");
  return receipt;
}

}  // namespace relais::sync
