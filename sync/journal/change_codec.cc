#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/journal/entry.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "sync/record/form.h"

namespace relais::sync {
namespace {

using DotList = google::protobuf::RepeatedPtrField<proto::Dot>;

tl::unexpected<Error> bad_change(const Dot& dot, std::string_view field) {
  return fail(Errc::wire_format,
              "The change {0} cannot be read: \"{1}\" is not as any version "
              "of the program writes it. Ask headquarters to look at it.",
              {to_text(dot), std::string(field)});
}

/// Acts whose effect is a value that a person gave. On the lifecycle the value
/// is a state, and stands in the meta.
bool takes_value(ActKind kind, const std::string& field) {
  if (kind == proto::ACT_KIND_DECIDE) return field != state_field;
  return kind == proto::ACT_KIND_WRITE || kind == proto::ACT_KIND_APPEND;
}

// -- writing ------------------------------------------------------------------

void put_dots(std::vector<Dot> dots, const JournalId& own, DotList& out) {
  std::sort(dots.begin(), dots.end());
  dots.erase(std::unique(dots.begin(), dots.end()), dots.end());
  for (const Dot& dot : dots) put_dot(dot, own, *out.Add());
}

void put_version(const Version& version, proto::Version& out) {
  out.set_number(version.number);
  if (!version.hash.is_zero()) out.set_hash(Bytes(version.hash.view()));
}

bool is_ratchet(const Act& act, const Form* form) {
  if (form == nullptr || act.kind == proto::ACT_KIND_APPEND) return false;
  const proto::Field* spec = form->spec(act.address);
  return spec != nullptr && spec->ratchet();
}

void put_act(const Act& act, const JournalId& own, const Form* form,
             proto::ActMeta& meta, proto::ActBody& body) {
  CHECK(!act.value.erased());
  meta.set_kind(act.kind);
  meta.set_field(act.address.field);
  meta.set_row(act.address.row);
  meta.set_column(act.address.column);
  meta.set_step(act.step);
  meta.set_proposes(act.proposes);
  meta.set_state(act.state);
  put_dots(act.cites, own, *meta.mutable_cites());
  put_dots(act.dots, own, *meta.mutable_dot());
  if (act.kind == proto::ACT_KIND_LOST) {
    put_dot(act.lost_from, own, *meta.mutable_lost_from());
  }
  meta.set_basis(act.basis);
  meta.set_second(act.second);
  for (const auto& [dot, reason] : act.verdicts) {
    proto::Verdict& verdict = *meta.add_verdict();
    put_dot(dot, own, *verdict.mutable_dot());
    verdict.set_reason(reason);
  }
  body.set_reason(act.reason);
  if (!takes_value(act.kind, act.address.field)) return;
  if (is_ratchet(act, form)) {
    to_proto(act.value, *meta.mutable_ratchet());
  } else if (!act.value.empty()) {
    to_proto(act.value, *body.mutable_value());
  }
}

void put_skeleton(const Change& change, proto::EntryMeta& meta) {
  meta.set_kind(proto::ENTRY_KIND_CHANGE);
  meta.set_position(change.dot.position);
  meta.set_record(Bytes(change.record.view()));
  meta.set_form(change.form);
  meta.set_part(change.part);
  if (change.form_version != Version{}) {
    put_version(change.form_version, *meta.mutable_form_version());
  }
  if (change.reference_version != Version{}) {
    put_version(change.reference_version, *meta.mutable_reference_version());
  }
  put_dots(change.parents, change.dot.journal, *meta.mutable_parent());
  meta.set_role(change.role);
  meta.set_stamp(change.stamp);
}

void put_person(const Change& change, proto::EntryBody& body) {
  body.set_author(change.author);
  body.set_entered_by(change.entered_by);
  body.set_wall(change.wall);
  body.set_boot(change.boot);
  body.set_uptime(change.uptime);
  body.set_reference(change.reference);
}

// -- reading ------------------------------------------------------------------

/// False unless every dot is one that put_dots would have written, in order.
bool read_dots(const DotList& list, const JournalId& own,
               std::vector<Dot>& out) {
  for (const proto::Dot& item : list) {
    const auto dot = get_dot(item, own);
    if (!dot || (!out.empty() && !(out.back() < *dot))) return false;
    out.push_back(*dot);
  }
  return true;
}

bool read_version(const proto::Version& message, Version& out) {
  out.number = message.number();
  if (message.hash().empty()) return true;
  const auto hash = Hash::from_bytes(message.hash());
  if (hash) out.hash = *hash;
  return hash.has_value();
}

/// Names the first field that is wrong; null: none is.
const char* read_skeleton(const proto::EntryMeta& meta, Change& change) {
  if (meta.kind() != proto::ENTRY_KIND_CHANGE) return "kind";
  if (meta.position() != change.dot.position) return "position";
  const auto record = RecordId::from_bytes(meta.record());
  if (!record) return "record";
  change.record = *record;
  if (meta.form().empty()) return "form";
  if (meta.part().empty()) return "part";
  change.form = meta.form();
  change.part = meta.part();
  if (!read_version(meta.form_version(), change.form_version)) {
    return "form_version";
  }
  if (!read_version(meta.reference_version(), change.reference_version)) {
    return "reference_version";
  }
  const auto parents = static_cast<std::size_t>(meta.parent_size());
  if (parents > limits::parents_max ||
      !read_dots(meta.parent(), change.dot.journal, change.parents)) {
    return "parent";
  }
  change.role = meta.role();
  change.stamp = meta.stamp();
  if (meta.has_reference()) return "reference";
  if (meta.has_document()) return "document";
  return meta.has_withdraw() ? "withdraw" : nullptr;
}

const char* read_person(const proto::EntryBody& body, Change& change) {
  change.author = body.author();
  change.entered_by = body.entered_by();
  change.wall = body.wall();
  change.boot = body.boot();
  change.uptime = body.uptime();
  change.reference = body.reference();
  if (!body.piece().empty()) return "piece";
  if (!body.notice().empty()) return "notice";
  const std::size_t signature = body.author_signature().size();
  return signature == 0 || signature == 64 ? nullptr : "author_signature";
}

/// Acts and values that only a newer version can mean.
bool is_newer(const proto::EntryMeta& meta, const proto::EntryBody& body) {
  const auto unknown_kind = [](const proto::ActMeta& act) {
    return !proto::ActKind_IsValid(act.kind());
  };
  return has_unknown(meta) || has_unknown(body) ||
         std::any_of(meta.act().begin(), meta.act().end(), unknown_kind);
}

/// What an act of this kind cannot be without.
const char* missing(const proto::ActMeta& act) {
  const bool field = !act.field().empty();
  const char* needs_dot = act.dot_size() == 1 ? nullptr : "dot";
  switch (act.kind()) {
    case proto::ACT_KIND_WRITE:
    case proto::ACT_KIND_APPEND:
      return field ? nullptr : "field";
    case proto::ACT_KIND_ADD_ROW:
    case proto::ACT_KIND_ANNUL_ROW:
    case proto::ACT_KIND_RESTORE_ROW:
      if (!field) return "field";
      return act.row().empty() ? "row" : nullptr;
    case proto::ACT_KIND_TRANSITION:
      return act.step().empty() ? "step" : nullptr;
    case proto::ACT_KIND_DECIDE:
      if (!field) return "field";
      return act.field() == state_field && act.state().empty() ? "state"
                                                               : nullptr;
    case proto::ACT_KIND_UNDO:
    case proto::ACT_KIND_ACCEPT:
    case proto::ACT_KIND_CHALLENGE:
      return needs_dot;
    case proto::ACT_KIND_LOST:
      return act.has_lost_from() ? nullptr : "lost_from";
    case proto::ACT_KIND_PURGE:
      return act.dot_size() > 0 ? nullptr : "dot";
    case proto::ACT_KIND_UNSPECIFIED:
    case proto::ActKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::ActKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      return "kind";
  }
  return "kind";
}

const char* read_verdicts(const proto::ActMeta& meta, const JournalId& own,
                          Act& act) {
  for (const proto::Verdict& verdict : meta.verdict()) {
    const auto dot = get_dot(verdict.dot(), own);
    if (!dot) return "verdict";
    if (!act.verdicts.empty() && !(act.verdicts.rbegin()->first < *dot)) {
      return "verdict";
    }
    act.verdicts.emplace_hint(act.verdicts.end(), *dot, verdict.reason());
  }
  return nullptr;
}

const char* read_act(const proto::ActMeta& meta, const JournalId& own,
                     Act& act) {
  if (const char* field = missing(meta)) return field;
  if (meta.row().size() > limits::row_key_bytes_max) return "row";
  act.kind = meta.kind();
  act.address = {meta.field(), meta.row(), meta.column()};
  act.step = meta.step();
  act.proposes = meta.proposes();
  act.state = meta.state();
  if (!read_dots(meta.cites(), own, act.cites)) return "cites";
  if (!read_dots(meta.dot(), own, act.dots)) return "dot";
  if (meta.has_lost_from()) {
    const auto from = get_dot(meta.lost_from(), own);
    if (!from || act.kind != proto::ACT_KIND_LOST) return "lost_from";
    act.lost_from = *from;
  }
  act.basis = meta.basis();
  act.second = meta.second();
  return read_verdicts(meta, own, act);
}

/// A value where none may stand, or two in two places that differ.
bool misplaced(const proto::ActMeta& meta, const proto::ActBody* body) {
  const bool in_body = body != nullptr && body->has_value();
  if (!takes_value(meta.kind(), meta.field())) {
    return in_body || meta.has_ratchet();
  }
  return in_body && meta.has_ratchet() &&
         serialise(meta.ratchet()) != serialise(body->value());
}

/// The value of an act, from where it stands. `body` null: erased. Fails with
/// `version` where a newer version gave a kind of value.
Result<Value> read_value(const proto::ActMeta& meta,
                         const proto::ActBody* body) {
  if (!takes_value(meta.kind(), meta.field())) return Value();
  if (meta.has_ratchet()) return from_proto(meta.ratchet());
  if (body == nullptr) return Value(Erased{});
  return from_proto(body->value());
}

/// Fills `change.acts`. A newer kind of value leaves them all unread.
Result<> read_acts(const proto::EntryMeta& meta, const proto::EntryBody* body,
                   Change& change) {
  for (int i = 0; i < meta.act_size(); ++i) {
    const auto at = [i](std::string_view field) {
      return "act[" + std::to_string(i) + "]." + std::string(field);
    };
    Act act;
    if (const char* field = read_act(meta.act(i), change.dot.journal, act)) {
      return bad_change(change.dot, at(field));
    }
    const proto::ActBody* written = body == nullptr ? nullptr : &body->act(i);
    if (misplaced(meta.act(i), written)) {
      return bad_change(change.dot, at("value"));
    }
    auto value = read_value(meta.act(i), written);
    if (!value && value.error().code == Errc::version) {
      change.understood = false;
      change.acts.clear();
      return {};
    }
    if (!value) return bad_change(change.dot, at("value"));
    act.value = *std::move(value);
    if (body != nullptr) act.reason = body->act(i).reason();
    change.acts.push_back(std::move(act));
  }
  return {};
}

Result<> check_texts(const Dot& dot, const proto::EntryMeta& meta,
                     const proto::EntryBody& body) {
  auto path = unclean_text(meta);
  if (!path) path = unclean_text(body);
  if (!path) return {};
  return fail(Errc::wire_format,
              "The change {0} cannot be read: its text \"{1}\" holds "
              "characters that no version of the program writes. Ask "
              "headquarters to look at it.",
              {to_text(dot), *path});
}

}  // namespace

EncodedChange encode_change(const Change& change, const Form* form) {
  CHECK(!change.erased && change.understood);
  proto::EntryMeta meta;
  proto::EntryBody body;
  put_skeleton(change, meta);
  put_person(change, body);
  for (const Act& act : change.acts) {
    put_act(act, change.dot.journal, form, *meta.add_act(), *body.add_act());
  }
  return {encode(meta), encode(body)};
}

Result<Change> decode_change(const Dot& dot, const DeviceId& device,
                             std::string_view meta,
                             std::optional<std::string_view> body) {
  if (meta.size() + body.value_or("").size() > limits::entry_bytes_max) {
    return fail(Errc::over_limit,
                "The change {0} is larger than {1} bytes. It was refused; "
                "enter it again in smaller pieces.",
                {to_text(dot), std::to_string(limits::entry_bytes_max)});
  }
  const auto skeleton = decode_meta(meta);
  if (!skeleton) return fail(skeleton.error());
  const auto written = decode_body(body.value_or(""));
  if (!written) return fail(written.error());
  Change change;
  change.dot = dot;
  change.device = device;
  change.erased = !body;
  const char* wrong = read_skeleton(*skeleton, change);
  if (wrong == nullptr) wrong = read_person(*written, change);
  if (wrong != nullptr) return bad_change(dot, wrong);
  const auto clean = check_texts(dot, *skeleton, *written);
  if (!clean) return fail(clean.error());
  if (is_newer(*skeleton, *written)) {
    change.understood = false;
    return change;
  }
  const auto acts = static_cast<std::size_t>(skeleton->act_size());
  if (acts > limits::acts_max) return bad_change(dot, "act");
  if (body && written->act_size() != skeleton->act_size()) {
    return bad_change(dot, "act");
  }
  const auto read = read_acts(*skeleton, body ? &*written : nullptr, change);
  if (!read) return fail(read.error());
  return change;
}

}  // namespace relais::sync
