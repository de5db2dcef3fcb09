#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/sealed.pb.h"
#include "sync/crypto.h"

/// Who reads sealed reports: one document, signed by people whose keys are on
/// no server. Versions only grow, and each is signed by enough of those whom
/// the version before names; the first is taken as it comes, over a signed
/// feed or invitation.
namespace relais::sync {

inline constexpr std::string_view recipients_document = "recipients";

/// The content, whoever signed it. invalid: it breaks a rule (fewer than two
/// bodies, keys that are no keys, one id twice), in words for whoever wrote it.
Result<proto::Recipients> recipients_in(
    const proto::SignedRecipients& document);
/// One more signature, or none if this key has signed already.
void add_signature(proto::SignedRecipients& document, const KeyPair& key);
/// Whether `next` may take the place of `before`; null: none so far. denied:
/// too few signatures of those whom `before` names, or a version that does not
/// grow. The very same document again is fine.
Result<> may_follow(const proto::SignedRecipients& next,
                    const proto::SignedRecipients* before);

/// Those who shall read: all but whoever reads with an accused person, by
/// matricule. denied: fewer bodies are left than the document asks for.
Result<std::vector<proto::Recipient>> readers_without(
    const proto::Recipients& all, const std::set<std::string>& accused);
std::vector<Bytes> keys_of(const std::vector<proto::Recipient>& readers);

}  // namespace relais::sync
