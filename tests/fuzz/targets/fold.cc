#include "sync/record/fold.h"

#include <algorithm>
#include <array>

#include "sync/journal/entry.h"
#include "sync/journal/wire.h"
#include "sync/record/facts.h"
#include "sync/record/views.h"
#include "tests/fuzz/forgery.h"
#include "tests/fuzz/target.h"
#include "tests/support/published.h"

using namespace relais;

namespace {

constexpr int fold_changes_max = 24;  // cost: the product has its own bound

class FoldShelf final : public sync::Publications {
 public:
  FoldShelf()
      : tables_(std::make_shared<sync::Tables>(test::published_tables())) {
    for (const std::string& id : test::published_form_ids()) {
      forms_[id] = test::published_form(id);
    }
  }
  std::shared_ptr<const sync::Form> form(const std::string& id,
                                         std::uint32_t version) const override {
    const auto found = forms_.find(id);
    return found != forms_.end() && version == 1 ? found->second : nullptr;
  }
  std::shared_ptr<const sync::Tables> tables(
      std::uint32_t version) const override {
    return version <= 1 ? tables_ : nullptr;
  }

 private:
  std::map<std::string, std::shared_ptr<const sync::Form>> forms_;
  std::shared_ptr<const sync::Tables> tables_;
};

sync::JournalId fold_journal(std::uint32_t writer) {
  return *sync::JournalId::from_bytes(
      sync::Bytes(16, static_cast<char>('A' + writer % 4)));
}

/// The changes that a machine would keep of one part: those that can be read.
sync::PartHistory history_of(const fuzz::HostileHistory& hostile) {
  sync::PartHistory history;
  std::array<std::uint64_t, 4> last{};
  for (const fuzz::HostileChange& one : hostile.change()) {
    const sync::Dot dot{fold_journal(one.writer()), ++last[one.writer() % 4]};
    proto::EntryMeta meta = one.meta();
    meta.set_kind(proto::ENTRY_KIND_CHANGE);
    meta.set_position(dot.position);
    if (meta.form().empty()) meta.set_form("incident");
    if (meta.part().empty()) meta.set_part("report");
    if (meta.form_version().number() == 0) {
      meta.mutable_form_version()->set_number(1);
    }
    if (meta.record().empty()) {
      meta.set_record(
          sync::Bytes(sync::free_record_id({fold_journal(0), 1}).view()));
    }
    const sync::DeviceId device =
        *sync::DeviceId::from_bytes(dot.journal.view());
    const sync::Bytes body = sync::encode(one.body());
    auto change = sync::decode_change(
        dot, device, sync::encode(meta),
        one.erased() ? std::nullopt : std::optional<std::string_view>(body));
    if (!change) continue;
    if (!history.changes.empty() &&
        (change->record != history.changes.front().record ||
         change->part != history.changes.front().part)) {
      continue;
    }
    if (!one.vouched().empty()) {
      history.vouched[dot] = one.vouched() == "legal" ? "" : one.vouched();
    }
    history.changes.push_back(std::move(*change));
  }
  return history;
}

void expect_grown_as_folded(sync::PartHistory history,
                            const sync::PartState& whole,
                            const FoldShelf& shelf) {
  const sync::Change last = history.changes.back();
  history.changes.pop_back();
  if (history.changes.empty()) return;
  std::optional<std::string> vouched;
  if (const auto found = history.vouched.extract(last.dot)) {
    vouched = found.mapped();
  }
  sync::PartState state = sync::fold(history, shelf);
  const sync::PartState before = state;
  if (sync::apply_in_place(state, last, vouched, shelf)) {
    CHECK(state == whole);
  } else {
    CHECK(state == before);
  }
}

}  // namespace

FUZZ_TARGET(fold, fuzz::HostileHistory) {
  static const FoldShelf shelf;
  fuzz::HostileHistory hostile;
  if (!sync::parse(input, hostile)) return;
  if (hostile.change_size() > fold_changes_max) return;
  sync::PartHistory history = history_of(hostile);
  if (history.changes.empty()) return;

  const sync::PartState state = sync::fold(history, shelf);

  const auto read = sync::decode_state(sync::encode_state(state));
  CHECK(read && *read == state);
  expect_grown_as_folded(history, state, shelf);
  std::reverse(history.changes.begin(), history.changes.end());
  CHECK(sync::fold(history, shelf) == state);
  if (const auto form = shelf.form(state.form, 1)) {
    sync::computed_views(*form, *shelf.tables(1), sync::PartFacts(state));
  }
}
