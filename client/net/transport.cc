#include "client/net/transport.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "client/net/liveness.h"
#include "client/net/mishap.h"
#include "client/net/pin.h"
#include "client/net/sockets.h"
#include "sync/check.h"

namespace relais::client {
namespace {

using sync::fail;

std::int64_t monotonic_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch())
      .count();
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

void set_blob(CURL* handle, CURLoption option, const std::string& bytes) {
  // Copied by curl at once: it only reads.
  curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
  set(handle, option, &blob);
}

/// "Text/HTML; charset=utf-8" is "text/html".
std::string bare_type(const char* header) {
  std::string type(header == nullptr ? "" : header);
  type.resize(std::min(type.find_first_of("; "), type.size()));
  std::transform(type.begin(), type.end(), type.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                          : letter;
  });
  return type;
}

}  // namespace

/// One curl handle, for one peer: curl compares neither the pin nor what a
/// callback decided when it takes up an old connection or TLS session, so
/// another peer gets another handle.
struct Transport::Curl {
  explicit Curl(std::int64_t quiet_ms) : quiet_ms_min(quiet_ms) {}
  ~Curl() { close(); }
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;

  Result<> open(const Peer& wanted);
  void close();
  void set_options(const Exchange& wanted);
  void set_tls_options();
  void set_body_options();
  bool look_at_head();
  bool keep(std::string_view bytes);
  CURLcode perform();
  Result<Answer> outcome(CURLcode code);
  Mishap mishap_of(CURLcode code) const;
  Mishap tls_mishap(CURLcode code) const;

  static std::size_t on_read(char* out, std::size_t size, std::size_t count,
                             void* self);
  static std::size_t on_write(char* bytes, std::size_t size, std::size_t count,
                              void* self);
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count,
                               void* self);
  static int on_progress(void* self, curl_off_t to_come, curl_off_t come,
                         curl_off_t to_go, curl_off_t gone);
  static int on_socket(void* self, curl_socket_t descriptor,
                       curlsocktype purpose);
  static int on_close_socket(void* self, curl_socket_t descriptor);
  static CURLcode on_tls(CURL* handle, void* ssl_context, void* self);

  std::int64_t quiet_ms_min;
  CURL* handle = nullptr;
  Peer peer;
  std::unique_ptr<Pin> pin;
  std::vector<int> sockets;

  // Of the call that runs.
  const Exchange* exchange = nullptr;
  Liveness liveness;
  std::optional<Mishap> mishap;  // Why our own callbacks stopped it.
  bool head_seen = false;
  bool streamed = false;
  std::size_t header_bytes = 0;
  std::uint64_t answer_bytes = 0;
  Answer answer;
  std::array<char, CURL_ERROR_SIZE> text{};
  std::uint64_t bytes_sent = 0;
  Answerer answerer = Answerer::nobody;
};

Result<> Transport::Curl::open(const Peer& wanted) {
  if (handle != nullptr && peer == wanted) return {};
  close();
  if (!wanted.url.starts_with("https://")) {
    return failure(Mishap::bad_address, wanted.url);
  }
  auto made = Pin::make(wanted.root_der, wanted.root_hash_prefix_bits);
  if (!made) return fail(made.error());
  peer = wanted;
  pin = std::move(*made);
  handle = curl_easy_init();
  CHECK(handle != nullptr);
  return {};
}

void Transport::Curl::close() {
  if (handle != nullptr) curl_easy_cleanup(handle);
  handle = nullptr;
  sockets.clear();
}

void Transport::Curl::set_options(const Exchange& wanted) {
  exchange = &wanted;
  curl_easy_reset(handle);
  std::string url = peer.url;
  while (url.ends_with('/')) url.pop_back();
  url += wanted.path;
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_NOPROXY, "*");
  set(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  // A name that does not resolve must not hold up a stop.
  set(handle, CURLOPT_QUICK_EXIT, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, limits::connect_ms);
  set(handle, CURLOPT_MAXAGE_CONN, limits::connection_idle_s);
  set(handle, CURLOPT_TCP_NODELAY, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_TCP_KEEPIDLE, limits::keepalive_s);
  set(handle, CURLOPT_TCP_KEEPINTVL, limits::keepalive_s);
  set(handle, CURLOPT_SOCKOPTFUNCTION, &on_socket);
  set(handle, CURLOPT_SOCKOPTDATA, this);
  set(handle, CURLOPT_CLOSESOCKETFUNCTION, &on_close_socket);
  set(handle, CURLOPT_CLOSESOCKETDATA, this);
  text.fill('\0');
  set(handle, CURLOPT_ERRORBUFFER, text.data());
  set_tls_options();
  set_body_options();
}

void Transport::Curl::set_tls_options() {
  set(handle, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_3});
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  // No store of the system: if the pin were not asked, nothing would verify.
  set(handle, CURLOPT_CAINFO, static_cast<const char*>(nullptr));
  set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set(handle, CURLOPT_SSL_CTX_FUNCTION, &on_tls);
  set(handle, CURLOPT_SSL_CTX_DATA, this);
  if (peer.certificate_der.empty()) return;
  set(handle, CURLOPT_SSLCERTTYPE, "DER");
  set_blob(handle, CURLOPT_SSLCERT_BLOB, peer.certificate_der);
  set(handle, CURLOPT_SSLKEYTYPE, "PEM");
  set_blob(handle, CURLOPT_SSLKEY_BLOB, peer.private_key_pem);
}

void Transport::Curl::set_body_options() {
  set(handle, CURLOPT_POST, 1L);
  if (exchange->read) {
    set(handle, CURLOPT_READFUNCTION, &on_read);
    set(handle, CURLOPT_READDATA, this);
  } else {
    set(handle, CURLOPT_POSTFIELDSIZE, 0L);
  }
  set(handle, CURLOPT_WRITEFUNCTION, &on_write);
  set(handle, CURLOPT_WRITEDATA, this);
  set(handle, CURLOPT_HEADERFUNCTION, &on_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(handle, CURLOPT_XFERINFODATA, this);
}

CURLcode Transport::Curl::perform() {
  liveness = Liveness(quiet_ms_min);
  mishap.reset();
  head_seen = streamed = false;
  header_bytes = 0;
  answer_bytes = 0;
  answer = {};

  curl_slist* headers = nullptr;
  const auto add = [&headers](const std::string& line) {
    headers = curl_slist_append(headers, line.c_str());
    CHECK(headers != nullptr);
  };
  add("Content-Type: " + exchange->content_type);
  add("Expect:");
  add("Accept:");
  if (exchange->read) add("Transfer-Encoding: chunked");
  set(handle, CURLOPT_HTTPHEADER, headers);
  const CURLcode code = curl_easy_perform(handle);
  set(handle, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  curl_slist_free_all(headers);

  curl_off_t body = 0;
  long head = 0;
  curl_easy_getinfo(handle, CURLINFO_SIZE_UPLOAD_T, &body);
  curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &head);
  bytes_sent = static_cast<std::uint64_t>(body + head);
  return code;
}

std::size_t Transport::Curl::on_read(char* out, std::size_t size,
                                     std::size_t count, void* self) {
  auto& curl = *static_cast<Curl*>(self);
  if (curl.exchange->stopped && curl.exchange->stopped()) {
    curl.mishap = Mishap::stopped;
    return CURL_READFUNC_ABORT;
  }
  const std::size_t filled = curl.exchange->read(out, size * count);
  CHECK(filled <= size * count);
  return filled;
}

std::size_t Transport::Curl::on_write(char* bytes, std::size_t size,
                                      std::size_t count, void* self) {
  auto& curl = *static_cast<Curl*>(self);
  const std::size_t given = size * count;
  const bool kept = curl.look_at_head() && curl.keep({bytes, given});
  return kept ? given : given + 1;  // Any other number stops curl.
}

/// Whether the answer can be headquarters'. Asked before its first byte.
bool Transport::Curl::look_at_head() {
  if (head_seen) return true;
  long status = 0;
  const char* header = nullptr;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &header);
  const std::string type = bare_type(header);
  const bool welcome = status >= 200 && status < 300;
  if (status / 100 == 3 || type == "text/html" ||
      (welcome && type != bare_type(exchange->content_type.c_str()))) {
    mishap = Mishap::login_page;
    return false;
  }
  head_seen = true;
  streamed = welcome && exchange->write;
  answer.status = static_cast<int>(status);
  return true;
}

bool Transport::Curl::keep(std::string_view bytes) {
  const bool welcome = answer.status < 300;
  const std::uint64_t bytes_max =
      welcome ? exchange->answer_bytes_max
              : std::min(exchange->answer_bytes_max, limits::refusal_bytes_max);
  answer_bytes += bytes.size();
  if (answer_bytes > bytes_max) {
    mishap = Mishap::endless;
    return false;
  }
  if (!streamed) {
    answer.body += bytes;
    return true;
  }
  if (exchange->write(bytes)) return true;
  mishap = Mishap::stopped;
  return false;
}

std::size_t Transport::Curl::on_header(char*, std::size_t size,
                                       std::size_t count, void* self) {
  auto& curl = *static_cast<Curl*>(self);
  curl.header_bytes += size * count;
  if (curl.header_bytes <= limits::answer_header_bytes_max) return size * count;
  curl.mishap = Mishap::endless;
  return size * count + 1;
}

int Transport::Curl::on_progress(void* self, curl_off_t, curl_off_t come,
                                 curl_off_t, curl_off_t gone) {
  auto& curl = *static_cast<Curl*>(self);
  if (curl.exchange->stopped && curl.exchange->stopped()) {
    curl.mishap = Mishap::stopped;
    return 1;
  }
  Progress progress = progress_of(curl.sockets);
  progress.moved += static_cast<std::uint64_t>(come + gone);
  if (!curl.liveness.gone(monotonic_ms(), progress)) return 0;
  curl.mishap = Mishap::silent;
  return 1;
}

int Transport::Curl::on_socket(void* self, curl_socket_t descriptor,
                               curlsocktype) {
  static_cast<Curl*>(self)->sockets.push_back(descriptor);
  prepare_socket(descriptor);
  return CURL_SOCKOPT_OK;
}

int Transport::Curl::on_close_socket(void* self, curl_socket_t descriptor) {
  std::erase(static_cast<Curl*>(self)->sockets, descriptor);
  return ::close(descriptor);
}

CURLcode Transport::Curl::on_tls(CURL*, void* ssl_context, void* self) {
  static_cast<Curl*>(self)->pin->install(ssl_context);
  return CURLE_OK;
}

Result<Answer> Transport::Curl::outcome(CURLcode code) {
  if (code == CURLE_OK && !look_at_head()) code = CURLE_WRITE_ERROR;
  if (code != CURLE_OK) {
    const Mishap what = mishap_of(code);
    answerer = answerer_of(what);
    return failure(what, peer.url);
  }
  answerer = Answerer::headquarters;
  if (peer.root_hash_prefix_bits) answer.root_der = pin->proved_root_der();
  return std::move(answer);
}

Mishap Transport::Curl::mishap_of(CURLcode code) const {
  if (mishap) return *mishap;
  if (code == CURLE_COULDNT_RESOLVE_HOST) return Mishap::unknown_name;
  if (code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT) {
    return Mishap::unreachable;
  }
  if (code == CURLE_URL_MALFORMAT) return Mishap::bad_address;
  if (code == CURLE_SSL_CERTPROBLEM) return Mishap::own_key;
  // Not HTTP/1.1 at all.
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY) {
    return Mishap::login_page;
  }
  return tls_mishap(code);
}

/// What TLS said. curl gives it as text only. With TLS 1.3 the alert of a
/// server that wants no such certificate arrives after the handshake, as a
/// failed read or write: one inside the handshake is about something else.
Mishap Transport::Curl::tls_mishap(CURLcode code) const {
  const std::string_view said(text.data());
  const auto says = [said](std::string_view word) {
    return said.find(word) != std::string_view::npos;
  };
  if (code == CURLE_PEER_FAILED_VERIFICATION) return Mishap::impostor;
  // curl says so itself when OpenSSL had no reason: the line was cut, or reset.
  const bool cut = says("SSL_connect:") || says("unexpected eof") ||
                   says("Recv failure") || says("Send failure");
  if (code == CURLE_SSL_CONNECT_ERROR && !cut) return Mishap::login_page;
  if (code == CURLE_SSL_CLIENTCERT || says("alert")) return Mishap::unwelcome;
  return Mishap::cut;
}

Transport::Transport(std::int64_t quiet_ms_min) {
  // Once for the process: the first call does it, whatever the thread.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(started == CURLE_OK);
  curl_ = std::make_unique<Curl>(quiet_ms_min);
}

Transport::~Transport() = default;

Result<Answer> Transport::post(const Peer& peer, const Exchange& exchange) {
  curl_->bytes_sent = 0;
  curl_->answerer = Answerer::nobody;
  if (auto opened = curl_->open(peer); !opened) return fail(opened.error());
  curl_->set_options(exchange);
  return curl_->outcome(curl_->perform());
}

std::uint64_t Transport::bytes_sent() const {
  return curl_->bytes_sent;
}

Answerer Transport::answerer() const {
  return curl_->answerer;
}

void Transport::close_connections() {
  curl_->close();
}

}  // namespace relais::client
