#include "sync/replica/slip.h"

#include <algorithm>
#include <utility>

#include "sync/replica/people.h"
#include "sync/replica/pin_alarms.h"

namespace relais::sync {
namespace {

constexpr std::size_t slip_salt_bytes = 16;
constexpr std::size_t slip_secret_bytes = 10;

Hash slip_hash(std::string_view salt, std::string_view secret) {
  return hash({"relais/slip/1", salt, secret});
}

}  // namespace

StoredDocument make_slip(const std::string& person, std::uint32_t number,
                         std::string_view secret, std::int64_t expires,
                         Random& random) {
  proto::Slip slip;
  slip.set_salt(random.bytes(slip_salt_bytes));
  slip.set_hash(Bytes(slip_hash(slip.salt(), secret).view()));
  slip.set_expires(expires);
  StoredDocument document;
  document.kind = proto::DOCUMENT_KIND_SLIP;
  document.name = person;
  document.version = number;
  document.bytes = slip.SerializeAsString();
  document.hash = hash({document.bytes});
  return document;
}

Result<std::optional<KnownSlip>> slip_for(const Store& store,
                                          std::string_view person) {
  auto all = store.documents();
  if (!all) return fail(all.error());
  KnownSlip known;
  for (const StoredDocument& one : *all) {
    if (one.kind == proto::DOCUMENT_KIND_SLIP && one.name == person) {
      known.number = std::max(known.number, one.version);
    }
  }
  if (known.number == 0) return std::optional<KnownSlip>();
  auto whole = store.document(proto::DOCUMENT_KIND_SLIP, person, known.number);
  if (!whole) return fail(whole.error());
  if (!*whole || !known.slip.ParseFromString((*whole)->bytes)) {
    return std::optional<KnownSlip>();
  }
  return std::optional(std::move(known));
}

Result<bool> any_slip_waits(const Replica& replica) {
  auto all = replica.store().documents();
  if (!all) return fail(all.error());
  for (const StoredDocument& one : *all) {
    if (one.kind != proto::DOCUMENT_KIND_SLIP) continue;
    auto known = has_pin(replica, one.name);
    if (!known || !*known) return known ? Result<bool>(true) : known;
  }
  return false;
}

bool opens(const proto::Slip& slip, std::string_view secret) {
  return equal_secret(slip.hash(), slip_hash(slip.salt(), secret).view());
}

Result<NewSlip> publish_slip(Headquarters& headquarters,
                             const std::string& officer) {
  Replica& replica = headquarters.replica();
  const auto tables = replica.publications().newest_tables();
  const Table* officers = tables ? tables->find("officer") : nullptr;
  const int row = officers == nullptr ? -1 : officers->find(officer);
  if (row < 0) {
    return fail(Errc::not_found,
                "There is no officer {0}: `relais-hq reference officer` shows "
                "those there are",
                {officer});
  }
  NewSlip slip;
  slip.post = officers->cell(static_cast<std::size_t>(row), "post");
  if (slip.post.empty()) {
    return fail(Errc::not_found,
                "The officer {0} is at no post: a code works on the machines "
                "of his post",
                {officer});
  }
  slip.secret = replica.random().bytes(slip_secret_bytes);
  slip.expires = replica.clock().wall_ms() + slip_ms;
  auto before = slip_for(replica.store(), officer);
  if (!before) return fail(before.error());
  const std::uint32_t number = *before ? (*before)->number + 1 : 1;
  auto published = headquarters.publish(
      make_slip(officer, number, slip.secret, slip.expires, replica.random()));
  if (published) published = forget_pin_alarms_about(headquarters, officer);
  if (!published) return fail(published.error());
  return slip;
}

bool is_for_post(const StoredDocument& document, const Tables* tables,
                 std::string_view post) {
  if (document.kind != proto::DOCUMENT_KIND_SLIP) return true;
  const Table* officers = tables ? tables->find("officer") : nullptr;
  const int row = officers == nullptr ? -1 : officers->find(document.name);
  return row >= 0 &&
         officers->cell(static_cast<std::size_t>(row), "post") == post;
}

}  // namespace relais::sync
