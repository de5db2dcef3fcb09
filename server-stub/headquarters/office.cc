#include "server-stub/headquarters/office.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "sync/limits.h"
#include "sync/text/messages.h"

namespace relais::server {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::size_t cache_bytes = 64UL * 1024 * 1024;

/// Plain files with this ending, by name; empty when there is no such folder.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view ending) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ending) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::filesystem::path database_of(const std::filesystem::path& folder) {
  return folder / "relais.db";
}

std::filesystem::path share_of_forms() {
  if (const char* named = std::getenv("RELAIS_SHARE")) return named;
  return std::filesystem::path(sync::share_folder()) / "relais";
}

Result<std::unique_ptr<Office>> Office::assemble(
    const std::filesystem::path& folder, sync::OpenMode mode) {
  sync::start_crypto();
  std::unique_ptr<Office> office(new Office);
  office->folder_ = folder;
  sync::OpenOptions options;
  options.mode = mode;
  if (mode != sync::OpenMode::read_only) options.cache_bytes = cache_bytes;
  auto store = sync::SqliteStore::open(database_of(folder), options);
  if (!store) return fail(store.error());
  office->store_ = std::move(*store);
  auto boot = count_boot(*office->store_, mode != sync::OpenMode::read_only);
  if (!boot) return fail(boot.error());
  office->clock_ = std::make_unique<MachineClock>(*boot);
  auto keys = sync::open_machine_keys(*office->store_, office->random_);
  if (!keys) return fail(keys.error());
  sync::Machine machine;
  machine.store = office->store_.get();
  machine.clock = office->clock_.get();
  machine.random = &office->random_;
  machine.keys = std::move(*keys);
  office->replica_ = std::make_unique<sync::Replica>(std::move(machine));
  office->headquarters_ =
      std::make_unique<sync::Headquarters>(*office->replica_);
  return office;
}

Result<std::unique_ptr<Office>> Office::open(
    const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::exists(database_of(folder), error)) {
    return fail(Errc::not_found,
                "There is no headquarters in {0}: run `relais-hq init`",
                {folder.string()});
  }
  auto home = sync::Home::open(folder);
  if (!home) return fail(home.error());
  auto office = assemble(home->folder(), sync::OpenMode::shared);
  if (!office) return office;
  if (auto papers = (*office)->papers(); !papers) return fail(papers.error());
  (*office)->home_ = std::move(*home);
  // What a purge could not take off the disk then; no reason not to open.
  (void)(*office)->replica().finish_forgetting();
  return office;
}

Result<std::unique_ptr<Office>> Office::look(
    const std::filesystem::path& folder) {
  return assemble(folder, sync::OpenMode::read_only);
}

Result<std::unique_ptr<Office>> Office::found(
    const std::filesystem::path& folder, const Founding& founding,
    const std::function<void(const std::string&)>& progress) {
  if (files_in(founding.share / "forms", ".textproto").empty()) {
    return fail(Errc::not_found,
                "There are no forms in {0}: install Relais anew, or name "
                "their folder in RELAIS_SHARE",
                {(founding.share / "forms").string()});
  }
  auto home = sync::Home::open(folder);
  if (!home) return fail(home.error());
  auto office = assemble(home->folder(), sync::OpenMode::shared);
  if (!office) return office;
  if ((*office)->papers()) {
    return fail(Errc::already, "There is a headquarters in {0} already",
                {home->folder().string()});
  }
  (*office)->home_ = std::move(*home);
  auto made = (*office)->replica().transact(
      [&] { return (*office)->establish(founding, progress); });
  if (!made) return fail(made.error());
  return office;
}

Result<> Office::establish(
    const Founding& founding,
    const std::function<void(const std::string&)>& progress) {
  if (auto made = make_papers(*store_, founding.name, founding.hosts); !made) {
    return made;
  }
  if (auto begun = headquarters_->new_epoch(); !begun) return begun;
  const std::filesystem::path tables = founding.share / "reference";
  auto published = publish(tables, ".csv", progress);
  if (published && founding.sample) {
    published = publish(tables / "sample", ".csv", progress);
  }
  if (!published) return published;
  return publish(founding.share / "forms", ".textproto", progress);
}

Result<> Office::publish(
    const std::filesystem::path& folder, const char* ending,
    const std::function<void(const std::string&)>& progress) {
  const bool tables = std::string_view(ending) == ".csv";
  for (const std::filesystem::path& file : files_in(folder, ending)) {
    auto bytes = sync::read_file(file, sync::limits::document_bytes_max);
    if (!bytes) return fail(bytes.error());
    const std::string name = file.stem().string();
    auto done = tables ? headquarters_->publish_table(name, *bytes)
                       : headquarters_->publish_form(*bytes);
    if (!done && done.error().code != Errc::already) {
      sync::Error error = done.error();
      error.more.insert(error.more.begin(), error.what);
      error.what = {"{0} cannot be published:", {file.string()}};
      return fail(std::move(error));
    }
    if (progress) progress(name);
  }
  return {};
}

Result<sync::Bytes> Office::certify(std::string_view request_der,
                                    const sync::DeviceId& device) const {
  auto papers = read_papers(*store_);
  if (!papers) return fail(papers.error());
  return sync::x509::sign_request(papers->root, request_der, to_hex(device));
}

}  // namespace relais::server
