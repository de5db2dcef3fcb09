#pragma once

#include "sync/journal/file.h"

namespace relais::sync {

/// The key id to which all of a file is sealed, when that is another than
/// `own_box` (a public key); else empty. Such a file went to the wrong place:
/// its reader says so once, not for every item.
Bytes other_addressee(const FileItems& file, std::string_view own_box);

}  // namespace relais::sync
