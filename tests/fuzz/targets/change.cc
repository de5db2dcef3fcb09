#include "sync/journal/entry.h"
#include "sync/journal/wire.h"
#include "sync/unicode.h"
#include "tests/fuzz/forgery.h"
#include "tests/fuzz/target.h"
#include "tests/support/published.h"

using namespace relais;

namespace {

/// A change that was read is written, and reads as the same.
void expect_kept(const sync::Change& change, const sync::Form* form) {
  const sync::EncodedChange bytes = sync::encode_change(change, form);
  const auto again =
      sync::decode_change(change.dot, change.device, bytes.meta, bytes.body);
  CHECK(again);
  CHECK(*again == change);
  const sync::EncodedChange twice = sync::encode_change(*again, form);
  CHECK(twice.meta == bytes.meta);
  CHECK(twice.body == bytes.body);
}

void expect_clean(const sync::Change& change) {
  for (const std::string* text :
       {&change.author, &change.entered_by, &change.role, &change.reference}) {
    CHECK(sync::is_clean_text(*text));
  }
  for (const sync::Act& act : change.acts) {
    CHECK(sync::is_clean_text(act.reason));
    if (const auto* text = act.value.get<std::string>()) {
      CHECK(sync::is_clean_text(*text));
    }
  }
}

}  // namespace

FUZZ_TARGET(change, fuzz::HostileEntry) {
  fuzz::HostileEntry hostile;
  if (!sync::parse(input, hostile)) return;
  const sync::Dot dot{*sync::JournalId::from_bytes(sync::Bytes(16, 'J')), 1};
  if (hostile.meta().position() == 0) hostile.mutable_meta()->set_position(1);
  const sync::Bytes meta = hostile.raw_meta().empty()
                               ? sync::encode(hostile.meta())
                               : hostile.raw_meta();
  const sync::Bytes body = hostile.raw_body().empty()
                               ? sync::encode(hostile.body())
                               : hostile.raw_body();
  const bool stub = !hostile.leaf().empty();

  const auto change = sync::decode_change(
      dot, sync::DeviceId{}, meta,
      stub ? std::nullopt : std::optional<std::string_view>(body));

  if (!change) return;
  expect_clean(*change);
  if (stub || !change->understood) return;
  expect_kept(*change, nullptr);
  const auto form = test::published_form("incident");
  expect_kept(*change, form.get());
}
