#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

/// TYPE_YES_NO -> yes_no, POLICY_ASK -> ask.
std::string short_name(const std::string& name) {
  std::string text = name.substr(name.find('_') + 1);
  for (char& one : text) {
    if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
  }
  return text;
}

/// For a person: what may be entered, and when it must be.
void put_rules_in_words(json& row, const proto::Field& field,
                        const json& choices, Language language) {
  std::string values = field.list();
  for (const auto& choice : choices) {
    values += (values.empty() ? "" : ", ") + choice["code"].get<std::string>();
  }
  row["values"] = values;
  const Sentence if_so{"if {0}", {field.required_when()}};
  row["required"] = field.required() ? say(Sentence{"yes", {}}, language)
                    : field.required_when().empty() ? ""
                                                    : say(if_so, language);
}

void print_fields(const Call& call, const proto::Field& field,
                  const std::string& prefix) {
  const Language language = language_of(call);
  const std::string address = prefix + field.id();
  json choices = json::array();
  for (const proto::Choice& choice : field.choice()) {
    choices.push_back(
        {{"code", choice.code()}, {"label", label(choice.label(), language)}});
  }
  json row{{"address", address},
           {"label", label(field.label(), language)},
           {"type", short_name(proto::Type_Name(field.type()))}};
  if (call.option("format") == "table") {
    put_rules_in_words(row, field, choices, language);
  } else {
    row["list"] = field.list();
    row["choices"] = choices;
    row["required"] = field.required();
    row["required_when"] = field.required_when();
    row["when"] = field.when();
  }
  row["policy"] = field.policy() == proto::POLICY_UNSPECIFIED
                      ? ""
                      : short_name(proto::Policy_Name(field.policy()));
  call.output->row(row.dump());
  for (const proto::Field& column : field.column()) {
    print_fields(call, column, address + "[].");
  }
}

Result<> forms(Replica& replica, const Call& call) {
  if (!call.argument(0).empty()) {
    auto form = form_for(replica, call.argument(0));
    if (!form) return fail(form.error());
    for (const proto::Field& field : (*form)->definition().field()) {
      print_fields(call, field, {});
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
  const auto read = replica.publications().readable_tables();
  if (!read) return fail(read.error());
  const Tables* tables = read->get();
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
