// A machine's beginnings, and the files that it writes for others.
#include "client/cli/output_file.h"
#include "server-stub/admin/files.h"
#include "sync/crypto.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "sync/store/audit.h"
#include "sync/text/messages.h"
#include "tests/crash/post_house.h"
#include "tests/support/field.h"

namespace relais::crash {
namespace {

using sync::fail;
using sync::Result;

constexpr std::size_t file_bytes_max = 1 << 24;

/// An empty disk: relaisd makes the home, the database and the machine's keys.
class FirstStart final : public Scenario {
  void prepare(const fs::path&) override {}
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto house = PostHouse::open(root);
    if (!house) return fail(house.error());
    ledger.said("device " + to_hex(house->station->replica().keys().device));
    return {};
  }
  Found look(const fs::path& root) override { return look_at_post(root); }
};

/// The one migration there is so far: a file without tables becomes version 1.
class Migrate final : public Scenario {
  void prepare(const fs::path& root) override {
    fs::create_directories(root / "post");
    CHECK(sync::write_file_durably(root / "post/relais.db", "", 0600));
  }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto store = sync::SqliteStore::open(root / "post/relais.db",
                                         sync::OpenMode::exclusive);
    if (!store) return fail(store.error());
    ledger.said("version");
    return {};
  }
  Found look(const fs::path& root) override {
    Found found;
    auto file = sync::Database::open(root / "post/relais.db", {});
    if (!file) {
      found.fault("the database does not open", file.error());
      return found;
    }
    auto tables = (*file)->integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) found.fault("no schema", tables.error());
    if (tables && *tables == 0) return found;  // not yet, and nothing half
    auto faults = sync::audit(**file);
    if (!faults) found.fault("cannot be checked", faults.error());
    for (const auto& fault : faults.value_or(std::vector<sync::Sentence>())) {
      found.faults.push_back(sync::say(fault, sync::Language::en));
    }
    found.facts["version"] = 1;
    return found;
  }
};

/// By an invitation on a stick; the first file carries the request, the answer
/// brings the certificate.
class Enrol final : public Scenario {
  void prepare(const fs::path& root) override {
    auto house = PostHouse::open(root).value();
    auto& there = field_.headquarters().headquarters();
    CHECK(there.replica().transact([&]() -> Result<> {
      auto made = there.invite("DIB", "root", {}, true);
      if (!made) return fail(made.error());
      invitation_ = *made;
      return {};
    }));
  }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto house = PostHouse::open(root);
    if (!house) return fail(house.error());
    client::Station& station = *house->station;
    sync::Post& post = station.post();
    auto enrolment = post.enrolment();
    if (!enrolment) return fail(enrolment.error());
    if (enrolment->certificate.empty()) {
      auto taken = station.replica().transact(
          [&] { return post.take_invitation(invitation_); });
      // Already: this very invitation was taken before the cut.
      if (!taken && taken.error().code != sync::Errc::already) return taken;
      ledger.said("post " + invitation_.post() + invitation_.letter());
      auto made = fetch_certificate(station);
      if (!made) return made;
    }
    ledger.said("certificate");
    auto saved =
        create(station.replica(), "incident", test::an_incident(), true);
    if (!saved) return fail(saved.error());
    ledger.said("record " + saved->reference);
    return {};
  }
  Result<> fetch_certificate(client::Station& station) {
    auto join = station.join();
    if (!join) return fail(join.error());
    auto up = sync::write_post_file(station.post(), *join, file_bytes_max);
    if (!up) return fail(up.error());
    auto& there = field_.headquarters().headquarters();
    auto report = sync::read_headquarters_file(there, *up, certify);
    if (!report) return fail(report.error());
    auto down = sync::write_headquarters_file(
        there, station.replica().keys().device, "root", {});
    if (!down) return fail(down.error());
    auto read = sync::read_post_file(station.post(), *down);
    return read ? Result<>() : fail(read.error());
  }
  static Result<sync::Bytes> certify(std::string_view request,
                                     const sync::DeviceId&) {
    return "a certificate for " + sync::Bytes(request);
  }
  Found look(const fs::path& root) override { return look_at_post(root); }

  test::Field field_;
  proto::Invitation invitation_;
};

/// `relais packet export`, `relais packet sent`, and what relais-hq writes for
/// a stick: each file is there whole or not at all, and what counts as sent
/// lies in one.
class PacketWrite final : public Scenario {
  void prepare(const fs::path& root) override {
    auto house = PostHouse::open(root).value();
    test::enrol(field_.headquarters().headquarters(), house.station->post(),
                "DIB");
    for (int i = 0; i < 3; ++i) {
      create(house.station->replica(), "incident", test::an_incident(), true)
          .value();
    }
    fs::create_directories(root / "stick");
    CHECK(sync::write_file_durably(root / "stick/out.relais", "old", 0600));
  }
  Result<> run(const fs::path& root, Ledger& ledger) override {
    auto house = PostHouse::open(root);
    if (!house) return fail(house.error());
    client::Station& station = *house->station;
    for (const char* name : {"out.relais", "next.relais"}) {
      auto cut = sync::cut_post_file(station.post(), {}, file_bytes_max);
      if (!cut) return fail(cut.error());
      if (auto put = put_out(root, name, cut->bytes, ledger); !put) return put;
      auto sent = mark(station, cut->reach, ledger);
      if (!sent) return sent;
    }
    admin::TargetFile there(root / "stick/back.relais");
    if (auto wrote = there.write(sync::Bytes(70'000, 'x')); !wrote) {
      return wrote;
    }
    if (auto kept = there.finish(); !kept) return kept;
    ledger.said("file back.relais");
    return {};
  }
  static Result<> put_out(const fs::path& root, const std::string& name,
                          const sync::Bytes& bytes, Ledger& ledger) {
    auto file = cli::OutputFile::open(root / "stick" / name);
    if (!file) return fail(file.error());
    const std::string_view all = bytes;
    for (std::size_t at = 0; at < all.size(); at += 4096) {
      if (auto put = file->write(all.substr(at, 4096)); !put) return put;
    }
    if (auto kept = file->keep(); !kept) return kept;
    ledger.said("file " + name);
    return {};
  }
  static Result<> mark(client::Station& station,
                       const std::vector<sync::Reach>& reach, Ledger& ledger) {
    auto marked = station.replica().transact([&]() -> Result<> {
      for (const sync::Reach& one : reach) {
        auto done = station.post().mark_sent(one.journal, one.last);
        if (!done) return done;
      }
      return {};
    });
    if (!marked) return marked;
    for (const sync::Reach& one : reach) {
      ledger.said("sent " + to_hex(one.journal), one.last);
    }
    return {};
  }
  Found look(const fs::path& root) override {
    Found found = look_at_post(root);
    bool any = false;
    for (const char* name : {"out.relais", "next.relais"}) {
      auto bytes = sync::read_file(root / "stick" / name, file_bytes_max);
      if (!bytes || *bytes == "old") continue;
      auto items = sync::decode_file(*bytes);
      if (!items || !items->faults.empty()) {
        found.faults.push_back(std::string(name) + " is half a file");
      }
      any = true;
      found.facts[std::string("file ") + name] = 1;
    }
    for (const auto& [what, value] : found.facts) {
      if (what.starts_with("sent ") && value > 0 && !any) {
        found.faults.emplace_back("sent, and no file carries it");
      }
    }
    auto back = sync::read_file(root / "stick/back.relais", file_bytes_max);
    if (back) found.facts["file back.relais"] = 1;
    if (back && *back != sync::Bytes(70'000, 'x')) {
      found.faults.emplace_back("back.relais is half a file");
    }
    return found;
  }

  test::Field field_;
};

}  // namespace

std::unique_ptr<Scenario> first_start_scenario() {
  return std::make_unique<FirstStart>();
}
std::unique_ptr<Scenario> migrate_scenario() {
  return std::make_unique<Migrate>();
}
std::unique_ptr<Scenario> enrol_scenario() {
  return std::make_unique<Enrol>();
}
std::unique_ptr<Scenario> packet_scenario() {
  return std::make_unique<PacketWrite>();
}

}  // namespace relais::crash
