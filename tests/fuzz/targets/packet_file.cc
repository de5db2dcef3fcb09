#include "sync/journal/file.h"
#include "sync/journal/wire.h"
#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

void expect_items_kept(std::string_view bytes) {
  const auto file = sync::decode_file(bytes);
  if (!file) return;
  const auto again = sync::decode_file(sync::encode_file(file->items));
  CHECK(again && again->faults.empty());
  CHECK(sync::encode_file(again->items) == sync::encode_file(file->items));
}

sync::Result<sync::Bytes> certificate_for(std::string_view request,
                                          const sync::DeviceId&) {
  return sync::Bytes(request);
}

}  // namespace

// A file on a stick: as bytes, then with what is in it signed and sealed.
FUZZ_TARGET(packet_file, fuzz::HostileStream) {
  expect_items_kept(input);
  expect_items_kept(sync::Bytes(sync::packet_file_magic) + sync::Bytes(input));
  fuzz::Place& place = fuzz::Place::here();
  fuzz::HostileStream hostile;
  if (!sync::parse(input, hostile)) return;
  const sync::Bytes up = fuzz::file_of(hostile, place.up());
  const sync::Bytes down = fuzz::file_of(hostile, place.down());
  expect_items_kept(up);

  place.restore_after(place.headquarters(), [&] {
    const auto read = sync::read_headquarters_file(
        place.headquarters().headquarters(), up, certificate_for);
    CHECK(read || read.error().code == sync::Errc::denied);
    if (read) CHECK(place.headquarters().replica().verify().value().empty());
  });
  place.restore_after(place.post(), [&] {
    const auto read = sync::read_post_file(place.post().post(), down);
    CHECK(read || read.error().code == sync::Errc::denied);
    CHECK(place.post().replica().verify().value().empty());
  });
}
