#pragma once

#include "proto/control.pb.h"
#include "sync/result.h"

namespace relais::sync {

/// A sentence as it goes to whoever asked. An argument that is no UTF-8, which
/// no reader of the message would take, goes escaped as printable() does it.
proto::Sentence to_proto(const Sentence& sentence);
Sentence from_proto(const proto::Sentence& sentence);

}  // namespace relais::sync
