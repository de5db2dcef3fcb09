#include "sync/sealed/value.h"

#include <gtest/gtest.h>

#include "sync/record/value_text.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

constexpr const char* words = "TRAORÉ Awa, Diboli";

proto::Recipient reader_of(const KeyPair& key) {
  proto::Recipient reader;
  reader.set_key(key.public_key);
  return reader;
}

TEST(SealedValue, IsReadByEachOfItsReadersAndByNobodyElse) {
  SystemRandom random;
  const KeyPair first = make_box_key(random);
  const KeyPair second = make_box_key(random);
  const auto sealed =
      seal_value({reader_of(first), reader_of(second)}, words, random);

  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->find("Awa"), Bytes::npos);
  EXPECT_EQ(open_value(first, *sealed).value(), words);
  EXPECT_EQ(open_value(second, *sealed).value(), words);
  EXPECT_FALSE(open_value(make_box_key(random), *sealed));
  EXPECT_FALSE(open_value(first, "no sealed value"));
}

TEST(SealedValue, IsNotMadeForAKeyThatIsNone) {
  SystemRandom random;
  proto::Recipient broken;
  broken.set_key("short");
  EXPECT_FALSE(seal_value({broken}, words, random));
}

/// What `relais-hq unseal` writes is taken; what anybody types there is not.
TEST(SealedValue, IsTakenAsItWasSealedAndNeverTyped) {
  SystemRandom random;
  const auto form = test::published_form("incident");
  const proto::Field& field = *form->field("reporter_identity");
  const auto sealed =
      seal_value({reader_of(make_box_key(random))}, words, random).value();
  const Tables none;

  EXPECT_EQ(value_from_text(*form, field, to_hex(sealed), none).value(),
            Value(Sealed{sealed}));
  EXPECT_FALSE(value_from_text(*form, field, words, none));
  EXPECT_FALSE(value_from_text(*form, field, "00", none));
}

}  // namespace
}  // namespace relais::sync
