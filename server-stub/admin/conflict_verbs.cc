#include <charconv>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/record/value_text.h"
#include "sync/replica/desk.h"
#include "sync/text/address.h"
#include "sync/text/page.h"
#include "sync/text/words.h"

namespace relais::admin {
namespace {

using sync::Call;
using sync::Desk;
using sync::OpenConflict;
using sync::Written;

/// Enough of an id to tell conflicts apart on a screen; more is asked for when
/// it is not.
constexpr std::size_t shown_id_chars = 12;

/// What a conflict is read with.
struct Reader {
  Office* office;
  const Call* call;
  const sync::Form* form;
  const sync::Tables* tables;

  sync::Language language() const { return language_of(*call); }

  std::string value(const OpenConflict& one, const Written& written) const {
    if (one.conflict.address.field == sync::state_field) {
      return sync::state_words(*form, written.state, language());
    }
    const proto::Field* spec = form->spec(one.conflict.address);
    return spec == nullptr
               ? sync::plain_text(written.value)
               : sync::value_words(*spec, written.value, tables, language());
  }

  /// The machine that wrote it, as people call it.
  std::string place(const sync::Change& change) const {
    if (change.device == office->replica().keys().device) {
      return words(*call, sync::Sentence{"headquarters", {}});
    }
    auto line = office->headquarters().device(change.device);
    if (!line || !*line) return sync::to_hex(change.device);
    return tables->label("post", (*line)->post, to_text(language())) + " (" +
           name_of(**line) + ")";
  }

  std::string roles(const std::vector<std::string>& codes) const {
    std::string text;
    for (const std::string& role : codes) {
      if (!text.empty()) text += ", ";
      text += sync::role_words(role, tables, language());
    }
    return text;
  }
};

/// What `decide --value` takes back.
std::string typed(const sync::Form& form, const OpenConflict& one,
                  const Written& written) {
  if (one.conflict.address.field == sync::state_field) return written.state;
  const proto::Field* spec = form.spec(one.conflict.address);
  return spec == nullptr ? sync::plain_text(written.value)
                         : sync::text_of(form, *spec, written.value);
}

Json value_json(const Reader& reader, const OpenConflict& one,
                const Written& written) {
  Json json;
  json["dot"] = sync::to_text(written.dot);
  json["value"] = typed(*reader.form, one, written);
  json["by"] = written.author;
  json["role"] = written.role;
  auto change = reader.office->replica().change(written.dot);
  if (!change) return json;
  json["device"] = sync::to_hex(change->device);
  json["where"] = reader.place(*change);
  json["wall"] = server::moment_text(change->wall);
  return json;
}

Json conflict_json(const Reader& reader, const OpenConflict& one) {
  Json json;
  json["conflict"] = sync::to_hex(one.conflict.id);
  json["record"] = sync::to_hex(one.record.record);
  json["reference"] = one.record.reference;
  json["form"] = one.record.form;
  json["part"] = one.part;
  json["address"] = sync::print_address(one.conflict.address);
  json["blocking"] = one.conflict.blocking;
  json["values"] = Json::array();
  for (const Written& written : one.conflict.values) {
    json["values"].push_back(value_json(reader, one, written));
  }
  json["for"] = one.conflict.resolvers;
  return json;
}

/// One line of the queue, in words.
Json conflict_words(const Reader& reader, const OpenConflict& one) {
  std::string values;
  for (const Written& written : one.conflict.values) {
    if (!values.empty()) values += " / ";
    values += reader.value(one, written);
  }
  Json json;
  json["conflict"] = sync::to_hex(one.conflict.id).substr(0, shown_id_chars);
  json["reference"] = one.record.reference;
  json["address"] = sync::address_words(*reader.form, one.conflict.address,
                                        reader.language());
  json["values"] = values;
  json["for"] = reader.roles(one.conflict.resolvers);
  return json;
}

std::string conflict_page(const Reader& reader, const OpenConflict& one) {
  const auto say = [&](const sync::Sentence& sentence) {
    return words(*reader.call, sentence);
  };
  std::size_t columns = 80;
  const std::string asked = reader.call->option("columns");
  std::from_chars(asked.data(), asked.data() + asked.size(), columns);
  sync::Page page(columns, reader.language());
  const std::string field = sync::address_words(
      *reader.form, one.conflict.address, reader.language());
  page.heading(sync::labelled(one.record.reference, reader.language()) + " " +
               field);
  page.field(say(sync::Sentence{"form", {}}),
             sync::label(reader.form->definition().label(), reader.language()));
  page.field(say(sync::Sentence{"title", {}}), one.record.title);
  for (const Written& written : one.conflict.values) {
    page.gap();
    page.field(say(sync::Sentence{"value", {}}), reader.value(one, written));
    page.field(say(sync::Sentence{"to keep it", {}}),
               "--value \"" + typed(*reader.form, one, written) + '"', 2);
    page.field(
        say(sync::Sentence{"by", {}}),
        sync::person_words(written.author, reader.tables, reader.language()) +
            ", " + reader.roles({written.role}),
        2);
    auto change = reader.office->replica().change(written.dot);
    if (!change) continue;
    page.field(say(sync::Sentence{"where", {}}), reader.place(*change), 2);
    page.field(say(sync::Sentence{"when, by that machine's clock", {}}),
               server::moment_text(change->wall), 2);
  }
  page.gap();
  page.field(say(sync::Sentence{"settled by", {}}),
             reader.roles(one.conflict.resolvers));
  page.field(say(sync::Sentence{"id", {}}), sync::to_hex(one.conflict.id));
  return page.take();
}

Result<> list_conflicts(Office& office, const Call& call) {
  auto open = Desk(office.replica(), call.actor).conflicts();
  if (!open) return fail(open.error());
  const auto tables = office.replica().publications().newest_tables();
  for (const OpenConflict& one : *open) {
    const auto form =
        office.replica().publications().newest_form(one.record.form);
    const Reader reader{&office, &call, form.get(), tables.get()};
    call.output->row((for_people(call) ? conflict_words(reader, one)
                                       : conflict_json(reader, one))
                         .dump());
  }
  return {};
}

Result<> show_conflict(Office& office, const Call& call) {
  auto one = Desk(office.replica(), call.actor).conflict(call.argument(0));
  if (!one) return fail(one.error());
  const auto tables = office.replica().publications().newest_tables();
  const auto form =
      office.replica().publications().newest_form(one->record.form);
  const Reader reader{&office, &call, form.get(), tables.get()};
  if (for_people(call)) {
    call.output->data(conflict_page(reader, *one));
  } else {
    call.output->row(conflict_json(reader, *one).dump());
  }
  return {};
}

/// By the form's rules; what stands in the conflict also as it is shown, or by
/// its dot.
Result<sync::Value> value_to_keep(const Reader& reader, const OpenConflict& one,
                                  const std::string& text) {
  const bool on_state = one.conflict.address.field == sync::state_field;
  for (const Written& written : one.conflict.values) {
    if (sync::to_text(written.dot) != text &&
        typed(*reader.form, one, written) != text) {
      continue;
    }
    return on_state ? sync::Value(written.state) : written.value;
  }
  if (on_state) {
    if (reader.form->state(text) != nullptr) return sync::Value(text);
    return fail(Errc::invalid, "The form {0} has no state {1}",
                {reader.form->id(), text});
  }
  const proto::Field* spec = reader.form->spec(one.conflict.address);
  if (spec == nullptr) {
    return fail(Errc::invalid,
                "One of the values that are there must be named: `conflicts "
                "show` lists them");
  }
  return sync::value_from_text(*reader.form, *spec, text, *reader.tables);
}

void print_settled(Office& office, const Call& call,
                   const sync::StoredRecord& record) {
  sync::RecordView known;
  known.record = record.record;
  known.reference = record.reference;
  known.form = office.replica().publications().newest_form(record.form);
  sync::print_saved(office.replica(), call, std::move(known));
}

Result<> decide(Office& office, const Call& call) {
  auto one = Desk(office.replica(), call.actor).conflict(call.argument(0));
  if (!one) return fail(one.error());
  const auto tables = office.replica().publications().newest_tables();
  const auto form =
      office.replica().publications().newest_form(one->record.form);
  const Reader reader{&office, &call, form.get(), tables.get()};
  auto value = value_to_keep(reader, *one, call.option("value"));
  if (!value) return fail(value.error());
  auto decided =
      sync::Editor(office.replica())
          .decide(one->conflict.id, *value, call.option("reason"), call.actor);
  if (decided) print_settled(office, call, one->record);
  return decided;
}

Result<> undo(Office& office, const Call& call) {
  auto one = Desk(office.replica(), call.actor).decision(call.argument(0));
  if (!one) return fail(one.error());
  auto undone = sync::Editor(office.replica())
                    .undo(call.argument(0), call.option("reason"), call.actor);
  if (undone) print_settled(office, call, one->record);
  return undone;
}

}  // namespace

void add_conflict_verbs(sync::Verbs& verbs, Office& office) {
  verbs["conflicts list"] = [&office](const Call& call) {
    return list_conflicts(office, call);
  };
  verbs["conflicts show"] = [&office](const Call& call) {
    return show_conflict(office, call);
  };
  verbs["conflicts decide"] = [&office](const Call& call) {
    return decide(office, call);
  };
  verbs["conflicts undo"] = [&office](const Call& call) {
    return undo(office, call);
  };
}

}  // namespace relais::admin
