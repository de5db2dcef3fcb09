#include "sync/sealed/recipients.h"

#include <algorithm>
#include <cstddef>

#include "sync/journal/wire.h"
#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

constexpr std::string_view signing_context = "relais/recipients/1";
constexpr std::size_t public_key_bytes = 32;
constexpr std::uint32_t fewest = 2;

tl::unexpected<Error> bad_document(std::string what) {
  return fail(Errc::invalid, "The document of recipients is wrong at \"{0}\"",
              {std::move(what)});
}

std::size_t bodies_of(const std::vector<proto::Recipient>& readers) {
  std::set<std::string> bodies;
  for (const proto::Recipient& one : readers) bodies.insert(one.body());
  return bodies.size();
}

/// Those of these signers whose signatures are good, each once.
std::size_t signatures_of(const proto::SignedRecipients& document,
                          const proto::Recipients& signers) {
  return static_cast<std::size_t>(std::count_if(
      signers.signer().begin(), signers.signer().end(),
      [&](const proto::RecipientsSigner& signer) {
        return std::any_of(document.signature().begin(),
                           document.signature().end(), [&](const auto& one) {
                             return one.key() == signer.key() &&
                                    verify(one.key(), signing_context,
                                           document.recipients(),
                                           one.signature());
                           });
      }));
}

}  // namespace

Result<proto::Recipients> recipients_in(
    const proto::SignedRecipients& document) {
  proto::Recipients all;
  if (!parse(document.recipients(), all)) return bad_document("recipients");
  if (all.version() == 0) return bad_document("version");
  if (all.recipient_size() > static_cast<int>(envelope_recipients_max)) {
    return bad_document("recipient");
  }
  std::set<std::string> ids;
  for (const proto::Recipient& one : all.recipient()) {
    const bool whole = !one.id().empty() && !one.body().empty() &&
                       one.key().size() == public_key_bytes;
    if (!whole || !ids.insert(one.id()).second) return bad_document(one.id());
  }
  std::set<std::string> keys;
  for (const proto::RecipientsSigner& one : all.signer()) {
    const bool whole =
        !one.id().empty() && one.key().size() == public_key_bytes;
    if (!whole || !keys.insert(one.key()).second) return bad_document(one.id());
  }
  if (all.threshold() < fewest || all.threshold() > keys.size()) {
    return bad_document("threshold");
  }
  const std::vector<proto::Recipient> everybody(all.recipient().begin(),
                                                all.recipient().end());
  if (all.bodies_min() < fewest || bodies_of(everybody) < all.bodies_min()) {
    return bad_document("bodies_min");
  }
  return all;
}

void add_signature(proto::SignedRecipients& document, const KeyPair& key) {
  for (const auto& one : document.signature()) {
    if (one.key() == key.public_key) return;
  }
  auto* added = document.add_signature();
  added->set_key(key.public_key);
  added->set_signature(sign(key, signing_context, document.recipients()));
}

Result<> may_follow(const proto::SignedRecipients& next,
                    const proto::SignedRecipients* before) {
  auto wanted = recipients_in(next);
  if (!wanted) return fail(wanted.error());
  proto::Recipients judges = *wanted;
  if (before != nullptr) {
    if (before->recipients() == next.recipients()) return {};
    auto known = recipients_in(*before);
    if (!known) return fail(known.error());
    if (wanted->version() <= known->version()) {
      return fail(Errc::denied,
                  "Version {0} of the recipients is older than version {1}, "
                  "which is known: it is not taken",
                  {std::to_string(wanted->version()),
                   std::to_string(known->version())});
    }
    judges = *known;
  }
  const std::size_t good = signatures_of(next, judges);
  if (good >= judges.threshold()) return {};
  return fail(Errc::denied,
              "Version {0} of the recipients has {1} good signatures of the "
              "{2} that it needs: have it signed with `relais-hq recipients "
              "sign`",
              {std::to_string(wanted->version()), std::to_string(good),
               std::to_string(judges.threshold())});
}

Result<std::vector<proto::Recipient>> readers_without(
    const proto::Recipients& all, const std::set<std::string>& accused) {
  std::vector<proto::Recipient> readers;
  for (const proto::Recipient& one : all.recipient()) {
    const bool concerned =
        std::any_of(one.reader().begin(), one.reader().end(),
                    [&](const auto& who) { return accused.contains(who); });
    if (!concerned) readers.push_back(one);
  }
  if (bodies_of(readers) >= all.bodies_min()) return readers;
  return fail(
      Errc::denied,
      "Without those who are accused too few bodies are left to read "
      "this report ({0} of {1}). Turn to one of them directly.",
      {std::to_string(bodies_of(readers)), std::to_string(all.bodies_min())});
}

std::vector<Bytes> keys_of(const std::vector<proto::Recipient>& readers) {
  std::vector<Bytes> keys;
  for (const proto::Recipient& one : readers) keys.push_back(one.key());
  return keys;
}

}  // namespace relais::sync
