#include "sync/sealed/recipients.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

class RecipientsDocument : public testing::Test {
 protected:
  RecipientsDocument() {
    all_.set_version(1);
    all_.set_threshold(2);
    all_.set_bodies_min(2);
    add("integrity", "BACI", "M-10001");
    add("inspectorate", "INSPECTION", "M-10002");
    add("ministry", "MINISTERE", "");
    for (int i = 0; i < 3; ++i) {
      signers_.push_back(make_signing_key(random_));
      auto* signer = all_.add_signer();
      signer->set_id("signer" + std::to_string(i));
      signer->set_key(signers_.back().public_key);
    }
  }

  void add(const char* id, const char* body, const char* reader) {
    auto* one = all_.add_recipient();
    one->set_id(id);
    one->set_body(body);
    one->set_key(make_box_key(random_).public_key);
    if (*reader != '\0') one->add_reader(reader);
  }

  proto::SignedRecipients signed_by(const std::vector<int>& who) {
    proto::SignedRecipients document;
    document.set_recipients(all_.SerializeAsString());
    for (const int one : who) {
      add_signature(document, signers_.at(static_cast<std::size_t>(one)));
    }
    return document;
  }

  SystemRandom random_;
  proto::Recipients all_;
  std::vector<KeyPair> signers_;
};

TEST_F(RecipientsDocument, IsTakenWithTwoSignaturesOfThree) {
  EXPECT_TRUE(may_follow(signed_by({0, 2}), nullptr));
  EXPECT_TRUE(may_follow(signed_by({0, 1, 2}), nullptr));
  EXPECT_EQ(may_follow(signed_by({1}), nullptr).error().code, Errc::denied);
  EXPECT_EQ(may_follow(signed_by({1, 1}), nullptr).error().code, Errc::denied);
  EXPECT_EQ(may_follow(signed_by({}), nullptr).error().code, Errc::denied);
}

TEST_F(RecipientsDocument, WithTwiceOneSignatureHasOne) {
  auto document = signed_by({1});
  *document.add_signature() = document.signature(0);
  EXPECT_FALSE(may_follow(document, nullptr));
}

TEST_F(RecipientsDocument, IsSignedByThoseOfTheVersionBefore) {
  const auto first = signed_by({0, 1});
  all_.set_version(2);
  EXPECT_TRUE(may_follow(signed_by({1, 2}), &first));
  // Others put themselves in their place, and sign for one another.
  const auto old = signers_;
  for (int i = 0; i < 3; ++i) {
    signers_[static_cast<std::size_t>(i)] = make_signing_key(random_);
    all_.mutable_signer(i)->set_key(
        signers_[static_cast<std::size_t>(i)].public_key);
  }
  EXPECT_FALSE(may_follow(signed_by({0, 1, 2}), &first));
  signers_ = old;
  EXPECT_TRUE(may_follow(signed_by({0, 1}), &first));
}

TEST_F(RecipientsDocument, NeverGoesBack) {
  const auto first = signed_by({0, 1});
  all_.set_version(2);
  const auto second = signed_by({0, 1});
  EXPECT_EQ(may_follow(first, &second).error().code, Errc::denied);
  EXPECT_TRUE(may_follow(second, &second));
  all_.mutable_recipient(0)->set_key(make_box_key(random_).public_key);
  EXPECT_FALSE(may_follow(signed_by({0, 1}), &second));
}

TEST_F(RecipientsDocument, WithAByteTurnedIsRefused) {
  auto document = signed_by({0, 1});
  const auto& key = all_.recipient(0).key();
  const auto at = document.recipients().find(key);
  (*document.mutable_recipients())[at] ^= 1;
  EXPECT_FALSE(may_follow(document, nullptr));
}

TEST_F(RecipientsDocument, NamesTwoBodiesAtLeast) {
  all_.mutable_recipient()->DeleteSubrange(1, 2);
  EXPECT_FALSE(may_follow(signed_by({0, 1}), nullptr));
  add("second", "BACI", "");  // of the same body
  EXPECT_FALSE(may_follow(signed_by({0, 1}), nullptr));
}

TEST_F(RecipientsDocument, HasNoMoreReadersThanAnEnvelopeAndSignersEnough) {
  const proto::Recipients fine = all_;
  all_.set_threshold(4);
  EXPECT_FALSE(may_follow(signed_by({0, 1, 2}), nullptr));
  all_ = fine;
  for (int i = 0; i < 6; ++i) add(std::to_string(i).c_str(), "BACI", "");
  EXPECT_FALSE(may_follow(signed_by({0, 1}), nullptr));
  all_.mutable_recipient()->RemoveLast();
  EXPECT_TRUE(may_follow(signed_by({0, 1}), nullptr));
}

TEST_F(RecipientsDocument, LeavesOutWhoReadsWithTheAccused) {
  const auto readers = readers_without(all_, {"M-10001"});
  ASSERT_TRUE(readers);
  ASSERT_EQ(readers->size(), 2u);
  EXPECT_EQ(readers->front().id(), "inspectorate");
  EXPECT_EQ(readers_without(all_, {})->size(), 3u);
  EXPECT_EQ(readers_without(all_, {"M-10001", "M-10002"}).error().code,
            Errc::denied);
}

}  // namespace
}  // namespace relais::sync
