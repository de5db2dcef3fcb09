#include "tests/support/field.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "sync/check.h"
#include "sync/journal/file.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "sync/text/edits.h"

namespace relais::test {
namespace {

namespace fs = std::filesystem;
using sync::Bytes;

Bytes slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_in(const fs::path& folder, const char* extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

sync::Result<Bytes> certify(std::string_view request, const sync::DeviceId&) {
  return "a certificate for " + Bytes(request);
}

}  // namespace

Node::Node(fs::path file, Ground ground)
    : file_(std::move(file)), ground_(ground) {
  open();
}

void Node::open() {
  headquarters_.reset();
  post_.reset();
  replica_.reset();
  store_.reset();
  sync::OpenOptions options;
  if (ground_.memory != nullptr) options.vfs = ground_.memory->name();
  auto store = sync::SqliteStore::open(file_, options);
  CHECK(store);
  store_ = std::move(*store);
  auto keys = sync::open_machine_keys(*store_, random_);
  CHECK(keys);
  replica_ = std::make_unique<sync::Replica>(
      sync::Machine{store_.get(), &clock, &random_, *keys, ground_.parsed});
  post_ = std::make_unique<sync::Post>(*replica_);
}

void Node::restart() {
  const bool was_headquarters = headquarters_ != nullptr;
  open();
  if (was_headquarters) headquarters();
}

void Node::copy_to(const fs::path& file) {
  CHECK(store_->checkpoint());
  if (ground_.memory != nullptr) return ground_.memory->copy(file_, file);
  fs::copy_file(file_, file, fs::copy_options::overwrite_existing);
}

void Node::become(const fs::path& file) {
  const bool was_headquarters = headquarters_ != nullptr;
  headquarters_.reset();
  post_.reset();
  replica_.reset();
  store_.reset();
  if (ground_.memory != nullptr) {
    ground_.memory->remove(file_.string() + "-wal");
    ground_.memory->copy(file, file_);
  } else {
    for (const char* tail : {"-wal", "-shm"}) fs::remove(file_.string() + tail);
    fs::copy_file(file, file_, fs::copy_options::overwrite_existing);
  }
  open();
  if (was_headquarters) headquarters();
}

std::string Node::disk() const {
  return slurp(file_) + slurp(file_.string() + "-wal");
}

sync::Headquarters& Node::headquarters() {
  if (!headquarters_) {
    headquarters_ = std::make_unique<sync::Headquarters>(*replica_);
  }
  return *headquarters_;
}

sync::RecordId Node::create(const std::string& form,
                            const std::vector<std::string>& set,
                            const std::string& who, bool submit) {
  const auto rules = replica_->publications().newest_form(form);
  const auto tables = replica_->publications().newest_tables();
  auto edits = sync::edits_from_set(*rules, *tables, set);
  CHECK(edits);
  auto created = sync::Editor(*replica_).create(
      form, std::move(*edits), {who, {}, proto::SIDE_POST}, submit);
  if (!created) throw std::runtime_error(created.error().what.id);
  return created->record;
}

sync::Result<> Node::edit(const std::string& record,
                          const std::vector<std::string>& set,
                          const std::string& who) {
  const sync::Actor actor{who, {}, proto::SIDE_POST};
  auto view = sync::Reader(*replica_).show(record, actor);
  if (!view) return fail(view.error());
  auto edits = sync::edits_from_set(*view->form, *view->tables, set);
  if (!edits) return fail(edits.error());
  return sync::Editor(*replica_).edit(record, std::move(*edits), actor);
}

sync::RecordView Node::show(const std::string& record, const std::string& who,
                            proto::Side side) {
  auto view = sync::Reader(*replica_).show(record, {who, {}, side});
  if (!view) throw std::runtime_error(view.error().what.id);
  return std::move(*view);
}

Field::Field(Ground ground) : ground_(ground) {
  headquarters_ = std::make_unique<Node>(folder / "hq.db", ground_);
  sync::Headquarters& there = headquarters_->headquarters();
  auto done = headquarters_->replica().transact([&]() -> sync::Result<> {
    publish_all(there);
    return {};
  });
  CHECK(done);
}

Node& Field::machine(const std::string& post) {
  const std::string name = "m" + std::to_string(machines_.size()) + ".db";
  machines_.push_back(std::make_unique<Node>(folder / name.c_str(), ground_));
  enrol(headquarters_->headquarters(), machines_.back()->post(), post);
  return *machines_.back();
}

int Field::sync(sync::Post& post) {
  sync::PostSession session(post, {}, false);
  int requests = 0;
  for (;;) {
    auto body = session.next();
    CHECK(body);
    if (!*body) return requests;
    CHECK(++requests < 20);
    sync::HeadquartersSession there(headquarters_->headquarters(),
                                    post.replica().keys().device);
    sync::FrameReader reader;
    reader.feed(**body);
    for (;;) {
      auto frame = reader.next();
      CHECK(frame);
      if (!*frame) break;
      CHECK(headquarters_->replica().transact(
          [&] { return there.on_frame(**frame); }));
    }
    auto answer = there.answer(1024 * 1024);
    CHECK(answer);
    CHECK(session.on_uploaded((*body)->size()));
    CHECK(session.on_answer(*answer));
  }
}

sync::Bytes Field::file_of(Node& machine) {
  auto file = sync::write_post_file(machine.post(), {}, 64 * 1024 * 1024);
  CHECK(file);
  return std::move(*file);
}

std::vector<sync::Sentence> Field::deliver(const sync::Bytes& file) {
  auto report = sync::read_headquarters_file(headquarters_->headquarters(),
                                             file, certify);
  CHECK(report);
  return report->refusals;
}

sync::Bytes Field::file_for(Node& machine) {
  auto file = sync::write_headquarters_file(headquarters_->headquarters(),
                                            machine.replica().keys().device,
                                            "root", {});
  CHECK(file);
  return std::move(*file);
}

void Field::answer(Node& machine) {
  auto report = sync::read_post_file(machine.post(), file_for(machine));
  CHECK(report);
  CHECK(report->alarms.empty());
}

void Field::carry(Node& machine) {
  CHECK(deliver(file_of(machine)).empty());
  answer(machine);
}

void publish_all(sync::Headquarters& headquarters) {
  const fs::path root = fs::path(RELAIS_SOURCE_DIR) / "proto";
  CHECK(headquarters.new_epoch());
  for (const fs::path& file : files_in(root / "forms", ".textproto")) {
    CHECK(headquarters.publish_form(slurp(file)));
  }
  for (const char* folder : {"reference", "reference/sample"}) {
    for (const fs::path& file : files_in(root / folder, ".csv")) {
      CHECK(headquarters.publish_table(file.stem(), slurp(file)));
    }
  }
}

void enrol(sync::Headquarters& there, sync::Post& made,
           const std::string& post) {
  auto done = there.replica().transact([&]() -> sync::Result<> {
    auto invitation = there.invite(post, "root", {}, true);
    if (!invitation) return fail(invitation.error());
    auto taken = made.replica().transact(
        [&] { return made.take_invitation(*invitation); });
    if (!taken) return taken;
    auto join = made.join("request");
    if (!join) return fail(join.error());
    auto line = there.admit(*join);
    if (!line) return fail(line.error());
    auto grant = there.grant(line->device, "certificate", "root", {});
    if (!grant) return fail(grant.error());
    return made.replica().transact([&]() -> sync::Result<> {
      auto kept =
          sync::set_fact(made.replica().store(), "tls.request", "request");
      if (!kept) return kept;
      return made.take_grant(*grant);
    });
  });
  CHECK(done);
}

std::vector<std::string> an_incident() {
  return {"report_channel=agent",
          "reported_on=2026-05-12",
          "reporter_mode=named",
          "reporter_category=agent",
          "retaliation_risk=medium",
          "category_primary=EXT",
          "customs_process=escorte",
          "place_post=DIB",
          "occurred_from=2026-05-12T07:30:00Z",
          "summary=Somme exigée à la barrière",
          "narrative[+].text=Un auxiliaire a exigé vingt-cinq mille francs.",
          "ongoing=non",
          "danger_to_life=non",
          "evidence_at_risk=non",
          "subjects[+].kind=auxiliaire",
          "subjects[+].description=Auxiliaire de la barrière",
          "severity_proposed=S3",
          "confidentiality=C2"};
}

}  // namespace relais::test
