#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/journal/file.h"
#include "sync/replica/headquarters.h"

namespace relais::sync {

/// The store's own failures end a session or a file; anything else is a
/// refusal of one item.
bool ends_session(Errc code);

/// One request of one machine. The driver feeds frames as they arrive and
/// commits; after the last commit it asks for the answer, so that a receipt
/// never speaks of what is not on the disk.
///
/// Threads: the store's.
class HeadquartersSession {
 public:
  /// `device`: whom the client certificate names (the roster was asked).
  HeadquartersSession(Headquarters& headquarters, const DeviceId& device)
      : headquarters_(&headquarters), device_(device) {}

  /// Inside a transaction. What is refused is answered with a Refusal and
  /// stops nothing else; an error here is the store's own.
  Result<> on_frame(std::string_view frame_bytes);
  /// After the commit: Welcome with the signed receipt, refusals, feed
  /// packets, Done.
  Result<Bytes> answer(std::size_t feed_bytes);
  bool said_hello() const { return hello_.has_value(); }

 private:
  Result<> on_packet(const proto::SealedPacket& packet);
  void refuse(const Error& error, const OpenedPacket* packet);

  Headquarters* headquarters_;
  DeviceId device_;
  std::optional<proto::Hello> hello_;
  std::vector<proto::Refusal> refusals_;
};

/// A new client certificate for a machine just admitted; the caller owns the
/// root (sync/x509).
using Certify = std::function<Result<Bytes>(std::string_view request_der,
                                            const DeviceId& device)>;

struct FileReport {
  std::uint64_t packets = 0;
  std::optional<DeviceId> sender;
  bool enrolled = false;           ///< the file brought a Join that was granted
  std::vector<Sentence> refusals;  ///< the rest was taken
};

/// A .relais file from the field, in a transaction of its own.
Result<FileReport> read_headquarters_file(Headquarters& headquarters,
                                          std::string_view file,
                                          const Certify& certify);
/// Everything for one machine: grant, receipt, feed from the last cursor that
/// it told us.
Result<Bytes> write_headquarters_file(Headquarters& headquarters,
                                      const DeviceId& device,
                                      std::string_view root_der,
                                      const std::vector<std::string>& urls);

}  // namespace relais::sync
