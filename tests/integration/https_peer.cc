#include "tests/integration/https_peer.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "sync/check.h"

namespace relais::test {
namespace {

/// As relaisd: whoever hangs up while we write ends nothing. curl and OpenSSL
/// leave that to the program.
[[maybe_unused]] const auto hang_ups = std::signal(SIGPIPE, SIG_IGN);

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// The descriptor, or -1 when nobody listens.
int connect_to(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local(port);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address),
              sizeof address) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

X509* read_certificate(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return d2i_X509(nullptr, &bytes, static_cast<long>(der.size()));
}

Context server_context(const Stranger::Tls& tls) {
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  X509* certificate = read_certificate(tls.credentials.certificate_der);
  BIO* pem = BIO_new_mem_buf(tls.credentials.private_key_pem.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(pem, nullptr, nullptr, nullptr);
  CHECK(SSL_CTX_use_certificate(context.get(), certificate) == 1);
  CHECK(SSL_CTX_use_PrivateKey(context.get(), key) == 1);
  if (!tls.also_shows_der.empty()) {
    SSL_CTX_add0_chain_cert(context.get(),
                            read_certificate(tls.also_shows_der));
  }
  if (tls.old_tls) {
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
  BIO_free(pem);
  return context;
}

/// Reads until the head of a request is there, answers, and waits for the end.
void talk(int descriptor, SSL* tls, const std::string& says) {
  const auto receive = [&](char* out, int size) {
    return tls != nullptr
               ? SSL_read(tls, out, size)
               : static_cast<int>(
                     read(descriptor, out, static_cast<std::size_t>(size)));
  };
  std::array<char, 4096> bytes{};
  std::string head;
  // What speaks no HTTP, as a TLS client at a plain port, says its first word.
  while (tls != nullptr && head.find("\r\n\r\n") == std::string::npos) {
    const int size = receive(bytes.data(), static_cast<int>(bytes.size()));
    if (size <= 0) return;
    head.append(bytes.data(), static_cast<std::size_t>(size));
  }
  if (tls != nullptr) {
    SSL_write(tls, says.data(), static_cast<int>(says.size()));
    SSL_shutdown(tls);
  } else if (receive(bytes.data(), static_cast<int>(bytes.size())) > 0) {
    send(descriptor, says.data(), says.size(), MSG_NOSIGNAL);
  }
  shutdown(descriptor, SHUT_WR);
  while (read(descriptor, bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace

Router answering(
    std::function<std::string(const RequestHead&, const std::string&)> tell) {
  return [tell = std::move(tell)](const RequestHead& head,
                                  std::shared_ptr<Responder> responder) {
    auto handler = std::make_shared<Handler>();
    handler->end = [tell, head, responder](const std::string& whole) {
      responder->reply(200, relais_type, tell(head, whole));
    };
    return handler;
  };
}

Headquarters::Headquarters(Router router) {
  const Credentials credentials = authority_.server();
  server_ = server::HttpServer::listen(
                "127.0.0.1", 0,
                {credentials.certificate_der, credentials.private_key_pem,
                 authority_.root_der()},
                std::move(router))
                .value();
  server_->start(2);
}

Headquarters::Headquarters(Router router, Authority& authority,
                           const Credentials& server)
    : authority_(authority) {
  server_ = server::HttpServer::listen(
                "127.0.0.1", 0,
                {server.certificate_der, server.private_key_pem,
                 authority_.root_der()},
                std::move(router))
                .value();
  server_->start(2);
}

Peer Headquarters::peer() const {
  Peer peer;
  peer.url = "https://127.0.0.1:" + std::to_string(server_->port());
  peer.root_der = authority_.root_der();
  return peer;
}

Peer Headquarters::peer(const Credentials& machine) const {
  Peer peer = this->peer();
  peer.certificate_der = machine.certificate_der;
  peer.private_key_pem = machine.private_key_pem;
  return peer;
}

Stranger::Stranger(std::string says) : says_(std::move(says)) {
  serve(nullptr);
}

Stranger::Stranger(std::string says, const Tls& tls) : says_(std::move(says)) {
  serve(&tls);
}

void Stranger::serve(const Tls* tls) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = local(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  CHECK(bind(listener_, generic, size) == 0);
  CHECK(listen(listener_, 16) == 0);
  CHECK(getsockname(listener_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);

  std::shared_ptr<SSL_CTX> context;
  if (tls != nullptr) context = server_context(*tls);
  thread_ = std::thread([this, context] {
    for (;;) {
      const int descriptor = accept(listener_, nullptr, nullptr);
      if (descriptor < 0) return;
      ++calls_;
      const Session session(context ? SSL_new(context.get()) : nullptr,
                            &SSL_free);
      if (session != nullptr) SSL_set_fd(session.get(), descriptor);
      const bool open = session == nullptr || SSL_accept(session.get()) == 1;
      if (open) talk(descriptor, session.get(), says_);
      ERR_clear_error();
      close(descriptor);
    }
  });
}

Stranger::~Stranger() {
  shutdown(listener_, SHUT_RDWR);  // Wakes accept().
  thread_.join();
  close(listener_);
}

std::string Stranger::url() const {
  return "https://127.0.0.1:" + std::to_string(port_);
}

bool handshake_succeeds(std::uint16_t port, int version_max) {
  const Context context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_max_proto_version(context.get(), version_max);
  const Session session(SSL_new(context.get()), &SSL_free);
  const int descriptor = connect_to(port);
  CHECK(descriptor >= 0);
  SSL_set_fd(session.get(), descriptor);
  const bool succeeds = SSL_connect(session.get()) == 1;
  ERR_clear_error();
  close(descriptor);
  return succeeds;
}

bool connects(std::uint16_t port) {
  const int descriptor = connect_to(port);
  if (descriptor >= 0) close(descriptor);
  return descriptor >= 0;
}

Exchange saying(const std::string& body) {
  Exchange exchange;
  exchange.path = "/v1/sync";
  exchange.read = [body, at = std::size_t{0}](char* out,
                                              std::size_t size) mutable {
    const std::size_t part = std::min(size, body.size() - at);
    std::memcpy(out, body.data() + at, part);
    at += part;
    return part;
  };
  return exchange;
}

}  // namespace relais::test
