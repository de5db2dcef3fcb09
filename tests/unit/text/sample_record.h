#pragma once

#include <memory>
#include <string>

#include "sync/replica/record_view.h"
#include "tests/support/published.h"

namespace relais::test {

inline sync::Dot sample_dot(std::uint64_t position) {
  return {*sync::JournalId::from_bytes(std::string(16, '\x11')), position};
}

inline sync::Written sample_value(std::uint64_t position, sync::Value value,
                                  const std::string& author,
                                  const std::string& role) {
  sync::Written written;
  written.dot = sample_dot(position);
  written.value = std::move(value);
  written.author = author;
  written.role = role;
  written.stamp = 1000 + static_cast<std::int64_t>(position);
  return written;
}

inline sync::Conflict sample_conflict() {
  sync::Conflict conflict;
  conflict.id = *sync::ConflictId::from_bytes(std::string(16, '\x22'));
  conflict.address = {"amount_demanded", "", ""};
  conflict.values = {sample_value(2, sync::Value(std::int64_t{25000}),
                                  "924-31.C", "field_officer"),
                     sample_value(3, sync::Value(std::int64_t{250000}), "shell",
                                  "post_chief")};
  conflict.resolvers = {"sync_resolver_ia"};
  return conflict;
}

/// The part `report` of an incident with a bit of everything.
inline sync::PartState sample_part() {
  sync::PartState part;
  part.form = "incident";
  part.part = "report";
  const sync::Conflict conflict = sample_conflict();
  part.field["category_primary"].cell.value = sync::Value(sync::Code{"EXT"});
  part.field["summary"].cell.value =
      sync::Value(std::string("Au pont \x1b[31m rouge"));
  part.field["amount_demanded"].cell.open = conflict.id;
  part.field["amount_demanded"].cell.by = conflict.values;
  part.field["amount_paid"].cell.value = sync::Value(std::int64_t{1500000});
  part.field["category_other"].row["BRB"].status = sync::RowStatus::live;
  part.field["category_other"].row["THF"].status = sync::RowStatus::annulled;
  sync::RowState& subject = part.field["subjects"].row["00112233445566aa"];
  subject.status = sync::RowStatus::live;
  subject.column["kind"].value = sync::Value(sync::Code{"auxiliaire"});
  part.field["narrative"].entry.push_back(
      {sample_dot(4),
       sample_dot(4),
       "924-31.C",
       {{"text", sync::Value(std::string("Première ligne.\nSeconde."))}},
       false});
  part.conflicts = {conflict};
  part.set_aside[sample_dot(9)] = "role";
  return part;
}

inline sync::RecordView sample_view() {
  sync::RecordView view;
  view.record = *sync::RecordId::from_bytes(std::string(16, '\x33'));
  view.reference = "INC-DIB-A-26-0042";
  view.form = published_form("incident");
  view.tables = std::make_shared<sync::Tables>(published_tables());
  view.state = "submitted";
  view.held = sync::Held::sent;
  view.author = "924-31.C";
  view.parts = {sample_part()};
  view.hidden = {"identity"};
  view.transitions = {"receive"};
  sync::Decision decision;
  decision.address = {"amount_paid", "", ""};
  decision.value = sync::Value(std::int64_t{1500000});
  decision.by = "shell";
  decision.role = "sync_resolver_ia";
  decision.reason = "le reçu\nfait foi";
  decision.dot = sample_dot(8);
  view.decisions = {decision};
  return view;
}

}  // namespace relais::test
