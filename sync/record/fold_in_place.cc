#include <algorithm>
#include <set>
#include <tuple>

#include "sync/record/conflict.h"
#include "sync/record/fold.h"
#include "sync/record/fold_result.h"
#include "sync/record/graph.h"
#include "sync/record/item_build.h"
#include "sync/record/policy.h"
#include "sync/record/state_view.h"
#include "sync/record/verdict.h"

namespace relais::sync {

namespace {

bool grows(const Act& act) {
  switch (act.kind) {
    case proto::ACT_KIND_WRITE:
    case proto::ACT_KIND_ADD_ROW:
    case proto::ACT_KIND_ANNUL_ROW:
    case proto::ACT_KIND_RESTORE_ROW:
    case proto::ACT_KIND_APPEND:
    case proto::ACT_KIND_TRANSITION:
    case proto::ACT_KIND_DECIDE:
      return true;
    case proto::ACT_KIND_UNDO:
    case proto::ACT_KIND_ACCEPT:
    case proto::ACT_KIND_CHALLENGE:
    case proto::ACT_KIND_LOST:
    case proto::ACT_KIND_PURGE:
    case proto::ACT_KIND_UNSPECIFIED:
    case proto::ActKind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::ActKind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return false;
}

/// sync-model 4.5, "In place", but for what the change's items say.
bool may_grow(const PartState& state, const Change& change) {
  if (state.verdicts.empty() || !state.waiting.empty() ||
      state.cache.full_only || !change.understood || change.erased ||
      change.record != state.record || change.part != state.part ||
      change.form != state.form ||
      change.form_version.number != state.form_version ||
      state.verdicts.contains(change.dot)) {
    return false;
  }
  std::vector<Dot> parents = change.parents;
  std::sort(parents.begin(), parents.end());
  if (parents != state.heads) return false;
  const bool lost = std::any_of(state.cache.lost.begin(),
                                state.cache.lost.end(), [&](const Dot& from) {
                                  return from.journal == change.dot.journal &&
                                         from.position <= change.dot.position;
                                });
  return !lost && std::all_of(change.acts.begin(), change.acts.end(), grows);
}

/// Lays the items of one legal change over a state that it has in its past.
class Growing {
 public:
  Growing(PartState& state, const Form& form) : state_(state), form_(form) {}

  void grow(const std::vector<Item>& items) {
    for (const Item& item : items) {
      switch (item.kind) {
        case ItemKind::step:
          step(item);
          break;
        case ItemKind::offer:
          offer(item);
          break;
        case ItemKind::append:
          append(item);
          break;
        case ItemKind::decide:
          item.on_state() ? step(item) : value(item);
          break;
        case ItemKind::write:
          value(item);
          break;
        case ItemKind::add_row:
        case ItemKind::annul_row:
        case ItemKind::restore_row:
        case ItemKind::undo:
          break;
      }
      if (!item.address.row.empty()) row(item);
    }
    if (stepped_) derive_again();
    for (const Address& address : touched_) merge(address);
    settle_conflicts();
    sort_proposals(state_.proposals);
  }

 private:
  CellState& cell(const Address& address) {
    FieldState& field = state_.field[address.field];
    if (address.row.empty()) return field.cell;
    RowState& row = field.row[address.row];
    return address.column.empty() ? row.unit : row.column[address.column];
  }

  void value(const Item& item) {
    CellState& now = cell(item.address);
    std::vector<Written> counted = std::move(now.by);
    counted.insert(counted.end(), now.also.begin(), now.also.end());
    now = {};
    const proto::Field* spec = form_.spec(item.address);
    const auto ends = [&](const Written& one) {
      if (spec->ratchet()) {
        return std::find(item.cites.begin(), item.cites.end(), one.dot) !=
               item.cites.end();
      }
      return !item.own_only || (!item.written.author.empty() &&
                                item.written.author == one.author);
    };
    for (Written& one : counted) {
      if (ends(one)) {
        replace(item.address, one);
      } else {
        now.also.push_back(std::move(one));
      }
    }
    now.also.push_back(item.written);
    if (item.written.headquarters) {
      state_.cache.headquarters_wrote.insert(item.address);
    }
    touched_.insert(item.address);
  }

  void replace(const Address& address, const Written& old) {
    const auto later = std::find_if(
        state_.history.rbegin(), state_.history.rend(),
        [&](const Superseded& one) {
          return std::tie(one.dot, one.address) < std::tie(old.dot, address);
        });
    state_.history.insert(later.base(), {old.dot, address, old.value});
  }

  void append(const Item& item) {
    LogEntry entry{item.written.dot,
                   item.origin,
                   item.written.author,
                   {},
                   item.written.value.erased()};
    if (const Row* row = item.written.value.get<Row>()) entry.entry = *row;
    state_.field[item.address.field].entry.push_back(std::move(entry));
  }

  void row(const Item& item) {
    const Address address = item.address.row_only();
    RowStatus& status = state_.field[address.field].row[address.row].status;
    if (item.kind == ItemKind::annul_row) {
      status = RowStatus::annulled;
    } else if (item.kind == ItemKind::restore_row ||
               status == RowStatus::absent) {
      status = RowStatus::live;
    }
    rows_.insert(address);
    if (item.kind != ItemKind::annul_row &&
        item.kind != ItemKind::restore_row) {
      return;
    }
    const std::string name = to_text(address);
    std::erase_if(state_.proposals, [&](const Proposal& p) {
      return p.annulment && p.what == name;
    });
  }

  void offer(const Item& item) {
    state_.proposals.push_back(
        {false, item.step, item.written.dot, ProposalWhy::proposed});
    std::vector<std::string>& authors = state_.cache.offer_author[item.step];
    authors.push_back(item.written.author);
    std::sort(authors.begin(), authors.end());
  }

  void step(const Item& item) {
    const proto::State* target = form_.state(item.written.state);
    const bool hold = target->kind() == proto::STATE_KIND_HOLD;
    const std::string before =
        state_.suspended.empty() ? state_.state : state_.suspended;
    state_.suspended = hold ? before : std::string();
    state_.state = item.written.state;
    std::erase_if(state_.proposals,
                  [](const Proposal& p) { return !p.annulment; });
    state_.cache.offer_author.clear();
    std::erase_if(state_.conflicts,
                  [](const Conflict& one) { return one.blocking; });
    stepped_ = true;
  }

  /// A step may move every field whose policy depends on the state.
  void derive_again() {
    for (const auto& [name, field] : state_.field) {
      const proto::Field* spec = form_.field(name);
      if (spec == nullptr) continue;
      if (spec->policy_from_size() > 0) touched_.insert({name, {}, {}});
      for (const proto::Field& column : spec->column()) {
        if (column.policy_from_size() == 0) continue;
        for (const auto& [key, row] : field.row) {
          if (row.column.contains(column.id())) {
            touched_.insert({name, key, column.id()});
          }
        }
      }
    }
  }

  void merge(const Address& address) {
    CellState& now = cell(address);
    const proto::Field* spec = form_.spec(address);
    if (spec == nullptr) return;
    std::vector<const Written*> counted;
    for (const Written& one : now.by) counted.push_back(&one);
    for (const Written& one : now.also) counted.push_back(&one);
    const std::string reached = StateView(state_, form_).reached();
    CellState merged = cell_of(state_.part, address,
                               merge_values(form_, *spec, reached, counted));
    now = std::move(merged);
  }

  /// Conflicts at what was touched, and in rows whose status may have moved.
  void settle_conflicts() {
    std::erase_if(state_.conflicts, [&](const Conflict& one) {
      return touched_.contains(one.address) ||
             rows_.contains(one.address.row_only());
    });
    for (const Address& address : touched_) {
      if (!rows_.contains(address.row_only())) open(address);
    }
    for (const Address& address : rows_) {
      open(address);
      for (const auto& [column, now] :
           state_.field[address.field].row[address.row].column) {
        open({address.field, address.row, column});
      }
    }
    std::sort(state_.conflicts.begin(), state_.conflicts.end(),
              [](const Conflict& a, const Conflict& b) {
                return a.address < b.address;
              });
  }

  void open(const Address& address) {
    const CellState& now = cell(address);
    if (!now.open) return;
    if (!address.row.empty() &&
        state_.field[address.field].row[address.row].status !=
            RowStatus::live) {
      return;
    }
    state_.conflicts.push_back(conflict_of(form_, address, now));
  }

  PartState& state_;
  const Form& form_;
  bool stepped_ = false;
  std::set<Address> touched_;
  std::set<Address> rows_;
};

std::string verdict_in_place(const Change& change, const Form& form,
                             const Tables& tables, const std::string& form_id,
                             const StateView& past) {
  std::string reason = judge_shape(change, form, form_id);
  if (reason.empty()) reason = judge_rights(change, form, tables, past);
  if (reason.empty()) reason = judge_place(change, past);
  return reason.empty() ? judge_acts(change, change.acts, false, past) : reason;
}

/// A hold decided upon, or taken by a given verdict, over an open conflict on
/// the state leaves that conflict open: only the full fold knows it.
bool holds_over_conflict(const std::vector<Item>& items, const Form& form,
                         const StateView& past) {
  return past.blocked() &&
         std::any_of(items.begin(), items.end(), [&](const Item& item) {
           if (item.kind != ItemKind::step && !item.on_state()) return false;
           return form.state(item.written.state)->kind() ==
                  proto::STATE_KIND_HOLD;
         });
}

}  // namespace

bool apply_in_place(PartState& state, const Change& change,
                    const std::optional<std::string>& vouched,
                    const Publications& publications) {
  if (!may_grow(state, change)) return false;
  const auto form = publications.form(change.form, change.form_version.number);
  const auto tables = publications.tables(change.reference_version.number);
  if (!form || (!tables && !vouched)) return false;

  const StateView past(state, *form);
  const std::string verdict =
      vouched ? *vouched
              : verdict_in_place(change, *form, *tables, state.form, past);
  std::vector<Item> items;
  if (verdict.empty()) items = build_items(change, change, past);
  if (holds_over_conflict(items, *form, past)) return false;

  state.verdicts[change.dot] = verdict;
  state.heads = {change.dot};
  if (!verdict.empty()) {
    state.set_aside[change.dot] = verdict;
    return true;
  }
  std::uint32_t& version = state.cache.reference_version[change.device];
  version = std::max(version, change.reference_version.number);
  Growing(state, *form).grow(items);
  return true;
}

}  // namespace relais::sync
