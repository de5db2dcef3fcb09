#pragma once

#include <string_view>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/item.h"

namespace relais::sync {

/// Merge policies (sync-model 4.2): what the values that count at one address
/// become while the lifecycle has reached `reached`. `spec`: the rules of the
/// address. The values are borrowed.
Merged merge_values(const Form& form, const proto::Field& spec,
                    std::string_view reached,
                    const std::vector<const Written*>& values);

}  // namespace relais::sync
