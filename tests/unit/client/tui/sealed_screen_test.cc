#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "sync/replica/draft.h"
#include "sync/replica/typed.h"
#include "sync/sealed/report.h"
#include "tests/unit/client/tui/real_link.h"
#include "tests/unit/client/tui/recipients.h"

namespace relais::tui {
namespace {

using sync::Bytes;
using test::Field;
using test::Node;
using test::Officer;
using Name = Key::Name;

constexpr const char* words = "Canari de l'écran 4417";

/// The verbs of a real machine, and the envelopes that it was given.
class SealedScreen : public testing::Test {
 protected:
  SealedScreen() : dib_(field_.machine("DIB")) {
    keys_ = test::publish_recipients(field_.headquarters());
    field_.sync(dib_);
    officer_.link.takes("report",
                        [this](const std::string& bytes) { given_ += bytes; });
  }

  void begin(const std::string& mode) {
    officer_.function(2);
    officer_.type("incident");
    officer_.enter();
    officer_.type(mode);
    officer_.enter();
  }
  /// Category, place, severity, danger, nobody accused.
  void answer() {
    for (const char* choice : {"EXT", "DIB", "S4"}) {
      officer_.enter();
      officer_.type(choice);
      officer_.enter();
    }
    officer_.type("n");
    officer_.press(Name::down);
  }
  void write(const std::string& text) {
    ASSERT_TRUE(officer_.go_to(" *Narrative")) << officer_.screen();
    officer_.type(text);
    officer_.press(Name::tab);
  }
  std::string code() {
    const std::string shown = officer_.screen();
    std::smatch found;
    const std::regex digits(R"((\d{4}) (\d{4}) (\d{4}) (\d{4}))");
    return std::regex_search(shown, found, digits) ? found.str() : "";
  }
  std::vector<sync::OpenedReport> opened(std::size_t body) {
    std::vector<Bytes> envelopes;
    for (std::size_t at = 0; at < given_.size(); at += 4096) {
      envelopes.push_back(given_.substr(at, 4096));
    }
    std::size_t waiting = 0;
    return sync::open_reports(keys_[body], envelopes, waiting);
  }

  std::vector<sync::KeyPair> keys_;
  Field field_;
  Node& dib_;
  Officer officer_{dib_, test::officer_of_dib};
  std::string given_;
};

TEST_F(SealedScreen, ShowsTheCodeFirstAndSendsWhenItIsWrittenDown) {
  begin("anonymous");
  answer();
  write(words);
  officer_.function(5);
  const std::string shown = code();
  ASSERT_EQ(shown.size(), 19U) << officer_.screen();
  EXPECT_TRUE(given_.empty());

  officer_.function(5);
  officer_.type("0000");
  officer_.enter();
  EXPECT_TRUE(given_.empty());
  EXPECT_EQ(code(), shown) << officer_.screen();

  officer_.function(5);
  officer_.type(shown.substr(15));
  officer_.enter();
  EXPECT_TRUE(officer_.sees("Sealed for")) << officer_.screen();
  const auto all = opened(0);
  ASSERT_EQ(all.size(), 1U);
  const auto& report = all.front().report;
  EXPECT_EQ(report.mode(), "anonymous");
  EXPECT_EQ(report.tag(), sync::key_of_code(shown)->tag);
  EXPECT_EQ(report.recipient_size(), 3);
}

TEST_F(SealedScreen, KeepsNothingOfWhatIsTyped) {
  begin("anonymous");
  answer();
  write(words);
  officer_.pause();
  EXPECT_TRUE(sync::typed_by(dib_.replica(), test::officer_of_dib)->empty());
  EXPECT_TRUE(sync::drafts(dib_.replica())->empty());
  EXPECT_EQ(dib_.disk().find(words), std::string::npos);
}

TEST_F(SealedScreen, LeavesOutTheBodyOfTheAccused) {
  begin("anonymous");
  EXPECT_TRUE(officer_.sees("BACI, Inspection")) << officer_.screen();
  ASSERT_TRUE(officer_.go_to("  Excluded readers")) << officer_.screen();
  officer_.enter();
  const std::regex marked(">.*SANGAR");
  for (int i = 0; i < 60; ++i) {
    if (std::regex_search(officer_.screen(), marked)) break;
    officer_.press(Name::down);
  }
  officer_.type(" ");
  officer_.enter();
  EXPECT_TRUE(officer_.sees("for: Inspection, Cabinet")) << officer_.screen();
}

TEST_F(SealedScreen, AsksTheIdentityOnlyInConfidence) {
  begin("confidential");
  EXPECT_TRUE(officer_.sees("Reporter's identity")) << officer_.screen();
  officer_.press(Name::escape);
  begin("anonymous");
  EXPECT_FALSE(officer_.sees("Reporter's identity")) << officer_.screen();
}

TEST_F(SealedScreen, SaysWhatIsMissingAndSendsNothing) {
  begin("anonymous");
  officer_.function(5);
  EXPECT_TRUE(officer_.sees("this must be filled in")) << officer_.screen();
  EXPECT_EQ(code(), "");
}

/// A report that was begun by name: the draft goes, and the screen says what
/// it cannot promise.
TEST_F(SealedScreen, TakesNothingOverFromANamedReport) {
  officer_.begin("incident");
  ASSERT_TRUE(officer_.go_to(" *Summary")) << officer_.screen();
  officer_.type("Nom de personne ici");
  officer_.enter();
  ASSERT_EQ(sync::drafts(dib_.replica())->size(), 1U);
  officer_.press(Name::up, 40);
  ASSERT_TRUE(officer_.go_to(" *Reporter mode")) << officer_.screen();
  officer_.enter();
  officer_.type("anonymous");
  officer_.enter();
  EXPECT_TRUE(officer_.sees("Traces of it may")) << officer_.screen();
  officer_.function(5);
  EXPECT_TRUE(officer_.sees("Report, sealed")) << officer_.screen();
  EXPECT_FALSE(officer_.sees("Nom de personne")) << officer_.screen();
  EXPECT_TRUE(sync::drafts(dib_.replica())->empty());
}

}  // namespace
}  // namespace relais::tui
