// What people of a post do at their machine.
#include <array>

#include "sync/check.h"
#include "sync/command/command.h"
#include "sync/replica/draft.h"
#include "sync/replica/editor.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "sync/text/edits.h"
#include "sync/text/messages.h"
#include "tests/crash/post_house.h"
#include "tests/support/field.h"

namespace relais::crash {
namespace {

using sync::fail;
using sync::Result;

/// A post that is enrolled, with all forms and tables.
class AtThePost : public Scenario {
 public:
  void prepare(const fs::path& root) override {
    auto house = PostHouse::open(root).value();
    test::enrol(field_.headquarters().headquarters(), house.station->post(),
                "DIB");
    fill(*house.station);
  }
  Found look(const fs::path& root) override { return look_at_post(root); }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto house = PostHouse::open(root);
    if (!house) return fail(house.error());
    return work(*house->station, ledger);
  }

 protected:
  virtual void fill(client::Station&) {}
  virtual Result<> work(client::Station& station, Ledger& ledger) = 0;

  test::Field field_;
};

/// How far our journals reach, said with whatever was just saved.
Result<> say_journals(client::Station& station, Ledger& ledger) {
  auto journals = station.store().journals(station.replica().keys().device,
                                           proto::LANE_UNSPECIFIED);
  if (!journals) return fail(journals.error());
  for (const auto& one : *journals) {
    ledger.said("journal " + to_hex(one.header.journal), one.last);
  }
  return {};
}

class Draft final : public AtThePost {
  Result<> work(client::Station& station, Ledger& ledger) override {
    for (int i = 0; i < 2; ++i) {
      auto made = create(station.replica(), "incident",
                         {"summary=Somme exigée"}, false);
      if (!made) return fail(made.error());
      ledger.said("here " + made->reference);
      auto edits = sync::edits_from_set(
          *station.replica().publications().newest_form("incident"),
          *station.replica().publications().newest_tables(),
          {"summary=Somme exigée à la barrière", "place_post=DIB"});
      if (!edits) return fail(edits.error());
      auto edited = sync::Editor(station.replica())
                        .edit(made->reference, std::move(*edits), chief());
      if (!edited) return edited;
      ledger.said("acts " + made->reference, 2);
    }
    return {};
  }
};

class Submit final : public AtThePost {
  void fill(client::Station& station) override {
    for (auto& reference : drafts_) {
      reference =
          create(station.replica(), "incident", test::an_incident(), false)
              .value()
              .reference;
    }
  }
  Result<> work(client::Station& station, Ledger& ledger) override {
    for (const std::string& reference : drafts_) {
      ledger.said("here " + reference);
      auto draft = sync::find_draft(station.replica(), reference);
      if (!draft) return fail(draft.error());
      if (*draft) {
        auto done = sync::Editor(station.replica()).submit(reference, chief());
        if (!done) return fail(done.error());
      }
      ledger.said("record " + reference);
      if (auto told = say_journals(station, ledger); !told) return told;
    }
    return {};
  }

  std::array<std::string, 2> drafts_;
};

/// A file of so many lines, as `relais import` streams it, and its answer.
class Lines final : public sync::Input, public sync::Output {
 public:
  static constexpr std::uint64_t count = 12;

  explicit Lines(Ledger& ledger) : ledger_(&ledger) {}
  Result<std::optional<proto::Input>> next() override {
    proto::Input input;
    input.set_line(++line_);
    input.set_last(true);
    input.set_bytes(line_ == 1 ? "officer_id,deed_on" : a_line());
    if (line_ > count + 1) return std::optional<proto::Input>();
    return std::optional<proto::Input>(std::move(input));
  }
  void row(std::string) override {}
  void note(const sync::Sentence&) override {}
  void rejected(const proto::Rejected& rejected) override {
    why_ = sync::say({rejected.sentence(0).id(),
                      {rejected.sentence(0).argument().begin(),
                       rejected.sentence(0).argument().end()}},
                     sync::Language::en);
  }
  /// "25 saved, ...": what it counts is on the disk.
  void progress(const sync::Sentence& said) override {
    ledger_->said("records", std::stoull(said.arguments.front()) +
                                 std::stoull(said.arguments.at(1)));
  }
  void data(std::string_view) override {}
  const std::string& why() const { return why_; }

 private:
  std::string a_line() const {
    return "0112-447.T,2026-03-" + std::to_string(line_ + 8);
  }

  Ledger* ledger_;
  std::uint64_t line_ = 0;
  std::string why_;
};

class Import final : public AtThePost {
  Result<> work(client::Station& station, Ledger& ledger) override {
    const auto verbs = sync::shared_verbs(station.replica());
    proto::Request request;
    request.add_verb("import");
    request.add_argument("commendation");
    (*request.mutable_option())["kind"] = "csv";
    (*request.mutable_option())["file"] = "actes.csv";
    (*request.mutable_option())["submit"] = "true";
    Lines lines(ledger);
    auto done =
        verbs.at("import")({&request, chief(), 0, &lines, &lines, {}, {}});
    if (!lines.why().empty()) return fail(sync::Errc::invalid, lines.why());
    if (!done) return done;
    ledger.said("records", Lines::count);
    return {};
  }
  /// The same file again and again: each line is a record, once.
  Found look(const fs::path& root) override {
    Found found = AtThePost::look(root);
    if (found["records"] > Lines::count) {
      found.faults.emplace_back("a line was imported twice");
    }
    return found;
  }
};

/// What headquarters sends by file: receipt, documents, references, decisions.
class Apply final : public AtThePost {
  void fill(client::Station& station) override {
    test::Node& other = field_.machine("DIB");
    for (const char* cycle : {"2025", "2026"}) {
      create(station.replica(), "incident", test::an_incident(), true).value();
      other.create("evaluation",
                   {std::string("cycle_id=") + cycle, "officer_id=924-31.C"},
                   test::chief_of_dib);
      field_.sync(other);
      auto file = sync::write_post_file(station.post(), {}, 1 << 24).value();
      CHECK(field_.deliver(file).empty());
      files_.push_back(answer(station));
    }
  }
  sync::Bytes answer(client::Station& station) {
    return sync::write_headquarters_file(field_.headquarters().headquarters(),
                                         station.replica().keys().device,
                                         "root", {})
        .value();
  }
  Result<> work(client::Station& station, Ledger& ledger) override {
    for (const sync::Bytes& file : files_) {
      auto report = sync::read_post_file(station.post(), file);
      if (!report) return fail(report.error());
      if (!report->alarms.empty()) {
        return fail(sync::Error{sync::Errc::invalid, report->alarms.front()});
      }
      auto cursor = station.post().feed_cursor();
      if (!cursor) return fail(cursor.error());
      ledger.said("feed", cursor->position());
      auto journals = station.store().journals(station.replica().keys().device,
                                               proto::LANE_UNSPECIFIED);
      if (!journals) return fail(journals.error());
      for (const auto& one : *journals) {
        ledger.said("held " + to_hex(one.header.journal), one.held);
      }
    }
    return {};
  }

  std::vector<sync::Bytes> files_;
};

}  // namespace

std::unique_ptr<Scenario> draft_scenario() {
  return std::make_unique<Draft>();
}
std::unique_ptr<Scenario> submit_scenario() {
  return std::make_unique<Submit>();
}
std::unique_ptr<Scenario> import_scenario() {
  return std::make_unique<Import>();
}
std::unique_ptr<Scenario> apply_scenario() {
  return std::make_unique<Apply>();
}

}  // namespace relais::crash
