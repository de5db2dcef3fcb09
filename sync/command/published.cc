#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using nlohmann::json;

/// TYPE_YES_NO -> yes_no, POLICY_ASK -> ask.
std::string short_name(const std::string& name) {
  std::string text = name.substr(name.find('_') + 1);
  for (char& one : text) {
    if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
  }
  return text;
}

void print_fields(const Call& call, const proto::Form& form,
                  const proto::Field& field, const std::string& prefix) {
  const std::string address = prefix + field.id();
  call.output->row(
      json{{"address", address},
           {"label", label(field.label(), language_of(call))},
           {"type", short_name(proto::Type_Name(field.type()))},
           {"list", field.list()},
           {"required", field.required()},
           {"policy", field.policy() == proto::POLICY_UNSPECIFIED
                          ? ""
                          : short_name(proto::Policy_Name(field.policy()))}}
          .dump());
  for (const proto::Field& column : field.column()) {
    print_fields(call, form, column, address + "[].");
  }
}

Result<> forms(Replica& replica, const Call& call) {
  if (!call.argument(0).empty()) {
    auto form = form_for(replica, call.argument(0));
    if (!form) return fail(form.error());
    for (const proto::Field& field : (*form)->definition().field()) {
      print_fields(call, (*form)->definition(), field, {});
    }
    return {};
  }
  for (const auto& form : replica.publications().newest_forms()) {
    call.output->row(
        json{{"form", form->id()},
             {"version", form->version().number},
             {"label", label(form->definition().label(), language_of(call))},
             {"fields", form->definition().field_size()}}
            .dump());
  }
  return {};
}

Result<> reference(Replica& replica, const Call& call) {
  const auto tables = replica.publications().newest_tables();
  const std::string& name = call.argument(0);
  if (name.empty()) {
    for (const auto& [table, rows] : tables->table) {
      call.output->row(
          json{{"table", table}, {"rows", rows->rows().size()}}.dump());
    }
    return {};
  }
  const Table* table = tables->find(name);
  if (table == nullptr) {
    return fail(Errc::not_found,
                "There is no table {0}; `reference` alone lists those there "
                "are",
                {name});
  }
  for (const auto& cells : table->rows()) {
    json row;
    for (std::size_t i = 0; i < table->columns().size(); ++i) {
      row[table->columns()[i]] = cells[i];
    }
    call.output->row(row.dump());
  }
  return {};
}

}  // namespace

void add_published_verbs(Verbs& verbs, Replica& replica) {
  verbs["forms"] = [&replica](const Call& call) {
    return forms(replica, call);
  };
  verbs["reference"] = [&replica](const Call& call) {
    return reference(replica, call);
  };
}

}  // namespace relais::sync
