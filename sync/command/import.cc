#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/text/edits.h"

namespace relais::sync {
namespace {

using nlohmann::json;

/// A person watching sees it move; a socket is not flooded.
constexpr std::uint64_t lines_per_progress = 25;

/// One import: each line a record of its own, saved when it is counted.
class Import {
 public:
  Import(Replica& replica, const Call& call, std::shared_ptr<const Form> form)
      : replica_(&replica),
        call_(&call),
        form_(std::move(form)),
        tables_(replica.publications().newest_tables()),
        csv_(call.option("kind") == "csv") {}

  Result<> run();

 private:
  Result<> take(const proto::Input& line);
  Result<std::vector<Edit>> edits_of(const proto::Input& line);
  void reject(const proto::Input& line, const Error& error);

  Replica* replica_;
  const Call* call_;
  std::shared_ptr<const Form> form_;
  std::shared_ptr<const Tables> tables_;
  bool csv_;
  std::vector<std::string> header_;
  std::uint64_t saved_ = 0;
  std::uint64_t rejected_ = 0;
};

void Import::reject(const proto::Input& line, const Error& error) {
  ++rejected_;
  proto::Rejected rejected;
  rejected.set_line(line.line());
  rejected.set_bytes(line.bytes());
  std::vector<Sentence> all = error.more;
  all.insert(all.begin(), error.what);
  for (const Sentence& one : all) {
    proto::Sentence* out = rejected.add_sentence();
    out->set_id(one.id);
    for (const std::string& argument : one.arguments) {
      out->add_argument(argument);
    }
  }
  call_->output->rejected(rejected);
}

Result<std::vector<Edit>> Import::edits_of(const proto::Input& line) {
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
    return {};
  }
  auto edits = edits_of(line);
  if (!edits) {
    reject(line, edits.error());
    return {};
  }
  auto created = Editor(*replica_).create(form_->id(), std::move(*edits),
                                          call_->actor, call_->has("submit"));
  if (created) {
    ++saved_;
    return {};
  }
  const Errc code = created.error().code;
  if (code == Errc::disk_full || code == Errc::corrupt) {
    return fail(created.error());
  }
  reject(line, created.error());
  return {};
}

Result<> Import::run() {
  Result<> ended;
  for (;;) {
    if (call_->stopped && call_->stopped()) {
      ended = fail(Errc::cancelled, "Stopped: {0} saved, they are kept",
                   {std::to_string(saved_)});
      break;
    }
    auto line = call_->input->next();
    if (!line) return fail(line.error());
    if (!*line) break;
    if (!(*line)->bytes().empty()) {
      ended = take(**line);
      if (!ended) break;
    }
    if ((saved_ + rejected_) % lines_per_progress == 0) {
      call_->output->progress(
          {"{0} saved, {1} refused",
           {std::to_string(saved_), std::to_string(rejected_)}});
    }
    if ((*line)->last() && !csv_ && (*line)->bytes().empty()) break;
  }
  call_->output->row(
      json{{"form", form_->id()}, {"saved", saved_}, {"refused", rejected_}}
          .dump());
  if (!ended || rejected_ == 0) return ended;
  return fail(Errc::invalid,
              "{0} lines were refused, {1} are saved; those refused are in the "
              "file FILE.rejects.csv with their reasons",
              {std::to_string(rejected_), std::to_string(saved_)});
}

}  // namespace

void add_import_verb(Verbs& verbs, Replica& replica) {
  verbs["import"] = [&replica](const Call& call) -> Result<> {
    auto name = needed(call, 0, "FORM");
    if (!name) return fail(name.error());
    auto form = form_for(replica, *name);
    if (!form) return fail(form.error());
    return Import(replica, call, *form).run();
  };
}

}  // namespace relais::sync
