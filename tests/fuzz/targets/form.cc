#include "sync/record/form.h"

#include "sync/record/form_check.h"
#include "sync/text/messages.h"
#include "tests/fuzz/target.h"
#include "tests/support/published.h"

using namespace relais;

namespace {

void expect_sayable(const std::vector<sync::Sentence>& faults) {
  for (const sync::Sentence& fault : faults) {
    CHECK(!sync::say(fault, sync::Language::en).empty());
  }
}

}  // namespace

FUZZ_TARGET(form) {
  static const sync::Tables tables = test::published_tables();
  static const auto published = test::published_form("incident");

  const auto form = sync::Form::parse(input);

  if (!form) {
    CHECK(!sync::say(form.error().what, sync::Language::en).empty());
    return;
  }
  const auto faults = sync::check_form(**form);
  expect_sayable(faults);
  expect_sayable(sync::check_references(**form, tables));
  expect_sayable(sync::check_next_version(*published, **form));
  proto::Form later = (*form)->definition();
  later.set_version(later.version() + 1);
  const auto next = sync::Form::compile(std::move(later), sync::Hash{});
  CHECK(next);
  CHECK(!faults.empty() || sync::check_next_version(**form, **next).empty());
  const auto same = sync::Form::compile((*form)->definition(), sync::Hash{});
  CHECK(same && sync::check_form(**same) == faults);
}
