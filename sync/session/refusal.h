#pragma once

#include "proto/session.pb.h"
#include "sync/result.h"

namespace relais::sync {

/// Why something was refused, as a frame says it to the machine that asked. An
/// argument that is no UTF-8, for which that machine would take the whole
/// frame for damaged, goes escaped (as_utf8).
proto::Refusal to_refusal(const Sentence& why);
Sentence from_refusal(const proto::Refusal& refusal);

}  // namespace relais::sync
