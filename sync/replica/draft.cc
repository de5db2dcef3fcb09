#include "sync/replica/draft.h"

#include <map>
#include <utility>

#include "sync/limits.h"
#include "sync/record/access.h"
#include "sync/replica/vault.h"

namespace relais::sync {
namespace {

constexpr std::string_view shelf = "draft";
/// What is left of those that were given up.
constexpr std::string_view stubs = "draft.abandoned";

/// A draft is kept as the change that it may become.
Change as_change(const Draft& draft) {
  Change change;
  change.dot.position = 1;
  change.record = draft.id;
  change.form = draft.form;
  change.part = shelf;  // acts of all parts
  change.author = draft.author;
  change.entered_by = draft.entered_by;
  change.reference = draft.reference;
  change.acts = draft.acts;
  return change;
}

Result<Draft> draft_of(const Bytes& plain) {
  // Meta and body, the first preceded by its length.
  std::string_view body = plain;
  const auto meta = take_text(body);
  if (!meta) return fail(Errc::corrupt, "A draft is damaged: run `verify`");
  Dot dot;
  dot.position = 1;
  auto change = decode_change(dot, {}, *meta, body);
  if (!change) return fail(change.error());
  Draft draft;
  draft.id = change->record;
  draft.form = std::move(change->form);
  draft.reference = std::move(change->reference);
  draft.author = std::move(change->author);
  draft.entered_by = std::move(change->entered_by);
  draft.acts = std::move(change->acts);
  return draft;
}

Result<> put_on(Replica& replica, std::string_view place, const Draft& draft) {
  auto form = replica.publications().newest_form(draft.form);
  const EncodedChange bytes = encode_change(as_change(draft), form.get());
  // What could not be submitted is not kept: one entry must hold it.
  if (bytes.meta.size() + bytes.body.size() > limits::entry_bytes_max) {
    return fail(Errc::over_limit,
                "An entry of {0} bytes is larger than {1}: shorten the text",
                {std::to_string(bytes.meta.size() + bytes.body.size()),
                 std::to_string(limits::entry_bytes_max)});
  }
  Bytes plain;
  put_text(plain, bytes.meta);
  plain += bytes.body;
  return put_private(replica, draft.author, place, draft.id.view(), plain);
}

Result<std::vector<Draft>> all_on(const Replica& replica,
                                  std::string_view place) {
  std::vector<Draft> all;
  auto read =
      scan_private(replica, place, [&](auto, const Bytes& plain) -> Result<> {
        auto draft = draft_of(plain);
        if (!draft) return fail(draft.error());
        all.push_back(std::move(*draft));
        return {};
      });
  if (!read) return fail(read.error());
  return all;
}

Result<std::optional<Draft>> with_id(const Replica& replica,
                                     std::string_view place,
                                     const RecordId& id) {
  auto plain = get_private(replica, place, id.view());
  if (!plain) return fail(plain.error());
  if (!*plain) return std::optional<Draft>{};
  auto draft = draft_of(**plain);
  if (!draft) return fail(draft.error());
  return std::optional<Draft>(std::move(*draft));
}

Result<std::optional<Draft>> find_on(const Replica& replica,
                                     std::string_view place,
                                     std::string_view name) {
  // No reference is so many hexadecimal digits.
  const auto raw = from_hex(name);
  if (const auto id = RecordId::from_bytes(raw.value_or(Bytes()))) {
    return with_id(replica, place, *id);
  }
  auto all = all_on(replica, place);
  if (!all) return fail(all.error());
  for (Draft& draft : *all) {
    if (draft.reference == name) return std::optional<Draft>(std::move(draft));
  }
  return std::optional<Draft>{};
}

}  // namespace

Result<> keep_draft(Replica& replica, const Draft& draft) {
  return put_on(replica, shelf, draft);
}

Result<> erase_draft(Replica& replica, const RecordId& id) {
  return remove_private(replica, shelf, id.view());
}

Result<> abandon_draft(Replica& replica, const Draft& draft,
                       const std::string& reason) {
  Draft stub = draft;
  stub.acts.assign(1, Act{});
  stub.acts.front().kind = proto::ACT_KIND_TRANSITION;
  stub.acts.front().step = abandon_step;
  stub.acts.front().reason = reason;
  if (auto kept = put_on(replica, stubs, stub); !kept) return kept;
  return erase_draft(replica, draft.id);
}

bool is_abandoned(const Replica& replica, const RecordId& id) {
  auto stub = get_private(replica, stubs, id.view());
  return stub && *stub;
}

Error not_here(const Replica& replica, std::string_view name,
               const std::string& person, Error otherwise) {
  auto stub = find_on(replica, stubs, name);
  const bool theirs = stub && *stub && may_open(**stub, person);
  if (!theirs || (*stub)->acts.empty()) return otherwise;
  return {Errc::not_found,
          Sentence{"{0} was a draft and was abandoned, by {1}: {2}",
                   {(*stub)->reference, (*stub)->author,
                    (*stub)->acts.front().reason}}};
}

bool may_open(const Draft& draft, const std::string& person) {
  return draft.author == person || person == service_person;
}

Result<std::vector<Draft>> drafts(const Replica& replica) {
  return all_on(replica, shelf);
}

Result<std::uint64_t> drafts_in_vault(const Replica& replica,
                                      std::string_view tag) {
  return count_in_vaults(replica, shelf, tag);
}

Result<bool> take_drafts(Replica& replica, const std::string& person) {
  const auto is_his = [&](const Bytes& plain) {
    auto draft = draft_of(plain);
    return draft && draft->author == person;
  };
  auto some = take_into_vault(replica, person, shelf, is_his);
  if (!some) return some;
  auto more = take_into_vault(replica, person, stubs, is_his);
  if (!more) return more;
  return *some || *more;
}

Result<std::optional<Draft>> find_draft(const Replica& replica,
                                        std::string_view name) {
  return find_on(replica, shelf, name);
}

Result<std::vector<PartState>> fold_draft(const Replica& replica,
                                          const Form& form,
                                          const Draft& draft) {
  std::map<std::string, PartHistory> parts;
  for (const Act& act : draft.acts) {
    const proto::Field* field = form.field(act.address.field);
    if (field == nullptr) continue;
    const std::string& part = form.part_of(*field);
    PartHistory& history = parts[part];
    if (history.changes.empty()) {
      Change change = as_change(draft);
      change.part = part;
      change.form_version = form.version();
      change.acts.clear();
      history.vouched[change.dot] = {};
      history.changes.push_back(std::move(change));
    }
    history.changes.front().acts.push_back(act);
  }
  std::vector<PartState> states;
  for (auto& [part, history] : parts) {
    PartState state = fold(history, replica.publications());
    state.part = part;
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace relais::sync
