#include "client/cli/sealed_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sync/sealed/envelope.h"
#include "sync/sealed/recipients.h"

namespace relais::cli {
namespace {

using nlohmann::json;
using sync::Errc;
using sync::fail;

std::string text_of(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

json array_of(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_array() ? *found : json::array();
}

std::vector<std::pair<std::string, std::string>> choices_of(const json& from,
                                                            const char* name) {
  std::vector<std::pair<std::string, std::string>> all;
  const json choices = array_of(from, name);
  for (const json& one : choices) {
    all.emplace_back(text_of(one, "code"), text_of(one, "label"));
  }
  return all;
}

std::set<std::string> codes_in(const std::string& text) {
  std::set<std::string> codes;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (end > at) codes.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return codes;
}

std::string answer_in(const SealedAnswers& answers, const std::string& field) {
  const auto found = answers.find(field);
  return found == answers.end() ? std::string() : found->second;
}

std::vector<sync::Bytes> in_envelopes(const sync::Bytes& bytes) {
  std::vector<sync::Bytes> all;
  for (std::size_t at = 0; at < bytes.size(); at += sync::envelope_bytes) {
    all.push_back(bytes.substr(at, sync::envelope_bytes));
  }
  return all;
}

}  // namespace

sync::Result<SealedForm> SealedForm::read(const std::string& text) {
  const json from = json::parse(text, nullptr, false);
  if (!from.is_object()) {
    return fail(Errc::wire_format, "The daemon's answer is no form");
  }
  SealedForm form;
  form.id_ = text_of(from, "form");
  form.label_ = text_of(from, "label");
  form.mode_field_ = text_of(from, "mode");
  form.open_mode_ = text_of(from, "open");
  form.words_ = text_of(from, "words");
  form.identity_ = text_of(from, "identity");
  form.accused_ = text_of(from, "accused");
  form.modes_ = choices_of(from, "modes");
  form.day_ = from.value("day", 0);
  const json asked = array_of(from, "ask");
  for (const json& one : asked) {
    form.ask_.push_back({text_of(one, "address"), text_of(one, "label"),
                         text_of(one, "help"), text_of(one, "type"),
                         text_of(one, "list"), choices_of(one, "choices"),
                         one.value("required", false)});
  }
  const auto bytes = sync::from_hex(text_of(from, "recipients"));
  proto::SignedRecipients document;
  if (!bytes || bytes->empty() || !document.ParseFromString(*bytes)) {
    return fail(Errc::not_found,
                "Headquarters has not said yet who reads sealed reports: sync "
                "first, or turn to one of those bodies directly");
  }
  auto recipients = sync::recipients_in(document);
  if (!recipients) return fail(recipients.error());
  form.recipients_ = std::move(*recipients);
  return form;
}

std::vector<SealedQuestion> SealedForm::questions(
    const std::string& mode) const {
  const bool nobody = !modes_.empty() && mode == modes_.back().first;
  std::vector<SealedQuestion> all;
  for (const SealedQuestion& one : ask_) {
    if (mode.empty() && one.address != words_) continue;
    if (nobody && one.address == identity_) continue;
    all.push_back(one);
  }
  return all;
}

std::vector<Sentence> SealedForm::faults(const std::string& mode,
                                         const SealedAnswers& answers) const {
  std::vector<Sentence> all;
  const auto asked = questions(mode);
  const auto question = [&](const std::string& address) {
    return std::find_if(asked.begin(), asked.end(), [&](const auto& one) {
      return one.address == address;
    });
  };
  const bool known = mode.empty() || std::any_of(modes_.begin(), modes_.end(),
                                                 [&](const auto& one) {
                                                   return one.first == mode;
                                                 });
  std::string sealed;
  for (const auto& [code, label] : modes_) {
    if (code != open_mode_) sealed += (sealed.empty() ? "" : ", ") + code;
  }
  if (!known) {
    all.push_back(Sentence{"{0}: {1} is none of {2}. Choose one of these.",
                           {mode_field_, mode, sealed}});
  } else if (mode == open_mode_) {
    all.push_back(
        Sentence{"{0}: {1} is not sealed: use `relais new {2}`, or "
                 "choose one of {3}",
                 {mode_field_, mode, id_, sealed}});
  }
  for (const auto& [address, text] : answers) {
    const auto found = question(address);
    if (found == asked.end()) {
      if (text.empty()) continue;
      all.push_back(Sentence{"{0} is not asked here: leave it out", {address}});
    } else if (found->type == "yes_no" && text != "true" && text != "false" &&
               !text.empty()) {
      all.push_back(Sentence{"{0}: {1} is neither yes nor no. Write one.",
                             {address, text}});
    } else if (!found->choices.empty() && !text.empty() &&
               std::none_of(
                   found->choices.begin(), found->choices.end(),
                   [&](const auto& one) { return one.first == text; })) {
      all.push_back(Sentence{
          "{0}: {1} is not one of the choices. `relais forms` lists them.",
          {address, text}});
    }
  }
  for (const SealedQuestion& one : asked) {
    if (!one.required || !answer_in(answers, one.address).empty()) continue;
    all.push_back(Sentence{"{0}: this must be filled in", {one.label}});
  }
  if (const auto left = room(mode, answers); left < 0) {
    all.push_back(Sentence{
        "The report is {0} bytes too long: shorten it, or add the rest later "
        "with the code",
        {std::to_string(-left)}});
  }
  auto readers = chosen(answers);
  if (!mode.empty() && !readers) all.push_back(readers.error().what);
  return all;
}

proto::SealedReport SealedForm::report(const std::string& mode,
                                       const SealedAnswers& answers) const {
  proto::SealedReport one;
  one.set_kind(mode.empty() ? proto::SEALED_KIND_STATEMENT
                            : proto::SEALED_KIND_REPORT);
  one.set_form(id_);
  one.set_mode(mode);
  one.set_day(day_);
  one.set_recipients(recipients_.version());
  if (auto readers = chosen(answers); readers && !mode.empty()) {
    for (const auto& reader : *readers) one.add_recipient(reader.id());
  }
  for (const auto& [field, text] : answers) {
    if (text.empty()) continue;
    auto* answer = one.add_answer();
    answer->set_field(field);
    answer->set_text(text);
  }
  return one;
}

std::int64_t SealedForm::room(const std::string& mode,
                              const SealedAnswers& answers) const {
  // What comes with the code: three fields, and the lengths of each.
  constexpr std::int64_t of_the_code = 16 + 32 + 32 + 6;
  const auto taken =
      static_cast<std::int64_t>(sync::size_of(report(mode, answers)));
  return static_cast<std::int64_t>(sync::report_bytes_max) - of_the_code -
         taken;
}

sync::Result<std::vector<proto::Recipient>> SealedForm::chosen(
    const SealedAnswers& answers) const {
  return sync::readers_without(recipients_,
                               codes_in(answer_in(answers, accused_)));
}

Sentence SealedForm::readers(const std::string& mode,
                             const SealedAnswers& answers) const {
  if (mode.empty()) return Sentence{"those who read the report", {}};
  auto some = chosen(answers);
  std::string text;
  for (const auto& one : some.value_or(std::vector<proto::Recipient>{})) {
    if (text.find(one.body()) != std::string::npos) continue;
    text += (text.empty() ? "" : ", ") + one.body();
  }
  return Sentence{"{0}", {text}};
}

sync::Result<sync::Bytes> SealedForm::seal(const std::string& mode,
                                           const SealedAnswers& answers,
                                           const sync::ReportKey& key) const {
  std::vector<sync::Bytes> keys{sync::key_for_later(key)};
  proto::SealedReport one = report(mode, answers);
  one.set_tag(key.tag);
  if (!mode.empty()) {
    auto readers = chosen(answers);
    if (!readers) return fail(readers.error());
    keys = sync::keys_of(*readers);
    one.set_reply_key(key.reply.public_key);
    one.set_later_seed(key.later);
  }
  sync::SystemRandom random;
  auto envelopes = sync::seal_report(one, keys, random);
  sync::wipe(*one.mutable_later_seed());
  if (!envelopes) return fail(envelopes.error());
  sync::Bytes all;
  for (const sync::Bytes& envelope : *envelopes) all += envelope;
  return all;
}

std::vector<std::string> replies_for(const sync::ReportKey& key,
                                     const sync::Bytes& envelopes) {
  std::size_t waiting = 0;
  std::vector<std::string> texts;
  for (const auto& one :
       sync::open_reports(key.reply, in_envelopes(envelopes), waiting)) {
    const bool answer = one.report.kind() == proto::SEALED_KIND_REPLY &&
                        one.report.tag() == key.tag &&
                        one.report.answer_size() > 0;
    if (answer) texts.push_back(one.report.answer(0).text());
  }
  return texts;
}

}  // namespace relais::cli
