#include "sync/journal/wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>
#include <vector>

#include "sync/limits.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Damaged bytes are a Result of ours, not a line on somebody's terminal.
void silence_protobuf() {
  static const bool done = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  static_cast<void>(done);
}

std::vector<const FieldDescriptor*> set_fields(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

int count(const Message& message, const FieldDescriptor* field) {
  return field->is_repeated()
             ? message.GetReflection()->FieldSize(message, field)
             : 1;
}

const Message& child(const Message& message, const FieldDescriptor* field,
                     int index) {
  const Reflection* reflection = message.GetReflection();
  return field->is_repeated()
             ? reflection->GetRepeatedMessage(message, field, index)
             : reflection->GetMessage(message, field);
}

std::string text_of(const Message& message, const FieldDescriptor* field,
                    int index) {
  const Reflection* reflection = message.GetReflection();
  return field->is_repeated()
             ? reflection->GetRepeatedString(message, field, index)
             : reflection->GetString(message, field);
}

/// What people write in paragraphs; everything else is a name or a line.
bool may_have_lines(const FieldDescriptor* field) {
  const std::string& name = field->full_name();
  return name == "relais.proto.Value.text" ||
         name == "relais.proto.ActBody.reason" ||
         name == "relais.proto.ActMeta.basis" ||
         name == "relais.proto.EntryBody.notice";
}

bool is_clean(const FieldDescriptor* field, std::string_view text) {
  if (!may_have_lines(field) && text.find('\n') != std::string_view::npos) {
    return false;
  }
  return is_clean_text(text);
}

std::string step(const FieldDescriptor* field, int index) {
  if (!field->is_repeated()) return field->name();
  return field->name() + "[" + std::to_string(index) + "]";
}

/// The unclean text at or below one element of a field.
std::optional<std::string> unclean_at(const Message& message,
                                      const FieldDescriptor* field, int index) {
  if (field->type() == FieldDescriptor::TYPE_STRING) {
    if (is_clean(field, text_of(message, field, index))) return std::nullopt;
    return step(field, index);
  }
  if (field->type() != FieldDescriptor::TYPE_MESSAGE) return std::nullopt;
  const auto below = unclean_text(child(message, field, index));
  if (!below) return std::nullopt;
  return step(field, index) + "." + *below;
}

}  // namespace

Bytes serialise(const google::protobuf::MessageLite& message) {
  Bytes out;
  google::protobuf::io::StringOutputStream stream(&out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return out;
}

bool parse(std::string_view bytes, google::protobuf::MessageLite& message) {
  silence_protobuf();
  if (bytes.size() > std::numeric_limits<int>::max()) return false;
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const std::uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(limits::proto_depth_max);
  return message.ParseFromCodedStream(&stream) &&
         stream.ConsumedEntireMessage();
}

bool has_unknown(const Message& message) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) return true;
  for (const FieldDescriptor* field : set_fields(message)) {
    if (field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    for (int i = 0; i < count(message, field); ++i) {
      if (has_unknown(child(message, field, i))) return true;
    }
  }
  return false;
}

std::optional<std::string> unclean_text(const Message& message) {
  for (const FieldDescriptor* field : set_fields(message)) {
    for (int i = 0; i < count(message, field); ++i) {
      if (auto path = unclean_at(message, field, i)) return path;
    }
  }
  return std::nullopt;
}

void put_dot(const Dot& dot, const JournalId& own, proto::Dot& out) {
  if (dot.journal != own) out.set_journal(Bytes(dot.journal.view()));
  out.set_position(dot.position);
}

std::optional<Dot> get_dot(const proto::Dot& dot, const JournalId& own) {
  if (dot.position() == 0) return std::nullopt;
  if (dot.journal().empty()) return Dot{own, dot.position()};
  const auto journal = JournalId::from_bytes(dot.journal());
  if (!journal || *journal == own) return std::nullopt;
  return Dot{*journal, dot.position()};
}

void put_dot(const Dot& dot, proto::Dot& out) {
  out.set_journal(Bytes(dot.journal.view()));
  out.set_position(dot.position);
}

std::optional<Dot> get_dot(const proto::Dot& dot) {
  const auto journal = JournalId::from_bytes(dot.journal());
  if (!journal || dot.position() == 0) return std::nullopt;
  return Dot{*journal, dot.position()};
}

FramedLength read_length(std::string_view bytes) {
  constexpr std::size_t bytes_max = 5;
  FramedLength read;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < bytes.size() && i < bytes_max; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    length |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    const bool padded = i > 0 && byte == 0;
    const bool whole = !padded && length <= UINT32_MAX;
    read.state = whole ? FramedLength::State::whole : FramedLength::State::bad;
    read.length = static_cast<std::size_t>(length);
    read.bytes = i + 1;
    return read;
  }
  if (bytes.size() >= bytes_max) read.state = FramedLength::State::bad;
  return read;
}

void put_length(Bytes& out, std::size_t length) {
  for (; length >= 0x80; length >>= 7) {
    out += static_cast<char>(static_cast<std::uint8_t>(length | 0x80));
  }
  out += static_cast<char>(static_cast<std::uint8_t>(length));
}

}  // namespace relais::sync
