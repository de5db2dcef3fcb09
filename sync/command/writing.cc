#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/record/input.h"
#include "sync/replica/draft.h"
#include "sync/text/address.h"
#include "sync/text/edits.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

/// --from and --set of one command, in that order.
Result<std::vector<Edit>> asked_edits(const Call& call, const Form& form,
                                      const Tables& tables, bool fresh) {
  std::vector<Edit> edits;
  if (call.has("from")) {
    auto text = whole_input(call);
    if (!text) return fail(text.error());
    auto given = edits_from_json(form, tables, *text);
    if (!given) return fail(given.error());
    edits = std::move(*given);
    if (fresh) make_rows_new(form, edits);
  }
  auto set = edits_from_set(form, tables, values_of(call, "set"));
  if (!set) return fail(set.error());
  int rows = 0;
  for (const Edit& edit : edits) rows = std::max(rows, edit.new_row);
  for (Edit& edit : *set) {
    if (edit.new_row > 0) edit.new_row += rows;
    edits.push_back(std::move(edit));
  }
  for (const std::string& address : values_of(call, "annul")) {
    auto annul = annul_from_text(form, address, call.option("reason"));
    if (!annul) return fail(annul.error());
    edits.push_back(std::move(*annul));
  }
  return edits;
}

/// Of a fault, to people: what the form calls the place, beside its name.
Error labelled(const Call& call, const Form& form, Error error) {
  if (call.option("format") != "table") return error;
  const auto label = [&form](Sentence& said) {
    if (said.arguments.empty()) return;
    std::string& place = said.arguments.front();
    const auto written = parse_address(place);
    if (!written) return;
    const proto::Field* spec = form.spec(written->address);
    if (spec == nullptr) return;
    proto::Text text = spec->label();
    for (std::string* one : {text.mutable_fr(), text.mutable_en()}) {
      *one += " (" + place + ")";
    }
    place = in_both(text);
  };
  label(error.what);
  for (Sentence& further : error.more) label(further);
  return error;
}

/// What is known of a record without reading it.
RecordView view_of(const Created& created, std::shared_ptr<const Form> form) {
  RecordView view;
  view.record = created.record;
  view.reference = created.reference;
  view.form = std::move(form);
  view.held = created.draft ? Held::draft : Held::saved;
  return view;
}

Result<> make_new(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "FORM");
  if (!name) return fail(name.error());
  auto form = form_for(replica, *name);
  if (!form) return fail(form.error());
  const auto tables = replica.publications().readable_tables();
  if (!tables) return fail(tables.error());
  auto edits = asked_edits(call, **form, **tables, true);
  if (!edits) return fail(edits.error());
  auto created = Editor(replica).create(*name, std::move(*edits), call.actor,
                                        call.has("submit"));
  if (!created) return fail(labelled(call, **form, created.error()));
  print_saved(replica, call, view_of(*created, *form));
  return {};
}

Result<> edit(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "RECORD");
  if (!name) return fail(name.error());
  if (call.has("attach")) {
    return fail(Errc::invalid,
                "Attachments cannot be added yet: keep the document and note "
                "where it lies");
  }
  auto view = Reader(replica).show(*name, call.actor);
  if (!view) return fail(view.error());
  auto edits = asked_edits(call, *view->form, *view->tables, false);
  if (!edits) return fail(edits.error());
  if (edits->empty()) {
    return fail(Errc::usage, "{0} is missing; see --help", {"--set"});
  }
  auto saved = Editor(replica).edit(*name, std::move(*edits), call.actor);
  if (!saved) return fail(labelled(call, *view->form, saved.error()));
  print_saved(replica, call, std::move(*view));
  return saved;
}

Result<> submit(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "RECORD");
  if (!name) return fail(name.error());
  auto form = Reader(replica).show(*name, call.actor);
  if (!form) return fail(form.error());
  auto created = Editor(replica).submit(*name, call.actor);
  if (!created) return fail(labelled(call, *form->form, created.error()));
  print_saved(replica, call, view_of(*created, form->form));
  return {};
}

Result<> step(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "RECORD");
  if (!name) return fail(name.error());
  auto id = needed(call, 1, "TRANSITION");
  if (!id) return fail(id.error());
  auto before = Reader(replica).show(*name, call.actor);
  if (!before) return fail(before.error());
  auto done =
      Editor(replica).transition(*name, *id, call.option("reason"), call.actor);
  if (!done) return done;
  if (before->held != Held::draft || *id != abandon_step) {
    print_saved(replica, call, std::move(*before));
  } else {
    call.output->note(
        Sentence{"{0} is abandoned: what it held was on this machine only and "
                 "is erased; its number is not given again",
                 {before->reference}});
  }
  return done;
}

}  // namespace

void print_saved(const Replica& replica, const Call& call, RecordView known) {
  auto now = Reader(replica).show(to_hex(known.record), call.actor);
  const RecordView& view = now ? *now : known;
  const std::string state =
      call.option("format") == "table"
          ? state_words(*view.form, view.state, language_of(call))
          : view.state;
  // A post saved it, and no more; what headquarters writes, it holds.
  const bool at_post = call.actor.side == proto::SIDE_POST;
  const Held held = view.held == Held::draft ? Held::draft
                    : at_post                ? Held::saved
                                             : Held::held;
  call.output->row(json{
      {"reference", view.reference},
      {"record", to_hex(view.record)},
      {"form", view.form->id()},
      {"state", state},
      {"held",
       to_text(held)}}.dump());
}

void add_writing_verbs(Verbs& verbs, Replica& replica) {
  verbs["new"] = [&replica](const Call& call) {
    return make_new(replica, call);
  };
  verbs["edit"] = [&replica](const Call& call) { return edit(replica, call); };
  verbs["submit"] = [&replica](const Call& call) {
    return submit(replica, call);
  };
  verbs["do"] = [&replica](const Call& call) { return step(replica, call); };
}

}  // namespace relais::sync
