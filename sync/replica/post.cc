#include "sync/replica/post.h"

#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/shelf_key.h"

namespace relais::sync {
namespace {

constexpr std::string_view secret_fact = "join.secret";
constexpr std::string_view invitation_fact = "join.invitation";
constexpr std::string_view grant_fact = "grant";
constexpr std::string_view url_shelf = "headquarters.url";

constexpr Lane lanes[] = {proto::LANE_URGENT, proto::LANE_SEALED,
                          proto::LANE_NORMAL, proto::LANE_BULK};

struct FactOf {
  std::string_view name;
  Bytes Enrolment::*member;
};
constexpr FactOf enrolment_facts[] = {
    {"post", &Enrolment::post},
    {"letter", &Enrolment::letter},
    {"headquarters.sign", &Enrolment::headquarters_sign},
    {"headquarters.box", &Enrolment::headquarters_box},
    {"root", &Enrolment::root},
    {"certificate", &Enrolment::certificate}};

proto::LaneLine line_of(const StoredJournal& journal) {
  proto::LaneLine line;
  line.set_lane(journal.header.lane);
  line.set_journal(Bytes(journal.header.journal.view()));
  line.set_position(journal.last);
  line.set_head(Bytes(journal.head.view()));
  return line;
}

Result<> keep(Store& store, const Enrolment& enrolment) {
  for (const FactOf& fact : enrolment_facts) {
    auto kept = set_fact(store, fact.name, enrolment.*fact.member);
    if (!kept) return kept;
  }
  if (auto gone = clear_shelf(store, url_shelf); !gone) return gone;
  std::uint32_t at = 0;
  for (const std::string& url : enrolment.urls) {
    Bytes key;
    put_u32(key, at++);
    if (auto put = store.put(url_shelf, key, url); !put) return put;
  }
  return {};
}

Enrolment from_grant(const proto::Grant& grant) {
  Enrolment enrolment;
  enrolment.post = grant.post();
  enrolment.letter = grant.letter();
  enrolment.headquarters_sign = grant.headquarters().sign();
  enrolment.headquarters_box = grant.headquarters().box();
  enrolment.root = grant.root();
  enrolment.certificate = grant.certificate();
  enrolment.urls.assign(grant.url().begin(), grant.url().end());
  return enrolment;
}

}  // namespace

Result<Enrolment> Post::enrolment() const {
  Enrolment enrolment;
  const Store& store = replica_->store();
  for (const FactOf& one : enrolment_facts) {
    auto value = fact(store, one.name);
    if (!value) return fail(value.error());
    enrolment.*one.member = std::move(*value);
  }
  auto read = store.scan(url_shelf, {}, [&](auto, auto url) {
    enrolment.urls.emplace_back(url);
    return true;
  });
  if (!read) return fail(read.error());
  return enrolment;
}

Result<> Post::remember_secret(std::string_view secret, std::string_view id) {
  Store& store = replica_->store();
  if (auto kept = set_fact(store, secret_fact, secret); !kept) return kept;
  return set_fact(store, invitation_fact, id);
}

Result<> Post::may_enrol(std::string_view invitation) const {
  auto now = enrolment();
  auto taken = fact(replica_->store(), invitation_fact);
  if (!now || !taken) return fail(!now ? now.error() : taken.error());
  const bool again = !invitation.empty() && *taken == invitation;
  if (now->certificate.empty() && !again) return {};
  return fail(Errc::already,
              "This machine is enrolled already, as {0}-{1}: a new place "
              "needs a new home",
              {now->post, now->letter});
}

Result<> Post::take_invitation(const proto::Invitation& invitation) {
  if (auto may = may_enrol(invitation.id()); !may) return may;
  if (!verify_invitation(invitation)) {
    return fail(Errc::denied,
                "The invitation was altered on its way: ask headquarters for "
                "another");
  }
  Enrolment enrolment;
  enrolment.post = invitation.post();
  enrolment.letter = invitation.letter();
  enrolment.headquarters_sign = invitation.headquarters().sign();
  enrolment.headquarters_box = invitation.headquarters().box();
  enrolment.root = invitation.root();
  enrolment.urls.assign(invitation.url().begin(), invitation.url().end());
  if (auto kept = keep(replica_->store(), enrolment); !kept) return kept;
  auto secret = remember_secret(invitation.secret(), invitation.id());
  if (!secret) return secret;
  // Those were about an earlier invitation.
  if (auto solved = forget_solved_refusals(); !solved) return solved;
  for (const auto& document : invitation.document()) {
    StoredDocument stored;
    stored.kind = document.about().kind();
    stored.name = document.about().name();
    stored.version = document.about().version();
    stored.bytes = document.content();
    stored.hash = hash({stored.bytes});
    stored.version_hash =
        Hash::from_bytes(document.about().version_hash()).value_or(Hash{});
    auto added = replica_->publications().add(stored);
    if (!added) return added;
  }
  return replica_->hear_time(invitation.time());
}

Result<proto::Join> Post::join(std::string_view request_der,
                               std::string_view code) const {
  const Store& store = replica_->store();
  auto secret = code.empty() ? fact(store, secret_fact) : Bytes(code);
  if (!secret) return fail(secret.error());
  if (secret->empty()) {
    return fail(Errc::not_found,
                "This machine has no enrolment code: run `relais enrol`");
  }
  auto id = code.empty() ? fact(store, invitation_fact) : Bytes();
  if (!id) return fail(id.error());
  proto::Join join;
  join.mutable_keys()->set_sign(replica_->keys().sign.public_key);
  join.mutable_keys()->set_box(replica_->keys().box.public_key);
  join.set_request(std::string(request_der));
  join.set_proof(join_proof(*secret, join.keys(), request_der));
  join.set_invitation(*id);
  return join;
}

Result<std::vector<proto::Frame>> Post::introduction() const {
  std::vector<proto::Frame> frames;
  auto granted = grant();
  auto request = fact(replica_->store(), "tls.request");
  if (!granted || !request) {
    return fail(granted ? request.error() : granted.error());
  }
  if (!*granted || request->empty()) return frames;
  auto asked = join(*request);
  if (!asked) return fail(asked.error());
  frames.resize(2);
  *frames[0].mutable_join() = std::move(*asked);
  *frames[1].mutable_grant() = std::move(**granted);
  return frames;
}

Result<> Post::take_grant(const proto::Grant& grant, std::string_view code) {
  auto known = enrolment();
  if (!known) return fail(known.error());
  const bool first = known->certificate.empty();
  const bool by_code = first && !code.empty();
  const Bytes& key = known->headquarters_sign.empty() || by_code
                         ? grant.headquarters().sign()
                         : known->headquarters_sign;
  if (!verify_grant(grant, key) ||
      grant.device() != replica_->keys().device.view()) {
    return fail(Errc::denied,
                "The grant is not from our headquarters or not for this "
                "machine: ask for a new code");
  }
  auto kept =
      set_fact(replica_->store(), grant_fact, grant.SerializeAsString());
  if (kept && by_code) kept = remember_secret(code, {});
  // Before its certificate, a machine was refused nothing but the Join.
  if (kept && first) kept = forget_solved_refusals();
  if (!kept) return kept;
  return keep(replica_->store(), from_grant(grant));
}

Result<std::optional<proto::Grant>> Post::grant() const {
  auto bytes = fact(replica_->store(), grant_fact);
  if (!bytes) return fail(bytes.error());
  proto::Grant grant;
  if (bytes->empty() || !grant.ParseFromString(*bytes)) {
    return std::optional<proto::Grant>{};
  }
  return std::optional<proto::Grant>(std::move(grant));
}

Bytes Post::signing_key(const DeviceId& device) const {
  auto known = fact(replica_->store(), "headquarters.sign");
  if (!known || known->empty() || device_id(*known) != device) return {};
  return *known;
}

Result<std::vector<proto::LaneLine>> Post::lane_lines() const {
  std::vector<proto::LaneLine> lines;
  for (Lane lane : lanes) {
    auto journals = replica_->store().journals(replica_->keys().device, lane);
    if (!journals) return fail(journals.error());
    if (journals->empty()) continue;
    lines.push_back(line_of(journals->back()));
    // Headquarters may know a copy's branch alone, and nothing of a journal
    // that it never saw: what it held of this branch is asked about as well.
    const auto held =
        std::find_if(journals->rbegin(), journals->rend(),
                     [](const StoredJournal& one) { return one.held > 0; });
    if (held != journals->rend() && held != journals->rbegin()) {
      lines.push_back(line_of(*held));
    }
  }
  return lines;
}

Result<std::vector<StoredJournal>> Post::unheld(Lane lane) const {
  auto journals = replica_->store().journals(replica_->keys().device, lane);
  if (!journals) return journals;
  std::erase_if(*journals, [](const StoredJournal& journal) {
    return journal.held >= journal.last;
  });
  return journals;
}

Result<std::optional<PacketRange>> Post::next_range(
    const std::vector<StoredJournal>& unheld, const Passed& passed,
    std::size_t bytes) const {
  for (const StoredJournal& journal : unheld) {
    const auto gone = passed.find(journal.header.journal);
    const std::uint64_t before =
        std::max(journal.held, gone == passed.end() ? 0 : gone->second);
    if (before >= journal.last) continue;
    auto entries =
        replica_->store().entries(journal.header.journal, before + 1, bytes);
    if (!entries) return fail(entries.error());
    auto head = replica_->head_at(journal, before);
    if (!head) return fail(head.error());
    PacketRange range;
    range.device = replica_->keys().device;
    range.journal = journal.header.journal;
    range.lane = journal.header.lane;
    range.head_before = *head;
    if (before == 0) range.header = journal.header_bytes;
    range.seed = journal.seed;
    for (StoredEntry& stored : *entries) {
      Entry entry;
      entry.position = stored.dot.position;
      entry.meta = std::move(stored.meta);
      entry.stub = !stored.body.has_value();
      entry.body = std::move(stored.body).value_or(Bytes{});
      entry.salt = std::move(stored.salt);
      entry.leaf = stored.leaf;
      range.entries.push_back(std::move(entry));
    }
    auto read = feed_cursor();
    if (!read) return fail(read.error());
    range.feed_journal = JournalId::from_bytes(read->journal());
    range.feed_position = read->position();
    return std::optional<PacketRange>(std::move(range));
  }
  return std::optional<PacketRange>{};
}

Result<> Post::mark_sent(const JournalId& id, std::uint64_t last) {
  auto journal = replica_->store().journal(id);
  if (!journal) return fail(journal.error());
  if (!*journal || (*journal)->sent >= last) return {};
  (*journal)->sent = last;
  return replica_->update_journal(**journal);
}

Result<std::vector<LaneCounts>> Post::counts() const {
  std::vector<LaneCounts> counts;
  // The sealed lane is in no count (sync-model 9).
  for (Lane lane : {proto::LANE_URGENT, proto::LANE_NORMAL, proto::LANE_BULK}) {
    LaneCounts count;
    count.lane = lane;
    auto journals = replica_->store().journals(replica_->keys().device, lane);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      const std::uint64_t left = std::max(journal.sent, journal.held);
      count.held += journal.held;
      count.sent += left - journal.held;
      count.saved += journal.last - left;
    }
    counts.push_back(count);
  }
  return counts;
}

Result<> Post::keep_refusal(const proto::Refusal& refusal) {
  return replica_->store().put("refusal", refusal.SerializeAsString(), {});
}

Result<std::vector<proto::Refusal>> Post::refusals() const {
  std::vector<proto::Refusal> all;
  auto read = replica_->store().scan("refusal", {}, [&](auto key, auto) {
    proto::Refusal refusal;
    if (refusal.ParseFromString(Bytes(key))) all.push_back(std::move(refusal));
    return true;
  });
  if (!read) return fail(read.error());
  return all;
}

Result<> Post::forget_solved_refusals() {
  auto all = refusals();
  if (!all) return fail(all.error());
  for (const proto::Refusal& refusal : *all) {
    if (const auto id = JournalId::from_bytes(refusal.journal())) {
      auto journal = replica_->store().journal(*id);
      if (!journal) return fail(journal.error());
      if (*journal && (*journal)->held < refusal.last()) continue;
    }
    auto gone =
        replica_->store().remove("refusal", refusal.SerializeAsString());
    if (!gone) return gone;
  }
  return {};
}

}  // namespace relais::sync
