#pragma once

#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/form.h"
#include "sync/record/past_view.h"
#include "sync/record/tables.h"

namespace relais::sync {

class Graph;  // sync/record/graph.h

/// Verdicts (sync-model 4.1), question by question. Each gives the reason why
/// the whole change is set aside, or an empty text: legal so far.

/// Kinds of acts, which may stand together, and the part. `form_id`: what the
/// other changes of the part name.
std::string judge_shape(const Change& change, const Form& form,
                        const std::string& form_id);

/// Whether the author holds the role that he acts in.
std::string judge_rights(const Change& change, const Form& form,
                         const Tables& tables, const PastView& past);

/// The same for an act of headquarters, by the tables alone; a verdict taken
/// as given comes first.
std::string judge_control_rights(const Graph& graph, const Change& change);

/// Versions never go back; a root change gives the record its id.
std::string judge_place(const Change& change, const PastView& past);

/// The acts themselves, in the change's role. `accepted`: `acts` are those of
/// another change that this one accepts; role and ownership are not asked.
std::string judge_acts(const Change& change, const std::vector<Act>& acts,
                       bool accepted, const PastView& past);

}  // namespace relais::sync
