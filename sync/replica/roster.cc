#include <algorithm>
#include <utility>

#include "sync/journal/receipt.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/invitations.h"
#include "sync/replica/letters.h"
#include "sync/replica/slip.h"

namespace relais::sync {
namespace {

constexpr std::string_view device_shelf = "device";
bool take_text(std::string_view& from, Bytes& out) {
  if (from.size() < 4) return false;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) {
    size = size << 8 | static_cast<unsigned char>(from[0]);
    from.remove_prefix(1);
  }
  if (from.size() < size) return false;
  out.assign(from.substr(0, size));
  from.remove_prefix(size);
  return true;
}

Bytes encode_line(const RosterLine& line) {
  Bytes out;
  for (const Bytes& text :
       {line.post, line.letter, line.sign, line.box, line.certificate,
        std::string(line.retired ? "1" : ""),
        std::string(line.forked ? "1" : ""), std::to_string(line.contact)}) {
    put_text(out, text);
  }
  return out;
}

Result<RosterLine> decode_line(std::string_view key, std::string_view bytes) {
  RosterLine line;
  Bytes retired;
  Bytes forked;
  Bytes contact;
  auto id = DeviceId::from_bytes(key);
  bool whole = id.has_value();
  for (Bytes* text : {&line.post, &line.letter, &line.sign, &line.box,
                      &line.certificate, &retired, &forked, &contact}) {
    whole = whole && take_text(bytes, *text);
  }
  if (!whole) {
    return fail(Errc::corrupt, "The roster is damaged: restore a backup");
  }
  line.device = *id;
  line.retired = !retired.empty();
  line.forked = !forked.empty();
  line.contact = std::stoll("0" + contact);
  return line;
}

}  // namespace

Result<> Headquarters::put_line(const RosterLine& line) {
  return replica_->store().put(device_shelf, line.device.view(),
                               encode_line(line));
}

Result<std::optional<RosterLine>> Headquarters::device(
    const DeviceId& device) const {
  auto found = replica_->store().get(device_shelf, device.view());
  if (!found) return fail(found.error());
  if (!*found) return std::optional<RosterLine>{};
  auto line = decode_line(device.view(), **found);
  if (!line) return fail(line.error());
  return std::optional<RosterLine>(std::move(*line));
}

Result<std::vector<RosterLine>> Headquarters::roster() const {
  std::vector<RosterLine> lines;
  Result<> bad;
  auto read = replica_->store().scan(
      device_shelf, {}, [&](std::string_view key, std::string_view value) {
        auto line = decode_line(key, value);
        if (!line) {
          bad = fail(line.error());
          return false;
        }
        lines.push_back(std::move(*line));
        return true;
      });
  if (!read) return fail(read.error());
  if (!bad) return fail(bad.error());
  return lines;
}

Bytes Headquarters::signing_key(const DeviceId& id) const {
  if (id == replica_->keys().device) return replica_->keys().sign.public_key;
  auto line = device(id);
  return line && *line ? (*line)->sign : Bytes{};
}

Result<proto::Invitation> Headquarters::invite(
    const std::string& post, std::string_view root_der,
    const std::vector<std::string>& urls, bool with_documents) {
  auto tables = replica_->publications().newest_tables();
  const Table* posts = tables ? tables->find("post") : nullptr;
  if (posts == nullptr || posts->find(post) < 0) {
    return fail(Errc::not_found,
                "There is no post {0}: add it with `relais-hq post add`",
                {post});
  }
  auto letter = next_letter(*this, post);
  if (!letter) return fail(letter.error());
  proto::Invitation invitation;
  invitation.set_id(replica_->random().bytes(16));
  invitation.set_post(post);
  invitation.set_letter(*letter);
  invitation.set_secret(replica_->random().bytes(10));
  invitation.set_root(Bytes(root_der));
  invitation.mutable_headquarters()->set_sign(replica_->keys().sign.public_key);
  invitation.mutable_headquarters()->set_box(replica_->keys().box.public_key);
  auto now = epoch();
  if (!now) return fail(now.error());
  invitation.set_epoch(Bytes(now->view()));
  for (const std::string& url : urls) invitation.add_url(url);
  invitation.set_time(replica_->clock().wall_ms());
  auto current = newest_documents();
  if (!current) return fail(current.error());
  std::erase_if(*current, [&](const StoredDocument& document) {
    return !is_for_post(document, tables.get(), post);
  });
  if (with_documents) {
    for (const StoredDocument& document : *current) {
      auto* about = invitation.add_document()->mutable_about();
      about->set_kind(document.kind);
      about->set_name(document.name);
      about->set_version(document.version);
      about->set_version_hash(Bytes(document.version_hash.view()));
    }
  }
  auto put = replica_->store().put(invitation_shelf, invitation.id(),
                                   invitation.SerializeAsString());
  if (!put) return fail(put.error());
  for (int i = 0; i < invitation.document_size(); ++i) {
    const auto& document = (*current)[static_cast<std::size_t>(i)];
    auto whole = replica_->store().document(document.kind, document.name,
                                            document.version);
    if (!whole) return fail(whole.error());
    invitation.mutable_document(i)->set_content((*whole)->bytes);
  }
  sign_invitation(invitation, replica_->keys().sign);
  return invitation;
}

Result<proto::Invitation> Headquarters::invitation_of(
    const proto::Join& join) const {
  std::optional<proto::Invitation> found;
  auto read = replica_->store().scan(
      invitation_shelf, {}, [&](std::string_view, std::string_view value) {
        proto::Invitation open;
        if (!open.ParseFromString(Bytes(value))) return true;
        const Bytes proof =
            join_proof(open.secret(), join.keys(), join.request());
        if (!equal_secret(proof, join.proof())) return true;
        found = std::move(open);
        return false;
      });
  if (!read) return fail(read.error());
  if (!found) {
    return fail(Errc::denied,
                "Headquarters knows no such enrolment code: ask for a new one");
  }
  return std::move(*found);
}

Result<RosterLine> Headquarters::admit(const proto::Join& join) {
  auto invitation = invitation_of(join);
  if (!invitation) return fail(invitation.error());
  const DeviceId id = device_id(join.keys().sign());
  auto used = replica_->store().get(used_shelf, invitation->id());
  if (!used) return fail(used.error());
  if (*used && **used != id.view()) {
    return fail(Errc::denied,
                "This enrolment code was used by another machine: ask for a "
                "new one");
  }
  auto known = device(id);
  if (!known) return fail(known.error());
  if (*known) return std::move(**known);
  const auto until = last_moment_of(*invitation);
  if (until && *until < replica_->clock().wall_ms()) {
    return fail(Errc::denied,
                "This enrolment code is older than seven days: ask for a new "
                "one");
  }
  if (join.keys().sign().size() != 32 || join.keys().box().size() != 32) {
    return fail(Errc::wire_format, "The machine's keys are damaged");
  }
  RosterLine line;
  line.device = id;
  line.post = invitation->post();
  line.letter = invitation->letter();
  line.sign = join.keys().sign();
  line.box = join.keys().box();
  if (auto put = put_line(line); !put) return fail(put.error());
  auto put = replica_->store().put(used_shelf, invitation->id(), id.view());
  if (!put) return fail(put.error());
  if (auto fed = feed_newcomer(line, *invitation); !fed) {
    return fail(fed.error());
  }
  return line;
}

Result<proto::Grant> Headquarters::grant(const DeviceId& id,
                                         std::string_view certificate,
                                         std::string_view root,
                                         const std::vector<std::string>& urls) {
  auto found = device(id);
  if (!found) return fail(found.error());
  if (!*found) {
    return fail(Errc::not_found, "There is no machine {0}", {to_hex(id)});
  }
  RosterLine line = **found;
  if (line.certificate.empty()) {
    line.certificate = certificate;
    if (auto put = put_line(line); !put) return fail(put.error());
  }
  proto::Grant grant;
  grant.set_device(Bytes(id.view()));
  grant.set_post(line.post);
  grant.set_letter(line.letter);
  grant.set_certificate(line.certificate);
  grant.set_root(Bytes(root));
  grant.mutable_headquarters()->set_sign(replica_->keys().sign.public_key);
  grant.mutable_headquarters()->set_box(replica_->keys().box.public_key);
  auto now = epoch();
  if (!now) return fail(now.error());
  grant.set_epoch(Bytes(now->view()));
  for (const std::string& url : urls) grant.add_url(url);
  sign_grant(grant, replica_->keys().sign);
  return grant;
}

Result<RosterLine> Headquarters::readmit(const proto::Grant& grant,
                                         const proto::DeviceKeys& keys) {
  const DeviceId id = device_id(keys.sign());
  if (!verify_grant(grant, replica_->keys().sign.public_key) ||
      grant.device() != id.view() || keys.box().size() != 32) {
    return fail(Errc::denied,
                "The grant is not headquarters' own, or not this machine's");
  }
  auto known = device(id);
  if (!known) return fail(known.error());
  if (*known) return std::move(**known);
  RosterLine line;
  line.device = id;
  line.post = grant.post();
  line.letter = grant.letter();
  line.sign = keys.sign();
  line.box = keys.box();
  line.certificate = grant.certificate();
  if (auto put = put_line(line); !put) return fail(put.error());
  if (auto fed = feed_newcomer(line, proto::Invitation()); !fed) {
    return fail(fed.error());
  }
  return line;
}

Result<> Headquarters::retire(const DeviceId& id, const std::string& reason) {
  auto found = device(id);
  if (!found) return fail(found.error());
  if (!*found) {
    return fail(Errc::not_found, "There is no machine {0}", {to_hex(id)});
  }
  if ((*found)->retired) {
    return fail(Errc::already, "The machine {0}-{1} is retired already",
                {(*found)->post, (*found)->letter});
  }
  (*found)->retired = true;
  auto put = replica_->store().put("device.retired", id.view(), reason);
  if (!put) return put;
  return put_line(**found);
}

Result<> Headquarters::note_contact(const DeviceId& id) {
  auto found = device(id);
  if (!found) return fail(found.error());
  if (!*found) return {};
  (*found)->contact = replica_->clock().wall_ms();
  return put_line(**found);
}

}  // namespace relais::sync
