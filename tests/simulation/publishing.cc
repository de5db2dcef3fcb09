#include "tests/simulation/publishing.h"

#include <algorithm>

namespace relais::simulation {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// The newest bytes of a published file.
sync::Bytes newest(Machine& there, proto::DocumentKind kind,
                   const std::string& name) {
  const auto all = there.headquarters().newest_documents();
  if (!all) return {};
  for (const sync::StoredDocument& one : *all) {
    if (one.kind != kind || one.name != name) continue;
    const auto whole = there.store().document(kind, name, one.version);
    return whole && *whole ? (*whole)->bytes : sync::Bytes();
  }
  return {};
}

std::size_t column(const Rows& rows, const std::string& name) {
  const auto& names = rows.front();
  const auto found = std::find(names.begin(), names.end(), name);
  return static_cast<std::size_t>(found - names.begin());
}

/// Two lines exchange what they have in a column.
void exchange(World& world, Rows& rows, const std::string& name) {
  if (rows.size() < 3) return;
  const std::size_t at = column(rows, name);
  const std::size_t one = 1 + world.dice.below(rows.size() - 1);
  const std::size_t other = 1 + world.dice.below(rows.size() - 1);
  std::swap(rows[one].at(at), rows[other].at(at));
}

void add_a_code(World& world, Rows& rows) {
  std::vector<std::string> row = rows.back();
  row[column(rows, "code")] = "N" + std::to_string(world.dice.below(100'000));
  rows.push_back(std::move(row));
}

/// Nobody gives a number twice: a version that a restore made headquarters
/// forget comes back from the posts, and would meet another one there.
bool is_forgotten(World& world, const std::string& version) {
  if (world.published.contains(version)) {
    world.count("not published: its number was given before a restore");
    return true;
  }
  world.published.insert(version);
  return false;
}

/// The disk did not give the file.
sync::Result<> nothing_to_publish() {
  return sync::fail(sync::Errc::not_found, "nothing");
}

sync::Result<> publish_form(World& world) {
  Machine& there = *world.headquarters;
  const auto forms = there.replica().publications().newest_forms();
  if (forms.empty()) return nothing_to_publish();
  const sync::Form& form = *world.dice.pick(forms);
  sync::Bytes text = newest(there, proto::DOCUMENT_KIND_FORM, form.id());
  const std::uint32_t version = form.version().number;
  const std::string line = "\nversion: " + std::to_string(version);
  const std::size_t at = text.find(line);
  if (at == sync::Bytes::npos ||
      is_forgotten(world, form.id() + " " + std::to_string(version + 1))) {
    return nothing_to_publish();
  }
  text.replace(at, line.size(), "\nversion: " + std::to_string(version + 1));
  world.say("HQ publishes the form " + form.id() + " again");
  return there.headquarters().publish_form(text);
}

sync::Result<> publish_table(World& world) {
  Machine& there = *world.headquarters;
  const std::string name = world.dice.pick(std::vector<std::string>{
      "officer", "officer", "hierarchy", "module", "incident_category"});
  auto rows = sync::parse_csv(newest(there, proto::DOCUMENT_KIND_TABLE, name));
  const auto before = there.replica().publications().newest_tables();
  if (!rows || rows->empty() || !before ||
      is_forgotten(world, std::to_string(before->version.number + 1))) {
    return nothing_to_publish();
  }
  if (name == "officer") exchange(world, *rows, "post");
  if (name == "officer" && world.dice.chance(30)) {
    exchange(world, *rows, "position");
  }
  if (name == "hierarchy") exchange(world, *rows, "n1");
  if (name != "officer" && name != "hierarchy") add_a_code(world, *rows);
  std::string csv;
  for (const auto& row : *rows) csv += sync::csv_line(row, false);
  world.say("HQ publishes the table " + name + " again");
  return there.headquarters().publish_table(name, csv);
}

/// Posts of this world, by the names of its machines ("DIB-1").
std::string any_post(World& world) {
  return world.dice.pick(world.machines)->name().substr(0, 3);
}

sync::Result<> publish_move(World& world) {
  Machine& there = *world.headquarters;
  auto rows =
      sync::parse_csv(newest(there, proto::DOCUMENT_KIND_TABLE, "officer"));
  const auto before = there.replica().publications().newest_tables();
  if (!rows || rows->empty() || !before ||
      is_forgotten(world, std::to_string(before->version.number + 1))) {
    return nothing_to_publish();
  }
  const std::size_t at = column(*rows, "post");
  const std::string from = any_post(world);
  const std::string to = any_post(world);
  for (auto& row : *rows) {
    if (row.at(at) == from && world.dice.chance(50)) row.at(at) = to;
  }
  std::string csv;
  for (const auto& row : *rows) csv += sync::csv_line(row, false);
  world.say("HQ moves officers from " + from + " to " + to);
  return there.headquarters().publish_table("officer", csv);
}

}  // namespace

void move_officers(World& world) {
  on_disks_of(world, {world.headquarters.get()}, [&] {
    auto done = world.headquarters->replica().transact(
        [&] { return publish_move(world); });
    if (done) world.count("officers moved");
    if (!done) world.say("not published: " + done.error().what.id);
  });
}

void publish_something(World& world) {
  const bool form = world.dice.chance(40);
  on_disks_of(world, {world.headquarters.get()}, [&] {
    auto done = world.headquarters->replica().transact(
        [&] { return form ? publish_form(world) : publish_table(world); });
    if (done) world.count(form ? "form published" : "table published");
    if (!done) world.say("not published: " + done.error().what.id);
  });
}

}  // namespace relais::simulation
