#include "sync/replica/publications.h"

#include <gtest/gtest.h>

#include "tests/support/field.h"
#include "tests/support/published.h"

namespace relais {
namespace {

std::string incident_form() {
  return test::file_text(std::string(RELAIS_SOURCE_DIR) +
                         "/proto/forms/incident.textproto");
}

TEST(PublicationShelf, ForgetsWhatARolledBackTransactionPublished) {
  test::TemporaryFolder folder;
  test::Node node(folder / "hq.db");
  sync::Headquarters& there = node.headquarters();

  auto failed = node.replica().transact([&]() -> sync::Result<> {
    EXPECT_TRUE(there.new_epoch());
    EXPECT_TRUE(there.publish_form(incident_form()));
    EXPECT_NE(node.replica().publications().newest_form("incident"), nullptr);
    return sync::fail(sync::Errc::denied, "no");
  });

  EXPECT_FALSE(failed);
  EXPECT_EQ(node.replica().publications().newest_form("incident"), nullptr);
}

TEST(PublicationShelf, ReadsAFileOnceForAllThatShareIt) {
  test::TemporaryFolder folder;
  sync::ParsedFiles files;
  sync::StoredDocument form;
  form.kind = proto::DOCUMENT_KIND_FORM;
  form.name = "incident";
  form.version = test::published_form("incident")->version().number;
  form.bytes = incident_form();
  form.hash = sync::hash({form.bytes});
  std::vector<std::shared_ptr<const sync::Form>> read;

  for (const char* name : {"a.db", "b.db"}) {
    auto store = sync::SqliteStore::open(folder / name, {}).value();
    sync::PublicationShelf shelf(*store, &files);
    ASSERT_TRUE(store->begin());
    ASSERT_TRUE(shelf.add(form));
    ASSERT_TRUE(store->commit());
    read.push_back(shelf.newest_form("incident"));
  }

  ASSERT_NE(read[0], nullptr);
  EXPECT_EQ(read[0], read[1]);
}

}  // namespace
}  // namespace relais
