#include "sync/replica/draft.h"

#include <map>
#include <utility>

#include "sync/limits.h"

namespace relais::sync {
namespace {

constexpr std::string_view shelf = "draft";

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

Result<Draft> opened(const Replica& replica, std::string_view sealed) {
  auto plain = decrypt(replica.keys().drafts, sealed);
  if (!plain) return fail(plain.error());
  // Meta and body, the first preceded by its length.
  std::size_t size = 0;
  for (int i = 0; i < 4 && plain->size() >= 4; ++i) {
    size = size << 8 | static_cast<unsigned char>((*plain)[std::size_t(i)]);
  }
  if (plain->size() < 4 + size) {
    return fail(Errc::corrupt, "A draft is damaged: run `verify`");
  }
  const std::string_view all = *plain;
  Dot dot;
  dot.position = 1;
  auto change =
      decode_change(dot, {}, all.substr(4, size), all.substr(4 + size));
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

}  // namespace

Result<> keep_draft(Replica& replica, const Draft& draft) {
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
  return replica.store().put(
      shelf, draft.id.view(),
      encrypt(replica.keys().drafts, plain, replica.random()));
}

Result<> erase_draft(Replica& replica, const RecordId& id) {
  return replica.store().remove(shelf, id.view());
}

Result<std::vector<Draft>> drafts(const Replica& replica) {
  std::vector<Draft> all;
  Result<> bad;
  auto read = replica.store().scan(
      shelf, {}, [&](std::string_view, std::string_view sealed) {
        auto draft = opened(replica, sealed);
        if (!draft) {
          bad = fail(draft.error());
          return false;
        }
        all.push_back(std::move(*draft));
        return true;
      });
  if (!read) return fail(read.error());
  if (!bad) return fail(bad.error());
  return all;
}

Result<std::optional<Draft>> find_draft(const Replica& replica,
                                        std::string_view name) {
  auto all = drafts(replica);
  if (!all) return fail(all.error());
  for (Draft& draft : *all) {
    if (draft.reference == name || to_hex(draft.id) == name) {
      return std::optional<Draft>(std::move(draft));
    }
  }
  return std::optional<Draft>{};
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
