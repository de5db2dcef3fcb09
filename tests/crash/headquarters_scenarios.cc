// What headquarters is told, decides and keeps.
#include <algorithm>

#include "server-stub/admin/house.h"
#include "server-stub/admin/session.h"
#include "server-stub/headquarters/backups.h"
#include "server-stub/headquarters/office.h"
#include "sync/crypto.h"
#include "sync/journal/receipt.h"
#include "sync/replica/desk.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "sync/store/audit.h"
#include "tests/crash/post_house.h"
#include "tests/support/field.h"

namespace relais::crash {
namespace {

using sync::fail;
using sync::Result;

const sync::Actor shell{"shell", {}, proto::SIDE_HEADQUARTERS};

/// A headquarters made as `relais-hq init` does, and a machine of the field.
class AtHeadquarters : public Scenario {
 public:
  void prepare(const fs::path& root) override {
    server::Founding founding;
    founding.name = "Test";
    founding.sample = true;
    founding.share = std::string(RELAIS_SOURCE_DIR) + "/proto";
    auto office = server::Office::found(root / "hq", founding, {}).value();
    for (auto& machine : machines_) {
      const std::string name =
          "m" + std::to_string(&machine - machines_.data()) + ".db";
      machine = std::make_unique<test::Node>(folder_ / name.c_str());
      test::enrol(office->headquarters(), machine->post(), "DIB");
    }
    fill(*office);
  }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto office = server::Office::open(root / "hq");
    if (!office) return fail(office.error());
    return work(**office, ledger);
  }
  Found look(const fs::path& root) override {
    Found found;
    auto office = server::Office::open(root / "hq");
    if (!office) {
      found.fault("relais-hq does not start", office.error());
      return found;
    }
    look_inside(**office, found);
    return found;
  }

 protected:
  virtual void fill(server::Office&) {}
  virtual Result<> work(server::Office&, Ledger&) { return {}; }
  void look_inside(server::Office& office, Found& found);
  /// A request of the machine, as POST /v1/sync takes it; what comes back is
  /// the machine's.
  Result<sync::Bytes> request(server::Office& office, test::Node& machine,
                              const sync::Bytes& body);
  void sync_all(server::Office& office, test::Node& machine);

  test::TemporaryFolder folder_;
  std::array<std::unique_ptr<test::Node>, 2> machines_;
};

/// "held J", "record R", "conflicts", "decision D", "machines".
void AtHeadquarters::look_inside(server::Office& office, Found& found) {
  inspect(office.store(), office.replica(), found);
  const auto devices = office.store().devices();
  if (!devices) return found.fault("devices", devices.error());
  for (const sync::DeviceId& device : *devices) {
    const auto all = office.store().journals(device, proto::LANE_UNSPECIFIED);
    if (!all) return found.fault("journals", all.error());
    for (const sync::StoredJournal& one : *all) {
      found.facts["held " + to_hex(one.header.journal)] = one.last;
    }
  }
  auto read = office.store().each_record({}, [&](const auto& record) {
    found.facts["record " + record.reference] = 1;
    return true;
  });
  if (!read) found.fault("records", read.error());
  const sync::Desk desk(office.replica(), shell);
  const auto open = desk.conflicts();
  const auto taken = desk.decisions();
  if (!open) return found.fault("conflicts", open.error());
  if (!taken) return found.fault("decisions", taken.error());
  for (const auto& one : *open) {
    found.facts["open " + to_hex(one.conflict.id)] = 1;
  }
  for (const auto& one : *taken) {
    found.facts["decision " + to_text(one.dot)] = 1;
    if (!one.undone && found["open " + to_hex(one.conflict)] != 0) {
      found.faults.emplace_back("a conflict is both open and decided");
    }
  }
  const auto roster = office.headquarters().roster();
  if (!roster) return found.fault("roster", roster.error());
  found.facts["machines"] = roster->size();
}

Result<sync::Bytes> AtHeadquarters::request(server::Office& office,
                                            test::Node& machine,
                                            const sync::Bytes& body) {
  sync::HeadquartersSession session(office.headquarters(),
                                    machine.replica().keys().device);
  sync::FrameReader reader;
  reader.feed(body);
  for (;;) {
    auto frame = reader.next();
    if (!frame) return fail(frame.error());
    if (!*frame) break;
    auto taken =
        office.replica().transact([&] { return session.on_frame(**frame); });
    if (!taken) return fail(taken.error());
  }
  return session.answer(1 << 20);
}

void AtHeadquarters::sync_all(server::Office& office, test::Node& machine) {
  sync::PostSession session(machine.post(), {}, false);
  for (;;) {
    auto body = session.next().value();
    if (!body) return;
    auto answer = request(office, machine, *body).value();
    CHECK(session.on_uploaded(body->size()));
    CHECK(session.on_answer(answer));
  }
}

/// Two posts' machines sync one after the other; each answer is a receipt.
class Receipt final : public AtHeadquarters {
  void fill(server::Office&) override {
    for (const auto& machine : machines_) {
      for (int i = 0; i < 2; ++i) {
        machine->create("incident", test::an_incident(), test::chief_of_dib,
                        true);
        machine->create("commendation", {"officer_id=0112-447.T"},
                        test::chief_of_dib);
        sync::SessionBudget budget;
        budget.packet = 512;
        sync::PostSession session(machine->post(), budget, false);
        bodies_.emplace_back(machine.get(), session.next().value().value());
      }
    }
  }
  Result<> work(server::Office& office, Ledger& ledger) override {
    for (const auto& [machine, body] : bodies_) {
      auto answer = request(office, *machine, body);
      if (!answer) return fail(answer.error());
      if (auto said = say_receipt(office, *answer, ledger); !said) return said;
    }
    return {};
  }
  static Result<> say_receipt(server::Office& office, const sync::Bytes& answer,
                              Ledger& ledger) {
    sync::FrameReader reader;
    reader.feed(answer);
    for (;;) {
      auto bytes = reader.next();
      if (!bytes) return fail(bytes.error());
      if (!*bytes) return {};
      auto frame = sync::decode_frame(**bytes);
      if (!frame || !frame->has_welcome()) continue;
      auto receipt = sync::open_receipt(
          frame->welcome().receipt(), office.replica().keys().sign.public_key);
      if (!receipt) return fail(receipt.error());
      for (const proto::LaneLine& lane : receipt->held()) {
        ledger.said("held " + sync::to_hex(lane.journal()), lane.position());
      }
    }
  }

  std::vector<std::pair<test::Node*, sync::Bytes>> bodies_;
};

/// Two machines disagree; the controller decides, and takes it back.
class Decide final : public AtHeadquarters {
  void fill(server::Office& office) override {
    std::string record;
    for (const auto& machine : machines_) {
      record = to_hex(machine->create("evaluation",
                                      {"cycle_id=2026", "officer_id=924-31.C"},
                                      test::chief_of_dib));
    }
    CHECK(machines_[0]->edit(record, {"n1_rating=4"}, test::chief_of_dib));
    CHECK(machines_[1]->edit(record, {"n1_rating=3"}, test::chief_of_dib));
    for (const auto& machine : machines_) sync_all(office, *machine);
  }
  Result<> work(server::Office& office, Ledger& ledger) override {
    const sync::Desk desk(office.replica(), shell);
    sync::Editor editor(office.replica());
    for (int i = 0; i < 2; ++i) {
      auto open = desk.conflicts();
      if (!open) return fail(open.error());
      if (!open->empty()) {
        auto decided = editor.decide(open->front().conflict.id,
                                     sync::Value(sync::Code{"4"}), "vu", shell);
        if (!decided) return decided;
      }
      auto taken = desk.decisions();
      if (!taken) return fail(taken.error());
      for (const auto& one : *taken) {
        ledger.said("decision " + to_text(one.dot));
      }
      if (i == 1) break;
      if (auto undone = undo(editor, *taken); !undone) return undone;
    }
    return {};
  }
  static Result<> undo(sync::Editor& editor,
                       const std::vector<sync::TakenDecision>& taken) {
    for (const auto& one : taken) {
      if (one.undone) continue;
      auto done = editor.undo(to_text(one.dot), "relu", shell);
      if (!done) return done;
    }
    return {};
  }
};

/// As `serve` does every hour, beside the writer; two copies are kept.
class Backup final : public AtHeadquarters {
  static constexpr std::size_t kept = 2;

  Result<> work(server::Office& office, Ledger& ledger) override {
    for (int i = 0; i < 3; ++i) {
      auto made = create(office);
      if (!made) return made;
      auto file = server::back_up_in_turn(
          office.folder(), 1'780'000'000'000 + i * 3'600'000, kept);
      if (!file) return fail(file.error());
      // An older one may make room for the next.
      ledger.said("backups", std::min<std::uint64_t>(i + 1, kept));
    }
    return {};
  }
  static Result<> create(server::Office& office) {
    auto epoch = office.replica().transact(
        [&] { return office.headquarters().new_epoch(); });
    return epoch;
  }
  Found look(const fs::path& root) override {
    Found found = AtHeadquarters::look(root);
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator(root / "hq" / "backups", error)) {
      const std::string name = entry.path().filename();
      if (!name.ends_with(".db")) continue;
      sync::OpenOptions options;
      options.mode = sync::OpenMode::read_only;
      auto copy = sync::Database::open(entry.path(), options);
      auto faults =
          copy ? sync::audit(**copy)
               : Result<std::vector<sync::Sentence>>(fail(copy.error()));
      if (!faults || !faults->empty()) {
        found.faults.push_back(name + " is no whole backup");
      }
      ++found.facts["backups"];
    }
    return found;
  }
};

/// `relais-hq restore FILE` over a home that was not closed in order, so that
/// a part of what it holds stands in its WAL alone.
class Restore final : public AtHeadquarters {
  void prepare(const fs::path& root) override {
    const fs::path made = folder_ / "made";
    AtHeadquarters::prepare(made);
    CHECK(server::back_up(made / "hq", made / "backup.db", 0));
    auto office = server::Office::open(made / "hq").value();
    machines_[0]->create("incident", test::an_incident(), test::chief_of_dib,
                         true);
    sync_all(*office, *machines_[0]);
    for (const auto& record : records_of(*office)) late_ = record;
    fs::create_directories(root / "hq");
    fs::permissions(root / "hq", fs::perms::owner_all);
    for (const char* name :
         {"hq/relais.db", "hq/relais.db-wal", "hq/lock", "backup.db"}) {
      fs::copy_file(made / name, root / name);
    }
  }
  static std::vector<std::string> records_of(server::Office& office) {
    std::vector<std::string> all;
    CHECK(office.store().each_record({}, [&](const auto& record) {
      all.push_back(record.reference);
      return true;
    }));
    return all;
  }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    admin::Globals globals;
    globals.home = (root / "hq").string();
    admin::Terminal terminal(sync::Language::en);
    admin::Session session(globals, terminal);
    admin::Invocation asked;
    asked.argument = {(root / "backup.db").string()};
    const int code = admin::restore(session, asked);
    terminal.flush();
    if (code != 0) {
      return fail(sync::Errc::invalid, "exit " + std::to_string(code));
    }
    ledger.said("restored");
    return {};
  }
  /// What stood there before is somewhere in the home, whole: in its place, or
  /// put aside.
  Found look(const fs::path& root) override {
    Found found;
    const fs::path home = root / "hq";
    const bool kept = look_aside(home, found);
    if (!fs::exists(home / "relais.db")) {
      if (!kept) found.faults.emplace_back("what was there before is lost");
      return found;  // restored again, it goes on
    }
    Found inside = AtHeadquarters::look(root);
    for (auto& fault : inside.faults) found.faults.push_back(fault);
    const bool old = inside["record " + late_] != 0;
    if (old && kept) found.faults.emplace_back("restored, and is not");
    if (!old && !kept) {
      found.faults.emplace_back("what was there before is lost");
    }
    if (!old) found.facts["restored"] = 1;
    return found;
  }
  bool look_aside(const fs::path& home, Found& found) {
    bool kept = false;
    for (const auto& entry : fs::directory_iterator(home)) {
      const std::string name = entry.path().filename();
      if (!name.starts_with("relais.db.before-")) continue;
      if (name.ends_with("-wal") || name.ends_with("-shm")) continue;
      if (name.ends_with(".part")) continue;  // never said to be anything
      auto store =
          sync::SqliteStore::open(entry.path(), sync::OpenMode::exclusive);
      if (!store) {
        found.fault(name, store.error());
        continue;
      }
      CHECK((*store)->each_record({}, [&](const auto& record) {
        kept = kept || record.reference == late_;
        return true;
      }));
    }
    return kept;
  }

  std::string late_;
};

}  // namespace

std::unique_ptr<Scenario> receipt_scenario() {
  return std::make_unique<Receipt>();
}
std::unique_ptr<Scenario> decide_scenario() {
  return std::make_unique<Decide>();
}
std::unique_ptr<Scenario> backup_scenario() {
  return std::make_unique<Backup>();
}
std::unique_ptr<Scenario> restore_scenario() {
  return std::make_unique<Restore>();
}

}  // namespace relais::crash
