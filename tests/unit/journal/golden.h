#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/session.pb.h"
#include "sync/ids.h"

/// Bytes that every version must write, or at least read, for ever: one file
/// of tests/golden each, in hexadecimal, 32 bytes a line. docs/protocol.md
/// shows them.
namespace relais::test {

struct Golden {
  std::string name;
  sync::Bytes bytes;
};

/// What this program makes of the world (world.h): the same bytes every time.
/// Some hold sealed bytes, which are different every time; those are taken
/// from their file.
std::vector<Golden> deterministic_goldens();
/// Sealed, or packed by a library whose next version may pack better: made
/// anew only where there is no file yet.
std::vector<Golden> readable_goldens();

/// The sealed lane (golden_sealed.cc): what is deterministic, and an envelope.
inline constexpr const char* golden_code = "1234567890123459";
void add_sealed(std::vector<Golden>& out);
Golden golden_envelope();

/// The committed bytes; empty when there is no such file.
sync::Bytes golden_file(std::string_view name);
void write_golden_file(const Golden& golden);
/// RELAIS_WRITE_GOLDEN=1: write the files instead of comparing.
bool is_writing_goldens();
/// As it stands in the files and in the document.
std::string hex_lines(std::string_view bytes);
std::vector<std::string> golden_names();

/// Messages of a session and of enrolment, with fixed values.
proto::Receipt golden_receipt();
/// The same, with what is archived of a lane and of the feed.
proto::Receipt golden_archived_receipt();
proto::Frame golden_hello();
proto::Join golden_join();
proto::Grant golden_grant();
proto::Invitation golden_invitation();
sync::Bytes golden_secret();

}  // namespace relais::test
