#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "client/daemon/gate.h"
#include "client/daemon/link_monitor.h"
#include "client/daemon/station.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

/// One message of the kernel, as bytes.
template <class Body>
std::string message(std::uint16_t type, const Body& body) {
  nlmsghdr head{};
  head.nlmsg_type = type;
  head.nlmsg_len = sizeof head + sizeof body;
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  bytes.append(reinterpret_cast<const char*>(&body), sizeof body);
  bytes.resize(NLMSG_ALIGN(bytes.size()));
  return bytes;
}

std::string link(int index, unsigned flags) {
  ifinfomsg body{};
  body.ifi_index = index;
  body.ifi_flags = flags;
  return message(RTM_NEWLINK, body);
}

/// A loopback and one more interface, as getifaddrs() lists them.
bool reaches(const char* url, int family, unsigned flags) {
  sockaddr local{};
  local.sa_family = AF_INET;
  sockaddr further{};
  further.sa_family = static_cast<sa_family_t>(family);
  ifaddrs other{};
  other.ifa_flags = flags;
  other.ifa_addr = &further;
  ifaddrs loopback{};
  loopback.ifa_next = &other;
  loopback.ifa_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  loopback.ifa_addr = &local;
  client::Peer peer;
  peer.url = url;
  return client::may_reach({peer}, &loopback);
}

TEST(MayReach, IsFalseWithoutAnAddressThatLeadsOut) {
  const char* far = "https://192.0.2.1:8443";
  const unsigned running = IFF_UP | IFF_RUNNING;
  EXPECT_FALSE(reaches(far, AF_INET, IFF_UP));
  EXPECT_FALSE(reaches(far, AF_INET6, running | IFF_LOOPBACK));
  EXPECT_FALSE(reaches(far, AF_PACKET, running));
  EXPECT_TRUE(reaches(far, AF_INET, running));
  EXPECT_TRUE(reaches(far, AF_INET6, running));
}

TEST(MayReach, IsTrueForAPeerOnThisMachine) {
  for (const char* near : {"https://127.0.0.1:8443", "https://[::1]:8443",
                           "https://localhost:8443"}) {
    EXPECT_TRUE(reaches(near, AF_INET, 0)) << near;
  }
}

TEST(LinkEvents, SayThatALinkCameUpAndNotThatItIsStillUp) {
  client::LinkEvents events;

  EXPECT_FALSE(events.came_up(link(2, IFF_UP)));
  EXPECT_TRUE(events.came_up(link(2, IFF_UP | IFF_RUNNING)));
  EXPECT_FALSE(events.came_up(link(2, IFF_UP | IFF_RUNNING)));
  EXPECT_FALSE(events.came_up(link(2, IFF_UP)));
  EXPECT_TRUE(events.came_up(link(2, IFF_UP | IFF_RUNNING)));
}

TEST(LinkEvents, PassOverTheLoopbackAndLocalAddresses) {
  client::LinkEvents events;
  ifaddrmsg local{};
  local.ifa_scope = RT_SCOPE_LINK;
  ifaddrmsg global{};
  global.ifa_scope = RT_SCOPE_UNIVERSE;

  EXPECT_FALSE(events.came_up(link(1, IFF_UP | IFF_RUNNING | IFF_LOOPBACK)));
  EXPECT_FALSE(events.came_up(message(RTM_NEWADDR, local)));
  EXPECT_TRUE(events.came_up(message(RTM_NEWADDR, global)));
}

TEST(LinkEvents, HearOnlyDefaultRoutesOfTheMainTable) {
  client::LinkEvents events;
  rtmsg route{};
  route.rtm_table = RT_TABLE_MAIN;
  rtmsg narrow = route;
  narrow.rtm_dst_len = 24;
  rtmsg other = route;
  other.rtm_table = RT_TABLE_LOCAL;

  EXPECT_TRUE(events.came_up(message(RTM_NEWROUTE, route)));
  EXPECT_FALSE(events.came_up(message(RTM_NEWROUTE, narrow)));
  EXPECT_FALSE(events.came_up(message(RTM_NEWROUTE, other)));
  EXPECT_FALSE(events.came_up(message(RTM_DELROUTE, route)));
}

TEST(LinkEvents, EndQuietlyInsideAMessageThatIsCutShort) {
  client::LinkEvents events;
  const std::string whole = link(2, IFF_UP | IFF_RUNNING);

  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(events.came_up(whole.substr(0, size))) << size;
  }
  EXPECT_TRUE(events.came_up(link(3, IFF_UP) + whole));
}

TEST(Gate, IsForTheOwnerOfItsHomeAndForRoot) {
  const TemporaryFolder folder;
  auto station = client::Station::open(folder / "relais.db").value();
  constexpr uid_t owner = 1000;
  client::Gate gate(*station, owner, station->replica().clock());
  proto::Request list;
  list.add_verb("list");

  EXPECT_TRUE(gate.admit(list, owner));
  EXPECT_TRUE(gate.admit(list, 0));
  auto stranger = gate.admit(list, 1001);
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, sync::Errc::denied);
}

TEST(Station, MakesItsCertificateRequestOnce) {
  const TemporaryFolder folder;
  sync::Bytes first;
  {
    auto station = client::Station::open(folder / "relais.db").value();
    first = station->request_der().value();
  }

  auto station = client::Station::open(folder / "relais.db").value();

  EXPECT_EQ(station->request_der().value(), first);
}

TEST(Station, RemembersHowTheLastSyncWent) {
  const TemporaryFolder folder;
  {
    auto station = client::Station::open(folder / "relais.db").value();
    EXPECT_EQ(station->memory()->last_try, 0);
    client::SyncMemory memory;
    memory.last_try = 1'700'000'000'000;
    memory.last_error = {"{0} does not answer", {"https://hq"}};
    ASSERT_TRUE(station->remember(memory));
  }

  auto station = client::Station::open(folder / "relais.db").value();

  EXPECT_EQ(station->memory()->last_try, 1'700'000'000'000);
  EXPECT_EQ(station->memory()->last_error.arguments.front(), "https://hq");
  EXPECT_EQ(station->memory()->answerer, client::Answerer::nobody);
}

}  // namespace
}  // namespace relais::test
