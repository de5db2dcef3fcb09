#include <algorithm>
#include <sstream>
#include <utility>

#include "sync/record/access.h"
#include "sync/replica/disputed.h"
#include "sync/replica/draft.h"
#include "sync/replica/record_view.h"
#include "sync/unicode.h"

/// Reader: the lines of `list`.
namespace relais::sync {
namespace {

/// As they are compared; none: everything has them.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream rest(search_key(text));
  for (std::string word; rest >> word;) words.push_back(word);
  return words;
}

bool has_words(const std::string& text, const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const std::string key = search_key(text);
  return std::all_of(words.begin(), words.end(), [&](const auto& word) {
    return key.find(word) != std::string::npos;
  });
}

}  // namespace

Result<> Reader::list_drafts(const Listing& asked,
                             std::vector<RecordLine>& lines) const {
  auto open = drafts(*replica_);
  if (!open) return fail(open.error());
  // Of a draft only its number tells how new it is.
  std::sort(open->begin(), open->end(), [](const Draft& a, const Draft& b) {
    return a.reference > b.reference;
  });
  for (const Draft& draft : *open) {
    if (asked.full(lines)) break;
    if (!may_open(draft, asked.actor->person)) continue;
    if (!asked.form.empty() && draft.form != asked.form) continue;
    auto view = show_draft(draft);
    if (!view) return fail(view.error());
    const RecordFacts facts(view->parts);
    if (asked.where != nullptr && !asked.where->holds(facts)) continue;
    const Value title = facts.value(view->form->definition().title());
    const std::string text = title.empty() ? "" : plain_text(title);
    if (!has_words(draft.reference + " " + text, asked.words)) continue;
    lines.push_back({draft.id, draft.reference, draft.form, view->state, text,
                     Held::draft, 0});
  }
  return {};
}

/// The index first, which is cheap; then what this person may see of it.
Result<> Reader::add_line(const Listing& asked, const StoredRecord& stored,
                          std::vector<RecordLine>& lines) const {
  if (!has_words(stored.reference + " " + stored.title, asked.words)) return {};
  auto line = visible_line(stored, asked.where, *asked.actor);
  if (!line) return fail(line.error());
  const bool seen =
      *line &&
      has_words((*line)->reference + " " + (*line)->title, asked.words);
  if (seen) lines.push_back(std::move(**line));
  return {};
}

Result<> Reader::list_newest(const Listing& asked,
                             std::vector<RecordLine>& lines) const {
  Result<> bad;
  auto read = replica_->store().each_record(asked.form, [&](const auto& one) {
    if (asked.full(lines)) return false;
    bad = add_line(asked, one, lines);
    return bool(bad);
  });
  return read ? bad : read;
}

/// Only names and ids of all are held at once.
Result<> Reader::list_by_reference(const Listing& asked,
                                   std::vector<RecordLine>& lines) const {
  std::vector<std::pair<std::string, RecordId>> names;
  auto read = replica_->store().each_record(asked.form, [&](const auto& one) {
    names.emplace_back(one.reference, one.record);
    return true;
  });
  if (!read) return read;
  std::sort(names.begin(), names.end());
  const std::size_t drafts = lines.size();
  for (const auto& [reference, id] : names) {
    if (asked.limit > 0 && lines.size() - drafts >= asked.limit) break;
    auto stored = replica_->store().record(id);
    if (!stored) return fail(stored.error());
    if (!*stored) continue;
    if (auto added = add_line(asked, **stored, lines); !added) return added;
  }
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
    return a.reference < b.reference;
  });
  if (asked.full(lines)) lines.resize(asked.limit);
  return {};
}

Result<std::vector<RecordLine>> Reader::list(
    std::string_view form, const Expression* where, std::size_t limit,
    const Actor& actor, const std::string& search, ListOrder order) const {
  const Listing asked{form, where, limit, &actor, words_of(search)};
  std::vector<RecordLine> lines;
  static_cast<void>(replica_->publications().intact());
  auto listed = list_drafts(asked, lines);
  if (listed) {
    listed = order == ListOrder::newest ? list_newest(asked, lines)
                                        : list_by_reference(asked, lines);
  }
  if (!listed) return fail(listed.error());
  auto intact = replica_->publications().intact();
  if (!intact) return fail(intact.error());
  return lines;
}

Result<std::vector<RecordLine>> Reader::disputed(const Actor& actor) const {
  auto ids = disputed_records(replica_->store());
  if (!ids) return fail(ids.error());
  std::vector<StoredRecord> records;
  for (const RecordId& id : *ids) {
    auto record = replica_->store().record(id);
    if (!record) return fail(record.error());
    if (*record) records.push_back(std::move(**record));
  }
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return std::pair(b.stamp, b.record) < std::pair(a.stamp, a.record);
  });
  std::vector<RecordLine> lines;
  for (const StoredRecord& record : records) {
    auto line = visible_line(record, nullptr, actor);
    if (!line) return fail(line.error());
    if (*line) lines.push_back(std::move(**line));
  }
  return lines;
}

Result<std::optional<RecordLine>> Reader::visible_line(
    const StoredRecord& stored, const Expression* where,
    const Actor& actor) const {
  std::optional<RecordLine> line;
  auto form = replica_->publications().newest_form(stored.form);
  auto tables = replica_->publications().newest_tables();
  if (!form || !tables) return line;
  auto parts = replica_->parts(stored.record);
  if (!parts) return fail(parts.error());
  const Access access(*form, *tables, {actor.person, actor.side}, stored.author,
                      RecordFacts(*parts));
  if (!access.may_see()) return line;
  std::uint32_t conflicts = 0;
  bool titled = false;
  bool lifecycle = false;
  std::erase_if(*parts, [&](const PartState& part) {
    return !access.may_read(part.part);
  });
  for (const PartState& part : *parts) {
    conflicts += static_cast<std::uint32_t>(part.conflicts.size());
    titled = titled || part.part == form->definition().root_part();
    lifecycle = lifecycle || part.part == form->definition().lifecycle_part();
  }
  if (where != nullptr && !where->holds(RecordFacts(*parts))) return line;
  auto reached = held(stored.record);
  if (!reached) return fail(reached.error());
  line = RecordLine{
      stored.record,
      stored.reference,
      stored.form,
      lifecycle ? stored.state : form->definition().lifecycle().initial(),
      titled ? stored.title : std::string{},
      shown(*reached, actor),
      conflicts};
  return line;
}

}  // namespace relais::sync
