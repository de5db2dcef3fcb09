#include "sync/text/sentence.h"

#include "sync/utf8.h"

namespace relais::sync {

proto::Sentence to_proto(const Sentence& sentence) {
  proto::Sentence out;
  out.set_id(sentence.id);
  for (const std::string& argument : sentence.arguments) {
    out.add_argument(as_utf8(argument));
  }
  return out;
}

Sentence from_proto(const proto::Sentence& sentence) {
  return {sentence.id(),
          {sentence.argument().begin(), sentence.argument().end()}};
}

}  // namespace relais::sync
