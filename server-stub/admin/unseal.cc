#include <algorithm>
#include <set>
#include <utility>

#include "server-stub/admin/counter_talk.h"
#include "server-stub/admin/house.h"
#include "server-stub/admin/key_file.h"
#include "sync/record/value.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/recipients.h"
#include "sync/sealed/report.h"
#include "sync/sealed/secrecy.h"
#include "sync/sealed/value.h"
#include "sync/store/home.h"

/// Reading sealed reports at a recipient's station. The key and the words are
/// in this process alone: headquarters is asked for envelopes, and is given an
/// incident in which words and identity are sealed again.
namespace relais::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t envelopes_bytes_max = 2UL << 30;

std::string text_of(const Json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

Json codes_of(const std::string& text) {
  Json codes = Json::array();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (end > at) codes.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return codes;
}

/// One run: a key, and a talk with headquarters.
class Unsealing {
 public:
  Unsealing(Session& session, CounterTalk talk, sync::KeyPair key)
      : terminal_(&session.terminal()),
        talk_(std::move(talk)),
        as_(session.globals().as),
        key_(std::move(key)) {}
  ~Unsealing() { sync::wipe(key_.secret_key); }
  Unsealing(const Unsealing&) = delete;
  Unsealing& operator=(const Unsealing&) = delete;

  Result<> read(const Invocation& asked);
  bool empty() const { return reports_.empty() && waiting_ == 0; }
  void show() const;
  Result<> write();
  Result<> reply(const std::string& receipt, const std::string& text);

 private:
  Result<Json> rules_for(const std::string& form);
  Result<std::string> find(const Json& rules, const std::string& receipt);
  Result<std::string> sealed(const proto::SealedReport& report,
                             const std::string& text);
  Result<Json> entry(const Json& rules, const sync::OpenedReport& one);
  Result<Json> record(const Json& rules, const sync::OpenedReport& one);
  Result<> write_one(const sync::OpenedReport& one);
  bool is_accused(const Json& rules, const proto::SealedReport& report) const;

  Terminal* terminal_;
  CounterTalk talk_;
  std::string as_;
  sync::KeyPair key_;
  std::vector<sync::OpenedReport> reports_;
  std::size_t waiting_ = 0;
  sync::SystemRandom random_;
};

Result<> Unsealing::read(const Invocation& asked) {
  Result<sync::Bytes> bytes;
  if (asked.argument.empty()) {
    std::map<std::string, std::string> since;
    if (asked.has("since")) since["since"] = asked.text("since");
    bytes = talk_.data({"envelopes"}, since);
  } else {
    bytes = sync::read_file(asked.argument[0], envelopes_bytes_max);
  }
  if (!bytes) return fail(bytes.error());
  std::vector<sync::Bytes> envelopes;
  for (std::size_t at = 0; at < bytes->size(); at += sync::envelope_bytes) {
    envelopes.push_back(bytes->substr(at, sync::envelope_bytes));
  }
  reports_ = sync::open_reports(key_, envelopes, waiting_);
  if (waiting_ > 0) {
    terminal_->tell(
        Sentence{"Reports of which an envelope is still to come: "
                 "{0}. They leave a post one a day.",
                 {std::to_string(waiting_)}});
  }
  return {};
}

void Unsealing::show() const {
  for (const auto& one : reports_) {
    std::string text = sync::to_text(sync::Date{one.report.day()}) + "  " +
                       one.report.mode() + "  " +
                       sync::receipt_of(one.report.tag()).substr(0, 16) + "\n";
    for (const auto& answer : one.report.answer()) {
      text += "  " + answer.field() + ": " + answer.text() + "\n";
    }
    terminal_->print(text + "\n");
    sync::wipe(text);
  }
}

Result<Json> Unsealing::rules_for(const std::string& form) {
  auto rows = talk_.rows({{"sealing"}, {form}});
  if (!rows) return fail(rows.error());
  if (!rows->empty() && rows->front().is_object()) return rows->front();
  return fail(Errc::not_found, "There is no form {0} here: sync first", {form});
}

/// The incident that a report with this code has made; "": none.
Result<std::string> Unsealing::find(const Json& rules,
                                    const std::string& receipt) {
  auto rows = talk_.rows(
      {{"list"},
       {text_of(rules, "form")},
       {{"where", text_of(rules, "receipt") + " = '" + receipt + "'"}}});
  if (!rows) return fail(rows.error());
  return rows->empty() ? std::string() : text_of(rows->front(), "record");
}

/// For the recipients whom the reporter chose, as headquarters names them now.
Result<std::string> Unsealing::sealed(const proto::SealedReport& report,
                                      const std::string& text) {
  auto bytes = talk_.data({"recipients", "current"});
  if (!bytes) return fail(bytes.error());
  proto::SignedRecipients document;
  document.ParseFromString(*bytes);
  auto all = sync::recipients_in(document);
  if (!all) return fail(all.error());
  std::vector<proto::Recipient> readers;
  for (const auto& one : all->recipient()) {
    const bool chosen =
        std::find(report.recipient().begin(), report.recipient().end(),
                  one.id()) != report.recipient().end();
    if (chosen) readers.push_back(one);
  }
  auto value = sync::seal_value(readers, text, random_);
  return value ? Result<std::string>(sync::to_hex(*value))
               : fail(value.error());
}

/// A statement: nothing of it is clear but whose it is.
Result<Json> Unsealing::entry(const Json& rules,
                              const sync::OpenedReport& one) {
  std::string words;
  for (const auto& answer : one.report.answer()) {
    if (answer.field() == text_of(rules, "words")) words = answer.text();
  }
  auto value = sealed(one.report, words);
  sync::wipe(words);
  if (!value) return fail(value.error());
  return Json{{"sealed", *value},
              {text_of(rules, "mark"), sync::receipt_of(one.id)}};
}

Result<Json> Unsealing::record(const Json& rules,
                               const sync::OpenedReport& one) {
  auto statement = entry(rules, one);
  if (!statement) return statement;
  Json fields;
  for (const auto& fill : rules["fill"]) {
    fields[text_of(fill, "field")] = text_of(fill, "text");
  }
  fields[text_of(rules, "mode")] = one.report.mode();
  fields[text_of(rules, "receipt")] = sync::receipt_of(one.report.tag());
  fields[text_of(rules, "day_field")] =
      sync::to_text(sync::Date{one.report.day()});
  fields[text_of(rules, "words")] = Json::array({*statement});
  for (const auto& answer : one.report.answer()) {
    if (answer.field() == text_of(rules, "words")) continue;
    if (answer.field() == text_of(rules, "identity")) {
      auto value = sealed(one.report, answer.text());
      if (!value) return fail(value.error());
      fields[answer.field()] = *value;
    } else if (answer.field() == text_of(rules, "accused")) {
      fields[answer.field()] = codes_of(answer.text());
    } else {
      fields[answer.field()] = answer.text();
    }
  }
  return fields;
}

/// Whoever is kept out of a record does not see it there, and would make it a
/// second time.
bool Unsealing::is_accused(const Json& rules,
                           const proto::SealedReport& report) const {
  for (const auto& answer : report.answer()) {
    const Json codes = codes_of(answer.text());
    if (answer.field() == text_of(rules, "accused") &&
        std::find(codes.begin(), codes.end(), Json(as_)) != codes.end()) {
      return true;
    }
  }
  return false;
}

Result<> Unsealing::write_one(const sync::OpenedReport& one) {
  auto rules = rules_for(one.report.form());
  if (!rules) return fail(rules.error());
  if (is_accused(*rules, one.report)) {
    return fail(Errc::denied,
                "A report keeps {0} out: another recipient makes an incident "
                "of it",
                {as_});
  }
  const std::string receipt = sync::receipt_of(one.report.tag());
  auto known = find(*rules, receipt);
  if (!known) return fail(known.error());
  const bool adds = one.report.kind() == proto::SEALED_KIND_STATEMENT;
  if (!known->empty()) {
    auto shown = talk_.rows({{"show"}, {*known}});
    if (!shown) return fail(shown.error());
    const bool there = !shown->empty() &&
                       shown->front().dump().find(sync::receipt_of(one.id)) !=
                           std::string::npos;
    if (there) return {};
    auto statement = entry(*rules, one);
    if (!statement) return fail(statement.error());
    Json fields;
    fields[text_of(*rules, "words")] = Json::array({*statement});
    auto added = talk_.rows(
        {{"edit"}, {*known}, {{"from", "-"}}, Json{{"fields", fields}}.dump()});
    if (!added) return fail(added.error());
    terminal_->tell(Sentence{"{0}: a statement was added", {*known}});
    return {};
  }
  if (adds) {
    return fail(
        Errc::not_found,
        "A statement waits for the incident of its report, or {0} may not "
        "see that one: unseal the report first, as one of its readers",
        {as_.empty() ? std::string("--as") : as_});
  }
  auto fields = record(*rules, one);
  if (!fields) return fail(fields.error());
  auto made = talk_.rows({{"new"},
                          {one.report.form()},
                          {{"from", "-"}, {"submit", "true"}},
                          Json{{"fields", *fields}}.dump()});
  if (!made) return fail(made.error());
  if (!made->empty())
    terminal_->print(text_of(made->front(), "reference") + "\n");
  return {};
}

/// One that cannot be written stops no other.
Result<> Unsealing::write() {
  std::vector<sync::Error> refused;
  for (const auto& one : reports_) {
    auto written = write_one(one);
    if (!written) refused.push_back(written.error());
  }
  if (refused.empty()) return {};
  sync::Error all = refused.front();
  for (std::size_t i = 1; i < refused.size(); ++i) {
    all.more.push_back(refused[i].what);
  }
  return fail(std::move(all));
}

/// To the reporter's own key, which came with the report; published to every
/// machine, so that it names none.
Result<> Unsealing::reply(const std::string& receipt, const std::string& text) {
  for (const auto& one : reports_) {
    const bool meant =
        sync::receipt_of(one.report.tag()).starts_with(receipt) &&
        one.report.kind() == proto::SEALED_KIND_REPORT;
    if (!meant) continue;
    proto::SealedReport answer;
    answer.set_kind(proto::SEALED_KIND_REPLY);
    answer.set_tag(one.report.tag());
    auto* said = answer.add_answer();
    said->set_text(text);
    auto envelopes =
        sync::seal_report(answer, {one.report.reply_key()}, random_);
    if (!envelopes) return fail(envelopes.error());
    for (const auto& envelope : *envelopes) {
      auto put = talk_.rows({{"reply", "publish"}, {}, {}, envelope});
      if (!put) return fail(put.error());
    }
    return {};
  }
  return fail(Errc::not_found,
              "No report with {0} is open to this key: `--show` names them",
              {receipt});
}

Result<> run(Session& session, const Invocation& asked) {
  auto key = read_key_file(asked.text("key"));
  if (!key) return fail(key.error());
  if (key->secret_key.size() != 32) {
    return fail(Errc::invalid, "{0} is the key of a signer, not of a recipient",
                {asked.text("key")});
  }
  auto talk = CounterTalk::open(session);
  if (!talk) return fail(talk.error());
  Unsealing unsealing(session, std::move(*talk), std::move(*key));
  if (auto read = unsealing.read(asked); !read) return read;
  if (asked.has("reply")) {
    auto text = sync::read_file(asked.text("reply"), sync::report_bytes_max);
    if (!text) return fail(text.error());
    return unsealing.reply(asked.text("to"), *text);
  }
  if (unsealing.empty()) {
    session.terminal().tell(Sentence{"There is no report for this key.", {}});
    return {};
  }
  if (!asked.has("show")) return unsealing.write();
  unsealing.show();
  return {};
}

}  // namespace

int unseal(Session& session, const Invocation& asked) {
  sync::keep_out_of_swap();
  auto done = run(session, asked);
  return done ? 0 : session.terminal().tell(done.error());
}

}  // namespace relais::admin
