#include <algorithm>
#include <filesystem>
#include <system_error>

#include "server-stub/admin/house.h"
#include "server-stub/admin/session.h"
#include "server-stub/headquarters/backups.h"
#include "server-stub/headquarters/office.h"
#include "sync/control/reason.h"
#include "sync/replica/letters.h"
#include "sync/store/backup.h"
#include "sync/store/home.h"

namespace relais::admin {
namespace {

namespace fs = std::filesystem;

/// A WAL is cut back to a megabyte; one transaction may have made it longer.
constexpr std::size_t wal_bytes_max = 1UL << 30;

/// A name that nothing in the home has: two restores may share a second.
fs::path free_name(const fs::path& database, const std::string& moment) {
  const std::string first = database.string() + ".before-" + moment;
  std::error_code error;
  std::string name = first;
  for (int next = 2;
       fs::exists(name, error) || fs::exists(name + "-wal", error); ++next) {
    name = first + "-" + std::to_string(next);
  }
  return name;
}

/// What is in the home goes under another name, whole; never away. A database
/// and its WAL are one thing: the WAL is copied first, so that whenever the
/// power goes one of the two names has both, and it is gone before another
/// database takes its place.
Result<> put_aside(const fs::path& database, const std::string& moment) {
  const fs::path wal = database.string() + "-wal";
  const fs::path aside = free_name(database, moment);
  std::error_code error;
  if (fs::exists(wal, error)) {
    auto bytes = sync::read_file(wal, wal_bytes_max);
    if (!bytes) return fail(bytes.error());
    auto kept = sync::write_file_durably(aside.string() + "-wal", *bytes,
                                         sync::mode_private);
    if (!kept) return kept;
  }
  if (fs::exists(database, error)) {
    auto moved = sync::publish_file(database, aside);
    if (!moved) return moved;
  }
  for (const char* suffix : {"-wal", "-shm"}) {
    const fs::path old = database.string() + suffix;
    fs::remove(old, error);
    if (error) {
      return fail(Errc::invalid, "{0} cannot be written: {1}",
                  {old.string(), sync::system_reason(error.value())});
    }
  }
  return sync::sync_folder(database.parent_path());
}

/// An audited copy of the backup beside the database, then in its place.
Result<> replace_database(const fs::path& folder, const fs::path& file,
                          const std::string& moment) {
  const fs::path database = server::database_of(folder);
  const fs::path copy = database.string() + ".restoring";
  sync::OpenOptions options;
  options.mode = sync::OpenMode::read_only;
  auto source = sync::Database::open(file, options);
  std::error_code unread;
  // SQLite takes nothing at all for a database without tables.
  const bool no_backup = source ? fs::file_size(file, unread) == 0
                                : source.error().code == Errc::corrupt;
  if (no_backup) {
    return fail(Errc::invalid,
                "{0} is no backup of a headquarters, or a damaged one: give "
                "another. Nothing was changed.",
                {file.string()});
  }
  if (!source) return fail(source.error());
  if (auto copied = sync::backup(**source, copy); !copied) return copied;
  if (auto aside = put_aside(database, moment); !aside) return aside;
  return sync::publish_file(copy, database);
}

struct Found {
  std::size_t records = 0;
  std::size_t machines = 0;
  std::int64_t contact = 0;
};

Result<Found> look_around(server::Office& office) {
  Found found;
  auto roster = office.headquarters().roster();
  if (!roster) return fail(roster.error());
  found.machines = roster->size();
  for (const auto& line : *roster) {
    found.contact = std::max(found.contact, line.contact);
  }
  auto read = office.store().each_record({}, [&](const auto&) {
    ++found.records;
    return true;
  });
  if (!read) return fail(read.error());
  return found;
}

Result<Found> restore_home(const fs::path& folder, const fs::path& file) {
  {
    auto home = sync::Home::open(folder);
    if (!home) return fail(home.error());
    const auto now = server::MachineClock(0).wall_ms();
    auto replaced =
        replace_database(home->folder(), file, server::moment_text(now, true));
    if (!replaced) return fail(replaced.error());
  }
  auto office = server::Office::open(folder);
  if (!office) return fail(office.error());
  sync::Headquarters& headquarters = (*office)->headquarters();
  auto anew = (*office)->replica().transact([&] {
    auto epoch = headquarters.new_epoch();
    if (epoch) epoch = sync::forget_made((*office)->store());
    return epoch ? sync::pass_over_letters(headquarters) : epoch;
  });
  if (!anew) return fail(anew.error());
  return look_around(**office);
}

}  // namespace

int restore(Session& session, const Invocation& asked) {
  Terminal& terminal = session.terminal();
  const fs::path file = asked.argument.front();
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return terminal.tell(sync::Error{
        Errc::not_found, {"There is no file {0}", {file.string()}}, {}});
  }
  auto found = restore_home(session.globals().home, file);
  if (!found) return terminal.tell(found.error());
  terminal.tell(Sentence{
      "Restored. Records: {0}, machines: {1}, last contact: {2}.",
      {std::to_string(found->records), std::to_string(found->machines),
       found->contact == 0 ? "-" : server::moment_text(found->contact)}});
  terminal.tell(Sentence{
      "Posts will give back, by themselves, all that ever reached or left "
      "them. May be missing: what headquarters alone wrote after that backup "
      "and no post was sent (cases, decisions, users, codes, machines "
      "retired). Look through it, and enter it again.",
      {}});
  return 0;
}

}  // namespace relais::admin
