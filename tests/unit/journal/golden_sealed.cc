#include "sync/check.h"
#include "sync/journal/wire.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/recipients.h"
#include "sync/sealed/report.h"
#include "tests/unit/journal/golden.h"
#include "tests/unit/journal/world.h"

namespace relais::test {
namespace {

using sync::Bytes;

constexpr std::int64_t golden_day = 20'500;

proto::SealedReport report() {
  proto::SealedReport one;
  one.set_kind(proto::SEALED_KIND_REPORT);
  one.set_form("incident");
  one.set_mode("anonymous");
  const auto key = sync::key_of_code(golden_code);
  CHECK(key.has_value());
  one.set_tag(key->tag);
  one.set_reply_key(key->reply.public_key);
  one.set_later_seed(key->later);
  one.set_day(golden_day);
  one.set_recipients(1);
  one.add_recipient("integrity");
  auto* answer = one.add_answer();
  answer->set_field("narrative");
  answer->set_text("Au poste, hier.");
  return one;
}

proto::EnvelopePiece piece() {
  proto::EnvelopePiece one;
  one.set_report(counting(0x30, 16));
  one.set_count(1);
  one.set_piece(sync::serialise(report()));
  return one;
}

proto::SignedRecipients recipients() {
  proto::Recipients all;
  all.set_version(1);
  all.set_threshold(2);
  all.set_bodies_min(2);
  for (const char* id : {"integrity", "inspectorate"}) {
    auto* one = all.add_recipient();
    one->set_id(id);
    one->set_body(id);
    one->set_key(all.recipient_size() == 1 ? headquarters().box.public_key
                                           : a_stranger().box.public_key);
  }
  for (const auto* machine : {&the_post(), &a_stranger()}) {
    auto* signer = all.add_signer();
    signer->set_id(machine == &the_post() ? "one" : "two");
    signer->set_key(machine->sign.public_key);
  }
  proto::SignedRecipients document;
  document.set_recipients(sync::serialise(all));
  sync::add_signature(document, the_post().sign);
  sync::add_signature(document, a_stranger().sign);
  return document;
}

}  // namespace

void add_sealed(std::vector<Golden>& out) {
  const auto key = sync::key_of_code(golden_code);
  CHECK(key.has_value());
  auto entry = sync::envelope_entry({}, golden_day);
  entry.meta.set_position(7);
  out.push_back({"code_tag", key->tag});
  out.push_back({"code_reply_key", key->reply.public_key});
  out.push_back({"sealed_report", sync::serialise(report())});
  out.push_back({"envelope_piece", sync::serialise(piece())});
  out.push_back({"recipients", sync::serialise(recipients())});
  out.push_back({"envelope_meta", sync::encode(entry.meta)});
}

Golden golden_envelope() {
  sync::SystemRandom random;
  auto made = sync::make_envelope({headquarters().box.public_key},
                                  sync::serialise(piece()), random);
  CHECK(made.has_value());
  return {
      "envelope_body",
      sync::encode(sync::envelope_entry(std::move(*made), golden_day).body)};
}

}  // namespace relais::test
