#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sync/journal/wire.h"
#include "sync/unicode.h"

// libFuzzer's own: changes bytes towards what it has seen compared.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size,
                                        std::size_t size_max);

namespace relais::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// One field of one message of the tree, set or not.
struct Slot {
  Message* message;
  const FieldDescriptor* field;

  const Reflection& reflection() const { return *message->GetReflection(); }
  int count() const {
    if (field->is_repeated()) return reflection().FieldSize(*message, field);
    return reflection().HasField(*message, field) ? 1 : 0;
  }
};

using Dice = std::minstd_rand;

std::size_t below(Dice& dice, std::size_t bound) {
  return bound == 0 ? 0 : dice() % bound;
}

void collect(Message& message, int depth, std::vector<Slot>& out) {
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const Slot slot{&message, descriptor->field(i)};
    out.push_back(slot);
    const bool deeper =
        slot.field->type() == FieldDescriptor::TYPE_MESSAGE && depth > 0;
    if (!deeper) continue;
    for (int n = 0; n < slot.count(); ++n) {
      Message* child =
          slot.field->is_repeated()
              ? slot.reflection().MutableRepeatedMessage(&message, slot.field,
                                                         n)
              : slot.reflection().MutableMessage(&message, slot.field);
      collect(*child, depth - 1, out);
    }
  }
}

std::vector<Slot> slots_of(Message& message) {
  constexpr int depth = 12;
  std::vector<Slot> slots;
  collect(message, depth, slots);
  return slots;
}

std::uint64_t number(Dice& dice, std::uint64_t now) {
  switch (below(dice, 5)) {
    case 0:
      return now + 1;
    case 1:
      return now - 1;
    case 2:
      return below(dice, 20);
    case 3:
      return std::uint64_t{1} << below(dice, 64);
    default:
      return std::numeric_limits<std::uint64_t>::max() >> below(dice, 64);
  }
}

std::string text(Dice& dice, const FieldDescriptor& field, std::string now) {
  constexpr std::size_t longest = 4096;
  if (below(dice, 8) == 0) return {};
  const std::size_t size = now.size();
  now.resize(size + 1 + below(dice, 64));
  if (now.size() > longest) now.resize(longest);
  now.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(now.data()),
                              std::min(size, now.size()), now.size()));
  // What is no UTF-8 does not even parse: raw bytes are for that.
  const bool is_text = field.type() == FieldDescriptor::TYPE_STRING;
  return is_text && !sync::is_utf8(now) ? std::string("x") : now;
}

/// Gives one element (of a list: `index`) another value.
void set(const Slot& slot, int index, Dice& dice) {
  Message* message = slot.message;
  const FieldDescriptor* field = slot.field;
  const Reflection& reflection = slot.reflection();
  const bool list = field->is_repeated();
#define RELAIS_FUZZ_SET(CASE, Name, Type)                                 \
  case FieldDescriptor::CASE: {                                           \
    const auto now =                                                      \
        list ? reflection.GetRepeated##Name(*message, field, index)       \
             : reflection.Get##Name(*message, field);                     \
    const auto next =                                                     \
        static_cast<Type>(number(dice, static_cast<std::uint64_t>(now))); \
    if (list)                                                             \
      return reflection.SetRepeated##Name(message, field, index, next);   \
    return reflection.Set##Name(message, field, next);                    \
  }
  switch (field->cpp_type()) {
    RELAIS_FUZZ_SET(CPPTYPE_INT32, Int32, std::int32_t)
    RELAIS_FUZZ_SET(CPPTYPE_INT64, Int64, std::int64_t)
    RELAIS_FUZZ_SET(CPPTYPE_UINT32, UInt32, std::uint32_t)
    RELAIS_FUZZ_SET(CPPTYPE_UINT64, UInt64, std::uint64_t)
    RELAIS_FUZZ_SET(CPPTYPE_FLOAT, Float, float)
    RELAIS_FUZZ_SET(CPPTYPE_DOUBLE, Double, double)
    RELAIS_FUZZ_SET(CPPTYPE_BOOL, Bool, bool)
    RELAIS_FUZZ_SET(CPPTYPE_ENUM, EnumValue, int)
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string next =
          text(dice, *field,
               list ? reflection.GetRepeatedString(*message, field, index)
                    : reflection.GetString(*message, field));
      if (list) {
        return reflection.SetRepeatedString(message, field, index,
                                            std::move(next));
      }
      return reflection.SetString(message, field, std::move(next));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!list) reflection.MutableMessage(message, field);
      return;
  }
#undef RELAIS_FUZZ_SET
}

/// A copy of another element is likelier to mean something than nothing is.
void add_message(const Slot& slot, Dice& dice) {
  const auto before = static_cast<std::size_t>(slot.count());
  Message* made = slot.reflection().AddMessage(slot.message, slot.field);
  if (before == 0 || below(dice, 4) == 0) return;
  made->CopyFrom(slot.reflection().GetRepeatedMessage(
      *slot.message, slot.field, static_cast<int>(below(dice, before))));
}

void add(const Slot& slot, Dice& dice) {
  const auto type = slot.field->cpp_type();
  if (type == FieldDescriptor::CPPTYPE_MESSAGE) return add_message(slot, dice);
  if (type == FieldDescriptor::CPPTYPE_STRING) {
    slot.reflection().AddString(slot.message, slot.field, "");
  } else if (type == FieldDescriptor::CPPTYPE_UINT32) {
    slot.reflection().AddUInt32(slot.message, slot.field, 0);
  } else {
    return;  // no list of others here
  }
  set(slot, slot.count() - 1, dice);
}

void change_list(const Slot& slot, Dice& dice) {
  const int count = slot.count();
  const auto any = [&] {
    return static_cast<int>(below(dice, static_cast<std::size_t>(count)));
  };
  const std::size_t choice = count == 0 ? 0 : below(dice, 4);
  if (choice == 0) return add(slot, dice);
  if (choice == 1) return set(slot, any(), dice);
  slot.reflection().SwapElements(slot.message, slot.field, any(),
                                 choice == 2 ? any() : count - 1);
  if (choice == 3) slot.reflection().RemoveLast(slot.message, slot.field);
}

void change(Message& message, Dice& dice) {
  const auto slots = slots_of(message);
  // Fields that are set are few, and where it matters.
  Slot slot = slots[below(dice, slots.size())];
  for (int tries = 0; tries < 4 && slot.count() == 0; ++tries) {
    slot = slots[below(dice, slots.size())];
  }
  if (slot.field->is_map()) return;
  if (slot.field->is_repeated()) return change_list(slot, dice);
  const bool clear = slot.count() > 0 && below(dice, 6) == 0;
  if (clear) return slot.reflection().ClearField(slot.message, slot.field);
  set(slot, 0, dice);
}

/// The size; 0 when it does not fit.
std::size_t write(const Message& message, std::uint8_t* out,
                  std::size_t size_max) {
  const sync::Bytes bytes = sync::serialise(message);
  if (bytes.size() > size_max) return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace

std::size_t mutate_bytes(std::uint8_t* bytes, std::size_t size,
                         std::size_t size_max) {
  return LLVMFuzzerMutate(bytes, size, size_max);
}

std::size_t mutate(Message& message, std::uint8_t* bytes, std::size_t size,
                   std::size_t size_max, unsigned seed) {
  Dice dice(seed);
  if (!sync::parse({reinterpret_cast<const char*>(bytes), size}, message)) {
    message.Clear();
  }
  for (std::size_t times = 1 + below(dice, 4); times > 0; --times) {
    change(message, dice);
  }
  const std::size_t written = write(message, bytes, size_max);
  return written > 0 ? written : LLVMFuzzerMutate(bytes, size, size_max);
}

std::size_t cross(Message& message, std::string_view one, Message& from,
                  std::string_view other, std::span<std::uint8_t> out,
                  unsigned seed) {
  Dice dice(seed);
  if (!sync::parse(one, message) || !sync::parse(other, from)) return 0;
  std::vector<Slot> there;
  for (const Slot& slot : slots_of(from)) {
    if (slot.count() > 0) there.push_back(slot);
  }
  if (there.empty()) return 0;
  const Slot given = there[below(dice, there.size())];
  std::vector<Slot> here;
  for (const Slot& slot : slots_of(message)) {
    if (slot.field == given.field) here.push_back(slot);
  }
  if (here.empty()) return 0;
  const Slot taken = here[below(dice, here.size())];
  // A message with that one field, laid over the one that is here.
  const std::unique_ptr<Message> only(given.message->New());
  only->CopyFrom(*given.message);
  std::vector<const FieldDescriptor*> set;
  only->GetReflection()->ListFields(*only, &set);
  for (const FieldDescriptor* field : set) {
    if (field != given.field)
      only->GetReflection()->ClearField(only.get(), field);
  }
  if (!taken.field->is_repeated()) {
    taken.reflection().ClearField(taken.message, taken.field);
  }
  taken.message->MergeFrom(*only);
  return write(message, out.data(), out.size());
}

}  // namespace relais::fuzz
