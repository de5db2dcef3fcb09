#include "sync/journal/entry.h"

#include "sync/crypto.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

constexpr std::string_view journal_context = "relais/journal/1";

tl::unexpected<Error> bad_header(std::string_view field) {
  return fail(Errc::wire_format,
              "The head of a journal is damaged at \"{0}\". Ask for the packet "
              "again.",
              {std::string(field)});
}

bool is_lane(Lane lane) {
  return proto::Lane_IsValid(lane) && lane != proto::LANE_UNSPECIFIED;
}

/// Fills the optional members; names the first that is wrong.
const char* read_past(const proto::JournalHeader& message, Header& header) {
  if (!message.predecessor().empty()) {
    header.predecessor = JournalId::from_bytes(message.predecessor());
    if (!header.predecessor) return "predecessor";
    const auto head = Hash::from_bytes(message.predecessor_head());
    if (!head) return "predecessor_head";
    header.predecessor_head = *head;
    header.predecessor_position = message.predecessor_position();
  }
  if (header.predecessor == header.journal) return "predecessor";
  if (message.reader().empty()) {
    return header.lane == proto::LANE_FEED ? "reader" : nullptr;
  }
  header.reader = DeviceId::from_bytes(message.reader());
  if (!header.reader || header.lane != proto::LANE_FEED) return "reader";
  return nullptr;
}

template <class M>
Result<M> read_message(std::string_view bytes, std::string_view what) {
  if (bytes.size() >
      limits::entry_bytes_max + limits::feed_reference_bytes_extra) {
    return fail(Errc::over_limit,
                "An entry of a journal is larger than {0} bytes. It was "
                "refused; have it sent again by an unaltered program.",
                {std::to_string(limits::entry_bytes_max)});
  }
  M message;
  if (!parse(bytes, message)) {
    return fail(Errc::wire_format,
                "An entry of a journal cannot be read: its {0} is damaged. "
                "Ask for it again.",
                {std::string(what)});
  }
  return message;
}

}  // namespace

Bytes encode_header(const Header& header) {
  proto::JournalHeader message;
  message.set_device(Bytes(header.device.view()));
  message.set_journal(Bytes(header.journal.view()));
  message.set_lane(header.lane);
  if (header.predecessor) {
    message.set_predecessor(Bytes(header.predecessor->view()));
    message.set_predecessor_position(header.predecessor_position);
    message.set_predecessor_head(Bytes(header.predecessor_head.view()));
  }
  if (header.reader) message.set_reader(Bytes(header.reader->view()));
  return serialise(message);
}

Result<Header> decode_header(std::string_view bytes) {
  proto::JournalHeader message;
  if (!parse(bytes, message)) return bad_header("header");
  const auto device = DeviceId::from_bytes(message.device());
  const auto journal = JournalId::from_bytes(message.journal());
  if (!device) return bad_header("device");
  if (!journal) return bad_header("journal");
  if (!is_lane(message.lane())) return bad_header("lane");
  Header header;
  header.device = *device;
  header.journal = *journal;
  header.lane = message.lane();
  if (const char* wrong = read_past(message, header)) return bad_header(wrong);
  // One header has one form, or a clone could hide behind a second one.
  if (encode_header(header) != bytes) return bad_header("header");
  return header;
}

Hash first_head(std::string_view header) {
  return hash({journal_context, header});
}

Bytes salt_of(std::string_view seed, std::uint64_t position) {
  Bytes number;
  put_u64(number, position);
  const auto salt = keyed_hash128(seed, number);
  return {salt.begin(), salt.end()};
}

Hash body_hash(std::string_view salt, std::string_view body) {
  return hash({salt, body});
}

Hash leaf_of(std::string_view meta, const Hash& body_hash) {
  return hash({meta, body_hash.view()});
}

Hash next_head(const Hash& head, const Hash& leaf) {
  return hash({head.view(), leaf.view()});
}

Bytes encode(const proto::EntryMeta& meta) {
  return serialise(meta);
}
Bytes encode(const proto::EntryBody& body) {
  return serialise(body);
}

Result<proto::EntryMeta> decode_meta(std::string_view bytes) {
  return read_message<proto::EntryMeta>(bytes, "meta");
}

Result<proto::EntryBody> decode_body(std::string_view bytes) {
  return read_message<proto::EntryBody>(bytes, "body");
}

}  // namespace relais::sync
