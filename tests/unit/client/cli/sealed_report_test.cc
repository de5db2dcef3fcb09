#include "client/cli/sealed_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/sealed/envelope.h"

namespace relais::cli {
namespace {

using testing::ElementsAre;

/// As `relais-hq` seals an answer, for whoever holds a code.
sync::Bytes answer(const sync::Bytes& to, const sync::Bytes& tag,
                   const std::string& text) {
  proto::SealedReport one;
  one.set_kind(proto::SEALED_KIND_REPLY);
  one.set_tag(tag);
  if (!text.empty()) one.add_answer()->set_text(text);
  sync::SystemRandom random;
  return sync::seal_report(one, {to}, random)->front();
}

TEST(RepliesFor, AreThoseOfTheCodeAlone) {
  sync::SystemRandom random;
  const sync::ReportKey mine{random.bytes(16), sync::make_box_key(random), {}};
  const sync::ReportKey other{random.bytes(16), sync::make_box_key(random), {}};
  const auto& key = mine.reply.public_key;
  const sync::Bytes all = answer(key, mine.tag, "Nous vous avons lu.") +
                          answer(other.reply.public_key, other.tag, "autre") +
                          answer(key, other.tag, "autre dossier") +
                          answer(key, mine.tag, "") + sync::make_filler(random);
  EXPECT_THAT(replies_for(mine, all), ElementsAre("Nous vous avons lu."));
}

}  // namespace
}  // namespace relais::cli
