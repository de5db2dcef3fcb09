#include "sync/replica/editor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/replica/draft.h"
#include "sync/replica/edit_acts.h"
#include "sync/replica/save.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

constexpr std::size_t walk_in_bytes = 16;
const NoFacts nothing_known;

Result<std::shared_ptr<const Form>> form_named(const Replica& replica,
                                               const std::string& id) {
  auto form = replica.publications().newest_form(id);
  if (!form) {
    return fail(Errc::not_found,
                "There is no form {0} here: `forms` shows those there are",
                {id});
  }
  return form;
}

/// DIB-A: post and letter; of headquarters, which is one machine, HQ.
Result<std::string> place_of(const Replica& replica, const Actor& actor) {
  if (actor.side == proto::SIDE_HEADQUARTERS) return std::string("HQ");
  auto post = fact(replica.store(), "post");
  auto letter = fact(replica.store(), "letter");
  if (!post || !letter) return fail(post ? letter.error() : post.error());
  if (post->empty()) {
    return fail(Errc::invalid,
                "This machine is not enrolled: run `relais enrol` first");
  }
  return *post + "-" + *letter;
}

/// INC-DIB-A-26-0042: the place, year, counter of this machine.
Result<std::string> free_reference(Replica& replica, const Form& form,
                                   const Actor& actor) {
  auto place = place_of(replica, actor);
  if (!place) return place;
  const std::string year = to_text(Instant{replica.now_ms()}).substr(2, 2);
  const std::string key = fmt::format("counter.{}.{}", form.id(), year);
  auto last = number_fact(replica.store(), key);
  if (!last) return fail(last.error());
  auto kept = set_number_fact(replica.store(), key, *last + 1);
  if (!kept) return fail(kept.error());
  return fmt::format("{}-{}-{}-{:0{}}", form.definition().prefix(), *place,
                     year, *last + 1, std::max(1U, form.definition().digits()));
}

const Value* written(const std::vector<Act>& acts, const std::string& field) {
  for (const Act& act : acts) {
    if (act.kind == proto::ACT_KIND_WRITE && act.address.field == field) {
      return &act.value;
    }
  }
  return nullptr;
}

/// A key field that was left empty: the first period is 1, a walk-in is drawn.
void complete_key(const Replica& replica, const Form& form,
                  std::vector<Act>& acts) {
  for (const std::string& name : form.definition().key()) {
    const proto::Field* field = form.field(name);
    if (field == nullptr || written(acts, name) != nullptr) continue;
    Act act;
    act.kind = proto::ACT_KIND_WRITE;
    act.address.field = name;
    if (field->type() == proto::TYPE_INTEGER) {
      act.value = Value(std::int64_t{1});
    } else if (field->type() == proto::TYPE_LINE) {
      const Value* officer = nullptr;
      for (const proto::Field& other : form.definition().field()) {
        if (other.list() == "officer" && officer == nullptr) {
          officer = written(acts, other.id());
        }
      }
      act.value = Value(officer != nullptr
                            ? plain_text(*officer)
                            : to_hex(replica.random().bytes(walk_in_bytes)));
    } else {
      continue;
    }
    acts.push_back(std::move(act));
  }
}

/// EVA-2026-924-31.C; from the second period on its number follows.
std::string keyed_reference(const Replica& replica, const Form& form,
                            const std::vector<Act>& acts) {
  std::string reference = form.definition().prefix();
  for (const std::string& name : form.definition().key()) {
    const Value* value = written(acts, name);
    if (value == nullptr) continue;
    std::string text = plain_text(*value);
    if (value->get<std::int64_t>() != nullptr && text == "1") continue;
    if (const auto* id = value->get<RecordId>()) {
      auto record = replica.store().record(*id);
      const bool named = record && *record && !(*record)->reference.empty();
      text = named ? (*record)->reference : text.substr(0, 8);
    } else if (text.size() == 2 * walk_in_bytes) {
      text = text.substr(0, 8);
    }
    reference += "-" + text;
  }
  return reference;
}

Result<RecordId> keyed_id(const Form& form, const std::vector<Act>& acts) {
  std::vector<std::string> key;
  for (const std::string& name : form.definition().key()) {
    const Value* value = written(acts, name);
    if (value == nullptr || value->empty()) {
      return fail(Errc::invalid, "{0}: this must be filled in", {name});
    }
    key.push_back(plain_text(*value));
  }
  return keyed_record_id(form.id(), key);
}

}  // namespace

Result<Created> Editor::create(const std::string& form_id,
                               std::vector<Edit> edits, const Actor& actor,
                               bool submit, const Also& also) {
  auto form = form_named(*replica_, form_id);
  if (!form) return fail(form.error());
  auto acts = acts_of(*replica_, **form, {}, std::move(edits));
  if (!acts) return fail(acts.error());
  Created created;
  auto done = replica_->transact([&]() -> Result<> {
    auto made = create_any(**form, *acts, actor, submit, created);
    return made && also ? also(created) : made;
  });
  if (!done) return fail(done.error());
  return created;
}

Result<> Editor::create_any(const Form& form,
                            std::map<std::string, std::vector<Act>>& acts,
                            const Actor& actor, bool submit, Created& created) {
  if (form.definition().draft() != proto::DRAFT_LOCAL) {
    return create_record(form, acts, actor, created);
  }
  auto made = make_draft(form, acts, actor);
  if (!made) return fail(made.error());
  // Submitted at once, it was never a draft: one transaction, all or nothing.
  if (submit) return submit_draft(form, std::move(*made), actor, created);
  created = {made->id, made->reference, true};
  return keep_draft(*replica_, *made);
}

Result<Draft> Editor::make_draft(const Form& form,
                                 std::map<std::string, std::vector<Act>>& acts,
                                 const Actor& actor) {
  Draft draft;
  draft.id = random_id<RecordKind>(replica_->random());
  draft.form = form.id();
  auto reference = free_reference(*replica_, form, actor);
  if (!reference) return fail(reference.error());
  draft.reference = *reference;
  draft.author = actor.person;
  draft.entered_by = actor.entered_by;
  for (auto& [part, some] : acts) {
    std::move(some.begin(), some.end(), std::back_inserter(draft.acts));
  }
  if (auto good = check_draft(form, draft); !good) return fail(good.error());
  return draft;
}

/// What is typed must be good; what is missing may come later.
Result<> Editor::check_draft(const Form& form, const Draft& draft) {
  const auto tables = replica_->publications().readable_tables();
  if (!tables) return fail(tables.error());
  const FactsOnTop facts(nothing_known, form, draft.acts);
  for (const Act& act : draft.acts) {
    const proto::Field* field = form.field(act.address.field);
    if (field == nullptr || act.kind != proto::ACT_KIND_WRITE) continue;
    for (const proto::Check& check : field->check()) {
      const Expression* rule = form.check(check);
      if (check.warning() || rule == nullptr || rule->holds(facts)) continue;
      return fail(Errc::invalid, "{0}: {1}",
                  {field->id(), in_both(check.message())});
    }
  }
  for (const Act& act : draft.acts) {
    const proto::Field* spec = form.spec(act.address);
    if (spec == nullptr) spec = form.field(act.address.field);
    if (spec == nullptr) continue;
    auto faults = validate_value(form, *spec, act.address, act.value, **tables);
    if (!faults.empty()) {
      Error error{Errc::invalid, faults.front()};
      error.more.assign(faults.begin() + 1, faults.end());
      return fail(error);
    }
  }
  return {};
}

Result<> Editor::create_record(const Form& form,
                               std::map<std::string, std::vector<Act>>& acts,
                               const Actor& actor, Created& created) {
  Intent intent;
  intent.actor = actor;
  intent.moment = Moment::root;
  intent.root_author = actor.person;
  std::vector<Act>& root = acts[form.definition().root_part()];
  if (form.keyed()) {
    complete_key(*replica_, form, root);
    auto id = keyed_id(form, root);
    if (!id) return fail(id.error());
    auto known = replica_->store().record(*id);
    if (!known) return fail(known.error());
    if (*known) {
      return fail(Errc::already, "{0} is open already: change it with `edit`",
                  {(*known)->reference});
    }
    intent.record = *id;
    intent.reference = keyed_reference(*replica_, form, root);
  } else {
    auto reference = free_reference(*replica_, form, actor);
    if (!reference) return fail(reference.error());
    intent.reference = *reference;
  }
  created.reference = intent.reference;
  intent.acts = std::move(acts);
  auto record = save(*replica_, form, {}, std::move(intent));
  if (!record) return fail(record.error());
  created.record = *record;
  return {};
}

Result<Created> Editor::submit(std::string_view name, const Actor& actor) {
  auto draft = find_draft(*replica_, name);
  if (!draft) return fail(draft.error());
  if (!*draft || !may_open(**draft, actor.person)) {
    auto known = Reader(*replica_).show(name, actor);
    if (!known) return fail(known.error());
    return fail(Errc::already, "{0} is submitted already", {known->reference});
  }
  auto form = form_named(*replica_, (*draft)->form);
  if (!form) return fail(form.error());
  Created created;
  auto done = replica_->transact([&]() -> Result<> {
    const RecordId id = (*draft)->id;
    auto sent = submit_draft(**form, std::move(**draft), actor, created);
    return sent ? erase_draft(*replica_, id) : sent;
  });
  if (!done) return fail(done.error());
  return created;
}

Result<> Editor::submit_draft(const Form& form, Draft draft, const Actor& actor,
                              Created& created) {
  Intent intent;
  intent.reference = draft.reference;
  intent.root_author = draft.author;
  intent.actor = actor;
  intent.actor.person = draft.author;
  intent.moment = Moment::submit;
  for (Act& act : draft.acts) {
    const proto::Field* field = form.field(act.address.field);
    intent.acts[form.part_of(*field)].push_back(std::move(act));
  }
  auto record = save(*replica_, form, {}, std::move(intent));
  if (!record) return fail(record.error());
  created = {*record, draft.reference, false};
  return replica_->store().put_alias(to_hex(draft.id), *record);
}

Result<> Editor::edit_draft(Draft draft, std::vector<Edit> edits) {
  auto form = form_named(*replica_, draft.form);
  if (!form) return fail(form.error());
  auto parts = fold_draft(*replica_, **form, draft);
  if (!parts) return fail(parts.error());
  // A draft's row is simply taken out again; an entry of a log by its number.
  std::erase_if(edits, [&](const Edit& edit) {
    if (edit.kind != Edit::Kind::annul_row) return false;
    int number = 0;
    return std::erase_if(draft.acts, [&](const Act& act) {
             if (act.kind != proto::ACT_KIND_APPEND) {
               return act.address.row_only() == edit.address.row_only();
             }
             return act.address.field == edit.address.field &&
                    std::to_string(++number) == edit.address.row;
           }) > 0;
  });
  auto acts = acts_of(*replica_, **form, *parts, std::move(edits));
  if (!acts) return fail(acts.error());
  for (auto& [part, some] : *acts) {
    for (Act& act : some) {
      std::erase_if(draft.acts, [&](const Act& old) {
        return act.kind == proto::ACT_KIND_WRITE && old.kind == act.kind &&
               old.address == act.address;
      });
      const bool cleared =
          act.kind == proto::ACT_KIND_WRITE && act.value.empty();
      act.cites.clear();
      if (!cleared) draft.acts.push_back(std::move(act));
    }
  }
  if (auto good = check_draft(**form, draft); !good) return good;
  return replica_->transact([&] { return keep_draft(*replica_, draft); });
}

Result<> Editor::edit(std::string_view name, std::vector<Edit> edits,
                      const Actor& actor) {
  auto draft = find_draft(*replica_, name);
  if (!draft) return fail(draft.error());
  if (*draft && may_open(**draft, actor.person)) {
    return edit_draft(std::move(**draft), std::move(edits));
  }
  auto view = Reader(*replica_).show(name, actor);
  if (!view) return fail(view.error());
  auto line = replica_->find(name);
  if (!line) return fail(line.error());
  auto acts = acts_of(*replica_, *view->form, view->parts, std::move(edits));
  if (!acts) return fail(acts.error());
  const bool nothing =
      std::all_of(acts->begin(), acts->end(),
                  [](const auto& one) { return one.second.empty(); });
  if (nothing) {
    return fail(Errc::already, "{0}: nothing changes, it is so already",
                {view->reference});
  }
  Intent intent;
  intent.record = view->record;
  intent.reference = {};
  intent.root_author = line->author;
  intent.actor = actor;
  intent.acts = std::move(*acts);
  return replica_->transact([&]() -> Result<> {
    auto saved = save(*replica_, *view->form, view->parts, std::move(intent));
    return saved ? Result<>{} : Result<>(fail(saved.error()));
  });
}

}  // namespace relais::sync
