#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/record/fold.h"

namespace relais::test {

/// Forms and tables for one test. Tables are version 1.
class Published final : public sync::Publications {
 public:
  void add_form(std::string_view file);
  void add_table(const std::string& name, std::string_view csv);

  std::shared_ptr<const sync::Form> form(const std::string& id,
                                         std::uint32_t version) const override;
  std::shared_ptr<const sync::Tables> tables(
      std::uint32_t version) const override;

 private:
  std::map<std::pair<std::string, std::uint32_t>,
           std::shared_ptr<const sync::Form>>
      forms_;
  std::shared_ptr<sync::Tables> tables_ = std::make_shared<sync::Tables>();
};

/// A part told change by change, each on all heads unless it says otherwise.
/// Everybody named "x" in the tables of a story holds the role "X".
class PartStory {
 public:
  explicit PartStory(std::string_view form_file, std::string part = "main");

  /// A change on the heads; its acts may be changed until the fold.
  sync::Change& tell(const std::string& person, std::vector<sync::Act> acts);
  sync::PartState folded() const;
  /// Why the story's last change is set aside; empty: legal.
  std::string verdict() const;
  /// The same of any change.
  std::string verdict(const sync::Change& change) const;

  Published published;
  sync::PartHistory history;

 private:
  std::string form_;
  std::string part_;
  std::uint64_t told_ = 0;
};

sync::Act write(const std::string& field, sync::Value value);
sync::Act write(const sync::Address& address, sync::Value value);
sync::Act add_row(const std::string& field, const std::string& row);
sync::Act append(const std::string& field, sync::Row entry);
sync::Act take(const std::string& step, const std::string& reason = "why");
sync::Act back_to(const std::string& step, const std::string& state);
sync::Act naming(proto::ActKind kind, const sync::Dot& dot);
sync::Value text(const std::string& text);

}  // namespace relais::test
