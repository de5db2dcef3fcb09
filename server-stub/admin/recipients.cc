#include "sync/sealed/recipients.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "server-stub/admin/counter_talk.h"
#include "server-stub/admin/house.h"
#include "server-stub/admin/key_file.h"
#include "server-stub/admin/session.h"
#include "sync/store/home.h"
#include "sync/text/words.h"

/// The document of recipients, made and signed away from the server.
namespace relais::admin {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t document_file_bytes_max = 1024UL * 1024;
constexpr std::size_t ed25519_secret_bytes = 64;

Result<proto::SignedRecipients> read_document(const fs::path& path) {
  auto bytes = sync::read_file(path, document_file_bytes_max);
  if (!bytes) return fail(bytes.error());
  proto::SignedRecipients document;
  if (!document.ParseFromString(*bytes)) {
    return fail(Errc::invalid, "This is no document of recipients");
  }
  return document;
}

Result<proto::Recipients> read_plan(const fs::path& path) {
  auto text = sync::read_file(path, document_file_bytes_max);
  if (!text) return fail(text.error());
  proto::Recipients plan;
  google::protobuf::TextFormat::Parser parser;
  if (parser.ParseFromString(*text, &plan)) return plan;
  return fail(Errc::invalid,
              "{0} does not say who the recipients are: see README.md for its "
              "form",
              {path.string()});
}

/// Keys that the version before has stay; the others are made, each in a file.
template <class All>
Result<> give_keys(All& all, const All& before, const fs::path& folder,
                   const char* ending,
                   sync::KeyPair (*make)(sync::Random& random)) {
  sync::SystemRandom random;
  for (auto& one : all) {
    const auto known =
        std::find_if(before.begin(), before.end(),
                     [&](const auto& old) { return old.id() == one.id(); });
    if (known != before.end()) {
      one.set_key(known->key());
      continue;
    }
    const auto key = make(random);
    auto kept = write_key_file(folder / (one.id() + ending), one.id(), key);
    if (!kept) return kept;
    one.set_key(key.public_key);
  }
  return {};
}

/// A home is backed up, and what is in it is the server's.
bool is_inside(const fs::path& folder, const std::string& home) {
  std::error_code error;
  const auto inner = fs::weakly_canonical(folder, error).string() + "/";
  const auto outer = fs::weakly_canonical(home, error).string() + "/";
  return inner.starts_with(outer);
}

Result<fs::path> init_in(const Invocation& asked, const std::string& home) {
  const fs::path folder = asked.argument[1];
  if (is_inside(folder, home)) {
    return fail(Errc::denied,
                "Keys of recipients never lie with headquarters: name a folder "
                "that is carried away, not one in {0}",
                {home});
  }
  auto plan = read_plan(asked.argument[0]);
  if (!plan) return fail(plan.error());
  proto::Recipients before;
  if (asked.has("after")) {
    auto document = read_document(asked.text("after"));
    if (!document) return fail(document.error());
    auto read = sync::recipients_in(*document);
    if (!read) return fail(read.error());
    before = std::move(*read);
  }
  plan->set_version(before.version() + 1);
  if (plan->threshold() == 0) plan->set_threshold(2);
  if (plan->bodies_min() == 0) plan->set_bodies_min(2);
  std::error_code error;
  fs::create_directories(folder, error);
  auto made = give_keys(*plan->mutable_recipient(), before.recipient(), folder,
                        ".recipient", sync::make_box_key);
  if (made) {
    made = give_keys(*plan->mutable_signer(), before.signer(), folder,
                     ".signer", sync::make_signing_key);
  }
  if (!made) return fail(made.error());
  proto::SignedRecipients document;
  document.set_recipients(plan->SerializeAsString());
  if (auto good = sync::recipients_in(document); !good) {
    return fail(good.error());
  }
  const fs::path file =
      folder / ("recipients." + std::to_string(plan->version()));
  auto written = sync::write_file_durably(file, document.SerializeAsString(),
                                          sync::mode_private);
  return written ? Result<fs::path>(file) : fail(written.error());
}

ordered_json signer_row(const proto::RecipientsSigner& signer,
                        const proto::SignedRecipients& document) {
  const bool signed_it =
      std::any_of(document.signature().begin(), document.signature().end(),
                  [&](const auto& one) { return one.key() == signer.key(); });
  return {{"id", signer.id()},
          {"kind", "signer"},
          {"body", ""},
          {"readers", ordered_json::array()},
          {"key", sync::to_hex(sync::key_id(signer.key()))},
          {"signed", signed_it}};
}

void print(Session& session, const proto::SignedRecipients& document,
           const proto::Recipients& all) {
  Terminal& terminal = session.terminal();
  sync::RowPrinter rows(
      {session.globals().format, terminal.language(), terminal.bold(), {}},
      [&](std::string_view text) { terminal.print(text); });
  const auto add = [&](const ordered_json& row) {
    if (auto added = rows.add(row.dump()); !added) terminal.tell(added.error());
  };
  for (const proto::Recipient& one : all.recipient()) {
    ordered_json readers = ordered_json::array();
    for (const auto& reader : one.reader()) readers.push_back(reader);
    add({{"id", one.id()},
         {"kind", "recipient"},
         {"body", one.body()},
         {"readers", readers},
         {"key", sync::to_hex(sync::key_id(one.key()))},
         {"signed", ""}});
  }
  for (const auto& signer : all.signer()) add(signer_row(signer, document));
  rows.finish();
  terminal.tell(Sentence{
      "Version {0}; {1} signatures are needed for the next",
      {std::to_string(all.version()), std::to_string(all.threshold())}});
}

}  // namespace

int recipients_init(Session& session, const Invocation& asked) {
  auto file = init_in(asked, session.globals().home);
  if (!file) return session.terminal().tell(file.error());
  session.terminal().tell(Sentence{
      "{0} is made. Give each key file to its owner and keep none here; then "
      "two signers sign: relais-hq recipients sign {0} --key FILE",
      {file->string()}});
  return 0;
}

int recipients_sign(Session& session, const Invocation& asked) {
  auto document = read_document(asked.argument[0]);
  if (!document) return session.terminal().tell(document.error());
  auto key = read_key_file(asked.text("key"));
  if (!key) return session.terminal().tell(key.error());
  if (key->secret_key.size() != ed25519_secret_bytes) {
    return session.terminal().tell(
        sync::Error{Errc::invalid,
                    Sentence{"{0} is the key of a recipient, not of a signer",
                             {asked.text("key")}}});
  }
  sync::add_signature(*document, *key);
  sync::wipe(key->secret_key);
  auto written = sync::write_file_durably(
      asked.argument[0], document->SerializeAsString(), sync::mode_private);
  if (!written) return session.terminal().tell(written.error());
  session.terminal().tell(Sentence{
      "{0} has {1} signatures",
      {asked.argument[0], std::to_string(document->signature_size())}});
  return 0;
}

int recipients_show(Session& session, const Invocation& asked) {
  Result<proto::SignedRecipients> document;
  if (asked.argument.empty()) {
    auto talk = CounterTalk::open(session);
    if (!talk) return session.terminal().tell(talk.error());
    auto bytes = talk->data({"recipients", "current"});
    if (!bytes) return session.terminal().tell(bytes.error());
    document->ParseFromString(*bytes);
  } else {
    document = read_document(asked.argument[0]);
  }
  if (!document) return session.terminal().tell(document.error());
  auto all = sync::recipients_in(*document);
  if (!all) return session.terminal().tell(all.error());
  print(session, *document, *all);
  return 0;
}

}  // namespace relais::admin
