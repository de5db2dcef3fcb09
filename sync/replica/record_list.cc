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

Result<std::vector<RecordLine>> Reader::list(std::string_view form,
                                             const Expression* where,
                                             std::size_t limit,
                                             const Actor& actor,
                                             const std::string& search) const {
  const std::vector<std::string> wanted = words_of(search);
  std::vector<RecordLine> lines;
  static_cast<void>(replica_->publications().intact());
  auto open = drafts(*replica_);
  if (!open) return fail(open.error());
  // Of a draft only its number tells how new it is.
  std::sort(open->begin(), open->end(), [](const Draft& a, const Draft& b) {
    return a.reference > b.reference;
  });
  for (const Draft& draft : *open) {
    if (limit > 0 && lines.size() >= limit) break;
    if (!may_open(draft, actor.person)) continue;
    if (!form.empty() && draft.form != form) continue;
    auto view = show_draft(draft);
    if (!view) return fail(view.error());
    const RecordFacts facts(view->parts);
    if (where != nullptr && !where->holds(facts)) continue;
    const Value title = facts.value(view->form->definition().title());
    const std::string text = title.empty() ? "" : plain_text(title);
    if (!has_words(draft.reference + " " + text, wanted)) continue;
    lines.push_back({draft.id, draft.reference, draft.form, view->state, text,
                     Held::draft, 0});
  }
  Result<> bad;
  auto read = replica_->store().each_record(form, [&](const auto& stored) {
    if (limit > 0 && lines.size() >= limit) return false;
    // The index first, which is cheap; then what this person may see of it.
    if (!has_words(stored.reference + " " + stored.title, wanted)) return true;
    auto line = visible_line(stored, where, actor);
    if (!line) {
      bad = fail(line.error());
      return false;
    }
    const bool seen =
        *line && has_words((*line)->reference + " " + (*line)->title, wanted);
    if (seen) lines.push_back(std::move(**line));
    return true;
  });
  if (!read) return fail(read.error());
  if (!bad) return fail(bad.error());
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
