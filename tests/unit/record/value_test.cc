#include "sync/record/value.h"

#include <gtest/gtest.h>

#include "sync/record/change.h"

namespace relais::sync {
namespace {

Value over_the_wire(const Value& value) {
  proto::Value wire;
  to_proto(value, wire);
  proto::Value read;
  read.ParseFromString(wire.SerializeAsString());
  return from_proto(read).value();
}

TEST(Value, ComesBackFromTheWireAsItWas) {
  Hash hash;
  hash.bytes[3] = 7;
  const Row row{{"status", Value(Code{"present"})},
                {"minutes", Value(std::int64_t{-30})}};
  for (const Value& value :
       {Value(), Value(std::string("Diboli, été")), Value(std::int64_t{-5}),
        Value(Decimal{-12345, 2}), Value(true), Value(Date{-1}),
        Value(Instant{-1}), Value(Code{"bribe"}), Value(RecordId{{1, 2, 3}}),
        Value(Blob{hash, 77, "photo.jpg"}), Value(row), Value(Row{})}) {
    EXPECT_EQ(over_the_wire(value), value) << plain_text(value);
  }
}

TEST(Value, LeavesTheEmptyColumnsOfARowOut) {
  const Value row(Row{{"a", Value()}, {"b", Value(true)}});

  EXPECT_EQ(over_the_wire(row), Value(Row{{"b", Value(true)}}));
}

TEST(Value, OfAKindThatIsNotKnownNeedsANewerVersion) {
  proto::Value wire;
  wire.ParseFromString(std::string("\xfa\x01\x01x", 4));  // field 31
  EXPECT_EQ(from_proto(wire).error().code, Errc::version);

  proto::Value code;
  code.mutable_code()->set_table("post");
  EXPECT_EQ(from_proto(code).error().code, Errc::version);
}

TEST(Value, OfAWrongShapeIsRefused) {
  proto::Value record;
  record.set_record("short");
  EXPECT_EQ(from_proto(record).error().code, Errc::wire_format);

  proto::Value decimal;
  decimal.mutable_decimal()->set_scale(10);
  EXPECT_EQ(from_proto(decimal).error().code, Errc::wire_format);

  proto::Value twice;
  for (int i = 0; i < 2; ++i) {
    proto::Cell& cell = *twice.mutable_row()->add_cell();
    cell.set_column("a");
    cell.mutable_value()->set_integer(i);
  }
  EXPECT_EQ(from_proto(twice).error().code, Errc::wire_format);

  proto::Value nested;
  nested.mutable_row()->add_cell()->mutable_value()->mutable_row();
  EXPECT_EQ(from_proto(nested).error().code, Errc::wire_format);
}

TEST(Dates, AreReadAndWrittenAlike) {
  for (const char* text : {"1970-01-01", "1969-12-31", "2000-02-29",
                           "2026-05-12", "0001-01-01", "9999-12-31"}) {
    const auto date = date_from_text(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(to_text(*date), text);
  }
  EXPECT_EQ(date_from_text("2026-05-12")->days, 20585);
}

TEST(Dates, ThatDoNotExistAreRefused) {
  for (const char* text : {"2026-02-29", "2026-13-01", "2026-00-10",
                           "2026-04-31", "2026-1-1", "12/05/2026", ""}) {
    EXPECT_FALSE(date_from_text(text)) << text;
  }
}

TEST(Instants, AreReadAndWrittenAlike) {
  for (const char* text : {"2026-05-12T06:10:00Z", "1969-12-31T23:59:59Z",
                           "2026-05-12T06:10:00.250Z"}) {
    const auto instant = instant_from_text(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(to_text(*instant), text);
  }
  EXPECT_FALSE(instant_from_text("2026-05-12T24:00:00Z"));
  EXPECT_FALSE(instant_from_text("2026-05-12T06:10:00"));
}

TEST(Decimals, AreWrittenWithTheirScale) {
  EXPECT_EQ(to_text(Decimal{5, 0}), "5");
  EXPECT_EQ(to_text(Decimal{-5, 2}), "-0.05");
  EXPECT_EQ(to_text(Decimal{1250, 2}), "12.50");
  EXPECT_EQ(to_text(Decimal{INT64_MIN, 18}), "-9.223372036854775808");
}

TEST(PlainText, IsWhatGoesUnderTheHashOfAKeyedRecord) {
  EXPECT_EQ(plain_text(Value(std::int64_t{7})), "7");
  EXPECT_EQ(plain_text(Value(true)), "true");
  EXPECT_EQ(plain_text(Value(Code{"924-31.C"})), "924-31.C");
  EXPECT_EQ(plain_text(Value(Date{0})), "1970-01-01");
  EXPECT_EQ(plain_text(Value(RecordId{})), std::string(32, '0'));
  EXPECT_EQ(plain_text(Value(Instant{0})), "1970-01-01T00:00:00Z");
  EXPECT_EQ(plain_text(Value(Blob{Hash{}, 3, "a.pdf"})), std::string(64, '0'));
  for (const Value& no_text :
       {Value(Erased{}), Value(Sealed{"bytes"}), Value(Row{})}) {
    EXPECT_EQ(plain_text(no_text), "");
  }
}

TEST(Dot, IsReadAsItIsWritten) {
  const Dot dot{JournalId{{0xa1, 0xff}}, 3};

  EXPECT_EQ(to_text(dot), "a1ff" + std::string(28, '0') + ".3");
  EXPECT_EQ(dot_from_text(to_text(dot)), dot);
  for (const char* text : {"", ".", "a1.3", "a1", "zz.1"}) {
    EXPECT_FALSE(dot_from_text(text)) << text;
  }
  EXPECT_FALSE(dot_from_text(to_text(dot) + "x"));
}

TEST(Address, SplitsNothingThatItDoesNotHave) {
  EXPECT_EQ(to_text(Address{"goods", "r1", "bags"}), "goods/r1/bags");
  EXPECT_EQ(to_text(Address{"goods", "r1", {}}), "goods/r1");
  EXPECT_EQ(to_text(Address{"goods", {}, {}}), "goods");
}

}  // namespace
}  // namespace relais::sync
