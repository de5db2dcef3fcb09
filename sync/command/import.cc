#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/crypto.h"
#include "sync/replica/draft.h"
#include "sync/text/edits.h"
#include "sync/text/sentence.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

/// Lines of a file that are records already: its name, the line's number and
/// the line, keyed so that nobody can test a guess of what it said.
constexpr std::string_view shelf = "imported";

/// A person watching sees it move; a socket is not flooded.
constexpr std::uint64_t lines_per_progress = 25;

/// One import: each line a record of its own, saved when it is counted.
class Import {
 public:
  Import(Replica& replica, const Call& call, std::shared_ptr<const Form> form,
         std::shared_ptr<const Tables> tables)
      : replica_(&replica),
        call_(&call),
        form_(std::move(form)),
        tables_(std::move(tables)),
        csv_(call.option("kind") == "csv") {}

  Result<> run();

 private:
  Result<> take(const proto::Input& line);
  Result<std::vector<Edit>> edits_of(const proto::Input& line);
  void reject(const proto::Input& line, const Error& error);
  Bytes name_of(const proto::Input& line) const;
  Result<bool> is_there(const Bytes& name) const;
  Sentence count() const;
  Result<> stopped() const;

  Replica* replica_;
  const Call* call_;
  std::shared_ptr<const Form> form_;
  std::shared_ptr<const Tables> tables_;
  bool csv_;
  std::vector<std::string> header_;
  std::uint64_t last_line_ = 0;
  std::uint64_t saved_ = 0;
  std::uint64_t drafts_ = 0;
  std::uint64_t already_ = 0;
  std::uint64_t rejected_ = 0;
};

Bytes Import::name_of(const proto::Input& line) const {
  Bytes text;
  put_text(text, form_->id());
  put_text(text, call_->option("file"));
  put_u64(text, line.line());
  for (const std::string& column : header_) put_text(text, column);
  put_text(text, line.bytes());
  const auto name = keyed_hash128(replica_->keys().drafts, text);
  return {name.begin(), name.end()};
}

/// A draft made of it and abandoned does not count.
Result<bool> Import::is_there(const Bytes& name) const {
  auto made = replica_->store().get(shelf, name);
  if (!made) return fail(made.error());
  const auto record = *made ? RecordId::from_bytes(**made) : std::nullopt;
  return record && !is_abandoned(*replica_, *record);
}

void Import::reject(const proto::Input& line, const Error& error) {
  ++rejected_;
  proto::Rejected rejected;
  rejected.set_line(line.line());
  rejected.set_bytes(line.bytes());
  std::vector<Sentence> all = error.more;
  all.insert(all.begin(), error.what);
  for (const Sentence& one : all) *rejected.add_sentence() = to_proto(one);
  call_->output->rejected(rejected);
}

Result<std::vector<Edit>> Import::edits_of(const proto::Input& line) {
  if (!line.last()) {
    return fail(Errc::over_limit,
                "The line is longer than {0} bytes and was cut there: shorten "
                "it in the file that it came from.",
                {std::to_string(line.bytes().size())});
  }
  if (!csv_) return edits_from_json(*form_, *tables_, line.bytes());
  auto cells = parse_csv(line.bytes());
  if (!cells) return fail(cells.error());
  if (cells->size() != 1) {
    return fail(Errc::invalid, "This is not one line of a CSV file");
  }
  return edits_from_csv_line(*form_, *tables_, header_, cells->front());
}

Result<> Import::take(const proto::Input& line) {
  if (csv_ && header_.empty()) {
    auto cells = parse_csv(line.bytes());
    if (!cells || cells->empty()) {
      return fail(Errc::invalid,
                  "The first line of the CSV file does not name the columns");
    }
    header_ = std::move(cells->front());
    return check_csv_header(header_);
  }
  auto edits = edits_of(line);
  if (!edits) {
    reject(line, edits.error());
    return {};
  }
  make_rows_new(*form_, *edits);
  const Bytes name = name_of(line);
  auto there = is_there(name);
  if (!there) return fail(there.error());
  if (*there) {
    ++already_;
    return {};
  }
  auto created = Editor(*replica_).create(
      form_->id(), std::move(*edits), call_->actor, call_->has("submit"),
      [&](const Created& one) {
        return replica_->store().put(shelf, name, one.record.view());
      });
  if (created) {
    ++(created->draft ? drafts_ : saved_);
    return {};
  }
  const Errc code = created.error().code;
  if (code == Errc::disk_full || code == Errc::corrupt) {
    return fail(created.error());
  }
  reject(line, created.error());
  return {};
}

Sentence Import::count() const {
  const std::string refused = std::to_string(rejected_);
  if (drafts_ > 0) {
    return Sentence{
        "Drafts: {0}, already there: {1}, refused: {2}",
        {std::to_string(drafts_), std::to_string(already_), refused}};
  }
  return Sentence{"{0} saved, already there: {1}, refused: {2}",
                  {std::to_string(saved_), std::to_string(already_), refused}};
}

Result<> Import::stopped() const {
  Error error{
      Errc::cancelled,
      Sentence{"Stopped after line {0}. What was taken is kept; the same "
               "command again passes over it and goes on.",
               {std::to_string(last_line_)}}};
  error.more.push_back(count());
  return fail(error);
}

Result<> Import::run() {
  Result<> ended;
  for (;;) {
    if (call_->stopped && call_->stopped()) {
      ended = stopped();
      break;
    }
    auto line = call_->input->next();
    if (!line) return fail(line.error());
    if (!*line) break;
    if (!(*line)->bytes().empty()) {
      ended = take(**line);
      if (!ended) break;
      last_line_ = (*line)->line();
    }
    if ((saved_ + drafts_ + already_ + rejected_) % lines_per_progress == 0) {
      call_->output->progress(count());
    }
    if ((*line)->last() && !csv_ && (*line)->bytes().empty()) break;
  }
  call_->output->row(json{
      {"form", form_->id()},
      {"saved", saved_},
      {"drafts", drafts_},
      {"already", already_},
      {"refused",
       rejected_}}.dump());
  if (!ended) return ended;
  if (already_ > 0) {
    call_->output->note(Sentence{
        "Lines that an earlier import of this file saved were passed over: "
        "{0}. To enter them once more, give the file another name.",
        {std::to_string(already_)}});
  }
  if (drafts_ > 0) {
    call_->output->note(Sentence{
        "These are drafts, on this machine only: submit each, or import with "
        "--submit",
        {}});
  }
  if (rejected_ == 0) return {};
  Error error{Errc::invalid, count()};
  return fail(error);
}

}  // namespace

void add_import_verb(Verbs& verbs, Replica& replica) {
  verbs["import"] = [&replica](const Call& call) -> Result<> {
    auto name = needed(call, 0, "FORM");
    if (!name) return fail(name.error());
    auto form = form_for(replica, *name);
    if (!form) return fail(form.error());
    auto tables = replica.publications().readable_tables();
    if (!tables) return fail(tables.error());
    return Import(replica, call, *form, *tables).run();
  };
}

}  // namespace relais::sync
