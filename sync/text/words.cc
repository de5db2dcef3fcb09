#include "sync/text/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sync/replica/draft.h"

namespace relais::sync {
namespace {

struct Named {
  std::string_view name;
  Sentence words;
};

template <std::size_t count>
Sentence find_words(const std::array<Named, count>& all,
                    std::string_view name) {
  for (const Named& one : all) {
    if (one.name == name) return one.words;
  }
  std::string own(name);
  std::replace(own.begin(), own.end(), '_', ' ');
  return Sentence{"{0}", {std::move(own)}};
}

std::string thousands(std::int64_t number, char separator) {
  std::string text = std::to_string(number);
  const std::size_t sign = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > sign + 3;) {
    at -= 3;
    text.insert(at, 1, separator);
  }
  return text;
}

const proto::Field* column_of(const proto::Field& field,
                              std::string_view column) {
  for (const auto& one : field.column()) {
    if (one.id() == column) return &one;
  }
  return nullptr;
}

/// In the form's order, which is not that of the map.
std::string row_words(const proto::Field& spec, const Row& row,
                      const Tables* tables, Language language) {
  std::string text;
  for (const auto& column : spec.column()) {
    const auto at = row.find(column.id());
    if (at == row.end()) continue;
    if (!text.empty()) text += "; ";
    text += labelled(label(column.label(), language), language) + " " +
            value_words(column, at->second, tables, language);
  }
  return text;
}

struct InWords {
  const proto::Field& spec;
  const Tables* tables;
  Language language;

  std::string operator()(std::monostate) const {
    return say(Sentence{"(empty)", {}}, language);
  }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t number) const {
    if (spec.type() != proto::TYPE_MONEY) return std::to_string(number);
    const char separator = language == Language::fr ? ' ' : ',';
    return thousands(number, separator) + " FCFA";
  }
  std::string operator()(Decimal decimal) const {
    std::string text = to_text(decimal);
    if (language == Language::fr) {
      std::replace(text.begin(), text.end(), '.', ',');
    }
    return text;
  }
  std::string operator()(bool yes) const {
    return say(yes ? Sentence{"yes", {}} : Sentence{"no", {}}, language);
  }
  std::string operator()(Date date) const {
    return day_words(to_text(date), language);
  }
  std::string operator()(Instant instant) const {
    return day_words(to_text(instant), language);
  }
  std::string operator()(const Code& code) const {
    return code_words(spec, code.code, tables, language);
  }
  std::string operator()(const RecordId& record) const {
    return to_hex(record);
  }
  std::string operator()(const Blob& blob) const {
    return say(
        Sentence{"{0} ({1} bytes)", {blob.name, std::to_string(blob.size)}},
        language);
  }
  std::string operator()(const Sealed&) const {
    return say(Sentence{"(sealed)", {}}, language);
  }
  std::string operator()(const Row& row) const {
    return row_words(spec, row, tables, language);
  }
  std::string operator()(const Erased&) const {
    return say(Sentence{"(erased)", {}}, language);
  }
};

/// Of the columns of an answer, by their keys.
const std::array<Named, 66> headings{{
    {"record", Sentence{"record", {}}},
    {"reference", Sentence{"reference", {}}},
    {"form", Sentence{"form", {}}},
    {"state", Sentence{"state", {}}},
    {"title", Sentence{"title", {}}},
    {"held", Sentence{"where it is", {}}},
    {"conflicts", Sentence{"data conflicts", {}}},
    {"lane", Sentence{"lane", {}}},
    {"saved", Sentence{"saved", {}}},
    {"drafts", Sentence{"drafts", {}}},
    {"already", Sentence{"already there", {}}},
    {"sent", Sentence{"sent", {}}},
    {"code", Sentence{"code", {}}},
    {"label", Sentence{"label", {}}},
    {"version", Sentence{"version", {}}},
    {"name", Sentence{"name", {}}},
    {"address", Sentence{"field", {}}},
    {"author", Sentence{"author", {}}},
    {"role", Sentence{"role", {}}},
    {"reason", Sentence{"reason", {}}},
    {"value", Sentence{"value", {}}},
    {"values", Sentence{"values", {}}},
    {"by", Sentence{"by", {}}},
    {"for", Sentence{"settled by", {}}},
    {"post", Sentence{"post", {}}},
    {"device", Sentence{"device", {}}},
    {"person", Sentence{"person", {}}},
    {"roles", Sentence{"roles", {}}},
    {"last_contact", Sentence{"last contact", {}}},
    {"link", Sentence{"link", {}}},
    {"warnings", Sentence{"warnings", {}}},
    {"bytes", Sentence{"bytes", {}}},
    {"machine", Sentence{"Machine", {}}},
    {"table", Sentence{"table", {}}},
    {"rows", Sentence{"rows", {}}},
    {"fields", Sentence{"fields", {}}},
    {"type", Sentence{"type", {}}},
    {"list", Sentence{"list", {}}},
    {"required", Sentence{"required", {}}},
    {"policy", Sentence{"policy", {}}},
    {"file", Sentence{"file", {}}},
    {"packets", Sentence{"packets", {}}},
    {"packets_sent", Sentence{"packets sent", {}}},
    {"packets_taken", Sentence{"packets received", {}}},
    {"bytes_up", Sentence{"bytes sent", {}}},
    {"bytes_down", Sentence{"bytes received", {}}},
    {"refused", Sentence{"refused", {}}},
    {"entered_by", Sentence{"entered by", {}}},
    {"certificate", Sentence{"certificate", {}}},
    {"change", Sentence{"change", {}}},
    {"conflict", Sentence{"conflict", {}}},
    {"dot", Sentence{"change", {}}},
    {"enrolled", Sentence{"enrolled", {}}},
    {"fault", Sentence{"fault", {}}},
    {"forked", Sentence{"forked", {}}},
    {"hours", Sentence{"hours between contacts", {}}},
    {"letter", Sentence{"letter", {}}},
    {"machines", Sentence{"machines", {}}},
    {"more", Sentence{"more to come", {}}},
    {"part", Sentence{"part", {}}},
    {"retired", Sentence{"retired", {}}},
    {"silent", Sentence{"silent", {}}},
    {"until", Sentence{"until", {}}},
    {"urls", Sentence{"addresses", {}}},
    {"wall", Sentence{"that machine's clock", {}}},
    {"wrong_pins", Sentence{"wrong PINs", {}}},
}};

}  // namespace

Sentence held_words(Held held) {
  switch (held) {
    case Held::draft:
      return Sentence{"draft", {}};
    case Held::saved:
      return Sentence{"saved", {}};
    case Held::sent:
      return Sentence{"sent", {}};
    case Held::held:
      return Sentence{"held by headquarters", {}};
  }
  return Sentence{"saved", {}};
}

Sentence held_words(std::string_view held) {
  for (const Held one : {Held::draft, Held::saved, Held::sent, Held::held}) {
    if (to_text(one) == held) return held_words(one);
  }
  return Sentence{"{0}", {std::string(held)}};
}

Sentence draft_step_words(std::string_view step) {
  if (step == abandon_step) {
    return Sentence{"gives the draft up and erases what it holds (--reason)",
                    {}};
  }
  return Sentence{"makes it a record (also: relais submit)", {}};
}

Sentence proposal_words(ProposalWhy why) {
  switch (why) {
    case ProposalWhy::proposed:
      return Sentence{"a second person is needed", {}};
    case ProposalWhy::closing:
      return Sentence{"something new arrived while it was being closed", {}};
    case ProposalWhy::hold:
      return Sentence{"other steps were taken meanwhile", {}};
    case ProposalWhy::edited:
      return Sentence{"the row was changed while it was being annulled", {}};
  }
  return Sentence{"a second person is needed", {}};
}

Sentence set_aside_words(std::string_view reason) {
  static const std::array<Named, 22> all{{
      {"lost", Sentence{"headquarters had declared it lost", {}}},
      {"schema", Sentence{"it does not fit the form", {}}},
      {"role", Sentence{"its author did not have the role", {}}},
      {"rights", Sentence{"its author did not have the right", {}}},
      {"ownership", Sentence{"the field belongs to another role", {}}},
      {"immutable", Sentence{"the field is written once only", {}}},
      {"headquarters", Sentence{"headquarters has the word on this field", {}}},
      {"versions", Sentence{"it names an older form or older tables", {}}},
      {"record id", Sentence{"it does not belong to this record", {}}},
      {"state", Sentence{"the step was not possible in that state", {}}},
      {"guard", Sentence{"the conditions of the step were not met", {}}},
      {"blocked", Sentence{"the state had to be settled first", {}}},
      {"second person", Sentence{"the second person must be another one", {}}},
      {"annulled", Sentence{"the row was annulled", {}}},
      {"row", Sentence{"the row was not there, or was there already", {}}},
      {"cites", Sentence{"it lowers a value without naming it", {}}},
      {"no conflict", Sentence{"there was nothing to settle", {}}},
      {"no decision", Sentence{"there was no decision to undo", {}}},
      {"nothing to accept", Sentence{"there was nothing to accept", {}}},
      {"cannot be accepted", Sentence{"it cannot be accepted", {}}},
      {"not in its past",
       Sentence{"its author had not seen what it names", {}}},
      {"challenged", Sentence{"headquarters challenged it", {}}},
  }};
  if (reason == "legal hold") return Sentence{"a legal hold is in force", {}};
  return find_words(all, reason);
}

Sentence heading_words(std::string_view key) {
  return find_words(headings, key);
}

std::string role_words(std::string_view role, const Tables* tables,
                       Language language) {
  if (tables == nullptr) return std::string(role);
  return tables->label("role", role, to_text(language));
}

std::string label(const proto::Text& text, Language language) {
  const bool french = language == Language::fr;
  const std::string& wanted = french ? text.fr() : text.en();
  return !wanted.empty() ? wanted : french ? text.en() : text.fr();
}

std::string address_words(const Form& form, const Address& address,
                          Language language) {
  if (address.field == state_field) {
    return say(Sentence{"state", {}}, language);
  }
  const proto::Field* field = form.field(address.field);
  if (field == nullptr) return address.field;
  std::string text = label(field->label(), language);
  if (!address.row.empty()) text += ", " + address.row;
  if (const auto* column = column_of(*field, address.column)) {
    text += ", " + label(column->label(), language);
  }
  return text;
}

std::string state_words(const Form& form, const std::string& state,
                        Language language) {
  const proto::State* found = form.state(state);
  if (found != nullptr) return label(found->label(), language);
  // Before its first change a record has no state of the form's.
  return state == "draft" ? say(held_words(Held::draft), language) : state;
}

std::string code_words(const proto::Field& spec, std::string_view code,
                       const Tables* tables, Language language) {
  std::string text;
  for (const auto& choice : spec.choice()) {
    if (choice.code() == code) text = label(choice.label(), language);
  }
  if (text.empty() && !spec.list().empty() && tables != nullptr) {
    text = tables->label(spec.list(), code, to_text(language));
  }
  if (text.empty() || text == code) return std::string(code);
  return text + " (" + std::string(code) + ")";
}

std::string value_words(const proto::Field& spec, const Value& value,
                        const Tables* tables, Language language) {
  return std::visit(InWords{spec, tables, language}, value.kind());
}

std::string day_words(std::string_view iso, Language language) {
  constexpr std::size_t day = 10;
  constexpr std::size_t minute = 16;
  if (iso.size() < day) return std::string(iso);
  std::string text(iso.substr(0, day));
  if (language == Language::fr) {
    text =
        text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
  }
  if (iso.size() < minute) return text;
  return text + " " + std::string(iso.substr(day + 1, minute - day - 1));
}

std::string person_words(std::string_view person, const Tables* tables,
                         Language language) {
  if (person.empty()) return say(Sentence{"nobody named", {}}, language);
  if (person == "service") return say(Sentence{"the post", {}}, language);
  if (person == "shell") return say(Sentence{"a shell command", {}}, language);
  if (person == "headquarters")
    return say(Sentence{"headquarters", {}}, language);
  if (tables == nullptr) return std::string(person);
  for (const char* table : {"officer", "headquarters_user"}) {
    const std::string name = tables->label(table, person, to_text(language));
    if (!name.empty() && name != person) {
      return name + " (" + std::string(person) + ")";
    }
  }
  return std::string(person);
}

}  // namespace relais::sync
