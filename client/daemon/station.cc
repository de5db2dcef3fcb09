#include "client/daemon/station.h"

#include <algorithm>
#include <utility>

#include "client/daemon/caller_streams.h"
#include "client/daemon/device_secret.h"
#include "client/daemon/limits.h"
#include "sync/journal/file.h"
#include "sync/record/access.h"
#include "sync/text/sentence.h"
#include "sync/x509/certificate.h"

namespace relais::client {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::string_view request_fact = "tls.request";
constexpr std::string_view key_fact = "tls.key";
constexpr std::string_view typed_url_fact = "headquarters.typed";
constexpr std::string_view last_try_fact = "sync.last_try";
constexpr std::string_view last_success_fact = "sync.last_success";
constexpr std::string_view last_error_fact = "sync.last_error";
constexpr std::string_view reached_fact = "sync.reached";

Result<proto::Frame> first_frame(std::string_view body) {
  sync::FrameReader reader;
  reader.feed(body);
  auto bytes = reader.next();
  if (!bytes) return fail(bytes.error());
  return *bytes ? sync::decode_frame(**bytes) : Result<proto::Frame>();
}

}  // namespace

std::vector<proto::Refusal> refusals_in(std::string_view body) {
  std::vector<proto::Refusal> refusals;
  sync::FrameReader reader;
  reader.feed(body);
  for (;;) {
    auto bytes = reader.next();
    if (!bytes || !*bytes) return refusals;
    auto frame = sync::decode_frame(**bytes);
    if (frame && frame->has_refusal()) refusals.push_back(frame->refusal());
  }
}

Result<std::unique_ptr<Station>> Station::open(
    const std::filesystem::path& database) {
  sync::start_crypto();
  std::unique_ptr<Station> station(new Station);
  sync::OpenOptions options;
  options.mode = sync::OpenMode::exclusive;
  options.cache_bytes = limits::store_cache_bytes;
  auto store = sync::SqliteStore::open(database, options);
  if (!store) return fail(store.error());
  station->store_ = std::move(*store);
  auto keys = sync::open_machine_keys(*station->store_, station->random_);
  if (!keys) return fail(keys.error());
  auto counted = station->clock_.count_boot(*station->store_);
  if (!counted) return fail(counted.error());
  station->replica_ = std::make_unique<sync::Replica>(
      sync::Machine{station->store_.get(), &station->clock_, &station->random_,
                    std::move(*keys)});
  station->post_ = std::make_unique<sync::Post>(*station->replica_);
  station->people_ = std::make_unique<sync::People>(
      *station->replica_,
      [home = database.parent_path()] { return open_device_secret(home); });
  // What a purge could not take off the disk then; no reason not to open.
  (void)station->replica_->finish_forgetting();
  return station;
}

Result<> Station::open_envelopes(const std::filesystem::path& file) {
  auto opened = Envelopes::open(file, *replica_);
  if (!opened) return fail(opened.error());
  envelopes_ = std::move(*opened);
  return {};
}

Result<sync::Actor> Station::actor_as(const std::string& as) const {
  sync::Actor actor;
  actor.side = proto::SIDE_POST;
  actor.person = sync::service_person;
  if (as.empty()) return actor;
  const auto tables = replica_->publications().newest_tables();
  const sync::Table* officers = tables ? tables->find("officer") : nullptr;
  if (officers == nullptr || officers->find(as) < 0) {
    return fail(Errc::denied,
                "{0} is no officer that this post knows of: check --as, or "
                "sync first",
                {as});
  }
  actor.person = as;
  actor.entered_by = sync::service_person;
  return actor;
}

Result<Waiting> Station::waiting() const {
  auto counts = post_->counts();
  if (!counts) return fail(counts.error());
  Waiting waiting;
  for (const sync::LaneCounts& lane : *counts) {
    waiting.saved += lane.saved;
    waiting.unheld += lane.saved + lane.sent;
    if (lane.lane == proto::LANE_URGENT) waiting.urgent = lane.saved;
  }
  return waiting;
}

Result<std::vector<sync::LaneCounts>> Station::counts_of(
    const std::string& person) {
  return authors_.of(*replica_, person);
}

Result<std::uint64_t> Station::waiting_bytes() {
  return authors_.bytes_not_held(*replica_);
}

std::string Station::keep_reach(std::vector<sync::Reach> reach) {
  if (reach.empty()) return {};
  constexpr std::size_t kept = 16;
  constexpr std::size_t name_bytes = 16;
  if (reach_.size() >= kept) reach_.pop_front();
  const std::string name = sync::to_hex(random_.bytes(name_bytes));
  return reach_.emplace_back(name, std::move(reach)).first;
}

std::vector<sync::Reach> Station::take_reach(const std::string& name) {
  const auto found =
      std::find_if(reach_.begin(), reach_.end(),
                   [&](const auto& one) { return one.first == name; });
  if (found == reach_.end()) return {};
  auto reach = std::move(found->second);
  reach_.erase(found);
  return reach;
}

Result<SyncMemory> Station::memory() const {
  const sync::Store& store = *store_;
  auto tried = sync::number_fact(store, last_try_fact);
  auto succeeded = sync::number_fact(store, last_success_fact);
  auto error = sync::fact(store, last_error_fact);
  auto reached = sync::number_fact(store, reached_fact);
  if (!reached) return fail(reached.error());
  if (!tried) return fail(tried.error());
  if (!succeeded) return fail(succeeded.error());
  if (!error) return fail(error.error());
  SyncMemory memory{*tried, *succeeded, {}, static_cast<Answerer>(*reached)};
  proto::Sentence sentence;
  if (!error->empty() && sentence.ParseFromString(*error)) {
    memory.last_error = sync::from_proto(sentence);
  }
  return memory;
}

Result<> Station::remember(const SyncMemory& memory) {
  return replica_->transact([&]() -> Result<> {
    auto set = sync::set_number_fact(*store_, last_try_fact, memory.last_try);
    if (!set) return set;
    set =
        sync::set_number_fact(*store_, last_success_fact, memory.last_success);
    if (!set) return set;
    set = sync::set_number_fact(*store_, reached_fact,
                                static_cast<std::int64_t>(memory.answerer));
    if (!set) return set;
    const bool failed = !memory.last_error.id.empty();
    return sync::set_fact(
        *store_, last_error_fact,
        failed ? to_proto(memory.last_error).SerializeAsString() : "");
  });
}

Result<Road> Station::road() const {
  auto enrolment = post_->enrolment();
  if (!enrolment) return fail(enrolment.error());
  if (enrolment->post.empty()) {
    return fail(Errc::invalid,
                "This machine is not enrolled: run `relais enrol` first");
  }
  auto key = sync::fact(*store_, key_fact);
  auto typed = sync::fact(*store_, typed_url_fact);
  if (!key || !typed) return fail(key ? typed.error() : key.error());
  Road road;
  road.certified = !enrolment->certificate.empty();
  std::vector<std::string> urls = enrolment->urls;
  // The address that was typed at enrolment worked then.
  if (!typed->empty()) urls.insert(urls.begin(), *typed);
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const auto before = urls.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(urls.begin(), before, urls[i]) != before) continue;
    Peer peer;
    peer.url = urls[i];
    peer.root_der = enrolment->root;
    peer.certificate_der = enrolment->certificate;
    if (road.certified) peer.private_key_pem = *key;
    road.peers.push_back(std::move(peer));
  }
  if (road.peers.empty()) {
    return fail(Errc::offline,
                "Headquarters gave this machine no address: use `relais "
                "packet export`");
  }
  return road;
}

Result<sync::Bytes> Station::request_der() {
  auto known = sync::fact(*store_, request_fact);
  if (!known || !known->empty()) return known;
  auto made = sync::x509::make_request(sync::to_hex(replica_->keys().device));
  if (!made) return fail(made.error());
  auto kept = replica_->transact([&]() -> Result<> {
    auto set = sync::set_fact(*store_, request_fact, made->request_der);
    if (!set) return set;
    return sync::set_fact(*store_, key_fact, made->private_key_pem);
  });
  if (!kept) return fail(kept.error());
  return std::move(made->request_der);
}

Result<std::optional<proto::Join>> Station::join(std::string_view code) {
  auto enrolment = post_->enrolment();
  if (!enrolment) return fail(enrolment.error());
  if (!enrolment->certificate.empty()) return std::optional<proto::Join>();
  auto request = request_der();
  if (!request) return fail(request.error());
  auto join = post_->join(*request, code);
  if (!join) return fail(join.error());
  return std::optional<proto::Join>(std::move(*join));
}

Result<> Station::take_grant(std::string_view body, std::string_view root_der,
                             const std::string& url, std::string_view code) {
  auto frame = first_frame(body);
  if (!frame) return fail(frame.error());
  if (!frame->has_grant()) {
    return fail(Errc::wire_format,
                "What answers at {0} is not a headquarters of Relais", {url});
  }
  const proto::Grant& grant = frame->grant();
  // The address was reached under this root, which the code names.
  if (grant.root() != root_der ||
      !sync::x509::signed_by(grant.certificate(), root_der)) {
    return fail(Errc::denied,
                "The grant is not from our headquarters or not for this "
                "machine: ask for a new code");
  }
  return replica_->transact([&]() -> Result<> {
    auto taken = post_->take_grant(grant, code);
    if (!taken) return taken;
    return sync::set_fact(*store_, typed_url_fact, url);
  });
}

}  // namespace relais::client
