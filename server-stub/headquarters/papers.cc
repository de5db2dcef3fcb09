#include "server-stub/headquarters/papers.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "server-stub/headquarters/limits.h"
#include "sync/replica/machine.h"

namespace relais::server {
namespace {

using sync::Errc;
using sync::fail;

constexpr std::string_view name_fact = "headquarters.name";
constexpr std::string_view root_fact = "root.certificate";
constexpr std::string_view root_key_fact = "root.key";
constexpr std::string_view server_fact = "tls.certificate";
constexpr std::string_view server_key_fact = "tls.key";
constexpr std::string_view hosts_fact = "tls.hosts";
constexpr std::string_view given_fact = "tls.given";
constexpr std::string_view address_fact = "tls.address";
constexpr std::string_view port_fact = "tls.port";

std::string joined(const std::vector<std::string>& hosts) {
  std::string text;
  for (const std::string& host : hosts) text += host + '\n';
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> hosts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) hosts.push_back(line);
  return hosts;
}

void add_once(std::vector<std::string>& hosts, const std::string& host) {
  if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) {
    hosts.push_back(host);
  }
}

/// Empty when it cannot stand in a certificate.
std::string own_name() {
  std::array<char, 256> text{};
  if (::gethostname(text.data(), text.size() - 1) != 0) return {};
  const std::string name = text.data();
  const bool clean = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.';
  });
  return clean ? name : std::string{};
}

/// The host of https://host:port/.
std::string host_of(const std::string& url) {
  std::string host = url.substr(url.find("//") + 2);
  host = host.substr(0, host.find('/'));
  const auto port = host.rfind(':');
  if (port != std::string::npos && host.back() != ']') host.resize(port);
  if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
  return host;
}

/// It names no address: every one of this machine.
bool is_anywhere(const std::string& address) {
  return address.empty() || address == "0.0.0.0" || address == "::";
}

Result<> certify_server(sync::Store& store, const sync::x509::Root& root,
                        const std::vector<std::string>& hosts) {
  auto server = sync::x509::make_server(root, hosts);
  if (!server) return fail(server.error());
  for (const auto& [name, value] : {std::pair<std::string_view, std::string>{
                                        server_fact, server->certificate_der},
                                    {server_key_fact, server->private_key_pem},
                                    {hosts_fact, joined(hosts)}}) {
    if (auto set = set_fact(store, name, value); !set) return set;
  }
  return {};
}

/// Given as a whole address, it is the one by which the field reaches us,
/// whatever we listen on: behind a router that forwards a port, say.
bool is_url(const std::string& host) {
  return host.starts_with("https://");
}

}  // namespace

std::string url_of(const std::string& host, std::uint16_t port) {
  const bool six = host.find(':') != std::string::npos;
  return "https://" + (six ? '[' + host + ']' : host) + ':' +
         std::to_string(port);
}

std::vector<std::string> Papers::urls() const {
  std::vector<std::string> names;
  for (const std::string& host : given) {
    if (is_url(host)) names.push_back(host);
  }
  if (!names.empty()) return names;
  names = given;
  if (!is_anywhere(address)) {
    add_once(names, address);
  } else if (names.empty()) {
    const std::string own = own_name();
    names.push_back(own.empty() ? "localhost" : own);
  }
  std::vector<std::string> found;
  for (const std::string& host : names) found.push_back(url_of(host, port));
  return found;
}

TlsIdentity Papers::identity() const {
  return {server.certificate_der, server.private_key_pem, root.certificate_der};
}

Result<> make_papers(sync::Store& store, const std::string& name,
                     const std::vector<std::string>& hosts) {
  auto root = sync::x509::make_root(name);
  if (!root) return fail(root.error());
  if (auto set = set_fact(store, name_fact, name); !set) return set;
  auto kept = set_fact(store, root_fact, root->certificate_der);
  if (kept) kept = set_fact(store, root_key_fact, root->private_key_pem);
  if (!kept) return kept;
  std::vector<std::string> all;
  for (const std::string& host : hosts) add_once(all, host);
  kept = set_fact(store, given_fact, joined(all));
  if (!kept) return kept;
  for (std::string& host : all) {
    if (is_url(host)) host = host_of(host);
  }
  if (const std::string own = own_name(); !own.empty()) add_once(all, own);
  for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
    add_once(all, host);
  }
  return certify_server(store, *root, all);
}

Result<Papers> read_papers(const sync::Store& store) {
  Papers papers;
  std::string hosts;
  std::string given;
  for (const auto& [name, place] :
       {std::pair<std::string_view, std::string*>{name_fact, &papers.name},
        {root_fact, &papers.root.certificate_der},
        {root_key_fact, &papers.root.private_key_pem},
        {server_fact, &papers.server.certificate_der},
        {server_key_fact, &papers.server.private_key_pem},
        {hosts_fact, &hosts},
        {given_fact, &given},
        {address_fact, &papers.address}}) {
    auto value = fact(store, name);
    if (!value) return fail(value.error());
    *place = std::move(*value);
  }
  if (papers.root.certificate_der.empty()) {
    return fail(Errc::not_found,
                "This home is no headquarters yet: run `relais-hq init`");
  }
  papers.hosts = split(hosts);
  papers.given = split(given);
  auto port = number_fact(store, port_fact);
  if (!port) return fail(port.error());
  papers.port =
      *port > 0 ? static_cast<std::uint16_t>(*port) : limits::default_port;
  return papers;
}

Result<> listen_at(sync::Store& store, const std::string& address,
                   std::uint16_t port) {
  auto papers = read_papers(store);
  if (!papers) return fail(papers.error());
  const auto& hosts = papers->hosts;
  if (!is_anywhere(address) &&
      std::find(hosts.begin(), hosts.end(), address) == hosts.end()) {
    std::vector<std::string> more = hosts;
    more.push_back(address);
    auto made = certify_server(store, papers->root, more);
    if (!made) return made;
  }
  if (papers->address != address) {
    if (auto set = set_fact(store, address_fact, address); !set) return set;
  }
  if (papers->port == port) return {};
  return set_number_fact(store, port_fact, port);
}

}  // namespace relais::server
