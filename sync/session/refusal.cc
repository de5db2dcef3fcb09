#include "sync/session/refusal.h"

#include "sync/utf8.h"

namespace relais::sync {

proto::Refusal to_refusal(const Sentence& why) {
  proto::Refusal refusal;
  refusal.set_code(why.id);
  for (const std::string& argument : why.arguments) {
    refusal.add_argument(as_utf8(argument));
  }
  return refusal;
}

Sentence from_refusal(const proto::Refusal& refusal) {
  return {refusal.code(),
          {refusal.argument().begin(), refusal.argument().end()}};
}

}  // namespace relais::sync
