#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "sync/record/fold.h"

namespace relais::test {

/// A history as the model writes it (tests/model/fold.py), translated: forms
/// into forms, rosters into tables, changes into changes. And a folded part
/// back into the model's result, so that both can be compared byte for byte.
class ModelHistory {
 public:
  explicit ModelHistory(const boost::json::object& history);

  const sync::Publications& publications() const { return *publications_; }
  /// One for each record and part, in the model's order.
  const std::vector<sync::PartHistory>& parts() const { return parts_; }

  /// A part's result as the model would write it.
  boost::json::object result(const sync::PartState& state) const;
  /// The whole result, every part folded.
  boost::json::object fold_all() const;

 private:
  sync::Dot dot(const boost::json::value& name);
  sync::Change change(const boost::json::object& model);
  sync::Act act(const boost::json::object& model, const sync::Form* form);
  std::string name(const sync::Dot& dot) const;
  boost::json::value shown(const sync::Written& written, bool blocking) const;
  boost::json::object cell(const sync::CellState& cell) const;
  boost::json::object row(const sync::RowState& row,
                          const proto::Field& field) const;
  boost::json::object fields(const sync::PartState& state) const;
  boost::json::array names(const std::vector<sync::Dot>& dots) const;
  boost::json::array conflicts(const sync::PartState& state) const;
  boost::json::array proposals(const sync::PartState& state) const;
  boost::json::object erased(const sync::PartState& state) const;

  std::shared_ptr<const sync::Publications> publications_;
  std::string form_id_;
  std::vector<sync::PartHistory> parts_;
  std::map<sync::Dot, std::string> names_;
};

/// Keys sorted, no spaces: equal values give equal bytes.
std::string canonical(const boost::json::value& value);

/// A form of the model as one of ours.
proto::Form form_of_model(const boost::json::object& model,
                          std::uint32_t version);

/// A whole file of the source tree, by its path from the root.
std::string read_source_file(const std::string& path);

}  // namespace relais::test
