#include <utility>

#include "sync/command/verbs.h"
#include "sync/limits.h"
#include "sync/replica/people.h"
#include "sync/text/sentence.h"

namespace relais::sync {
namespace {

constexpr char value_separator = '\x1f';

void add(proto::End& end, const Sentence& sentence) {
  *end.add_sentence() = to_proto(sentence);
}

}  // namespace

const std::string& Call::argument(int index) const {
  static const std::string none;
  return index < request->argument_size() ? request->argument(index) : none;
}

std::string Call::option(const std::string& name) const {
  const auto found = request->option().find(name);
  return found == request->option().end() ? std::string{} : found->second;
}

bool Call::has(const std::string& name) const {
  return request->option().contains(name);
}

Result<std::string> needed(const Call& call, int index, std::string_view name) {
  if (!call.argument(index).empty()) return call.argument(index);
  return fail(Errc::usage, "{0} is missing; see --help", {std::string(name)});
}

std::vector<std::string> values_of(const Call& call, const std::string& name) {
  std::vector<std::string> values;
  if (!call.has(name)) return values;
  std::string rest = call.option(name);
  for (;;) {
    const auto at = rest.find(value_separator);
    values.push_back(rest.substr(0, at));
    if (at == std::string::npos) return values;
    rest.erase(0, at + 1);
  }
}

Result<Bytes> whole_input(const Call& call) {
  Bytes bytes;
  for (;;) {
    auto piece = call.input->next();
    if (!piece) return fail(piece.error());
    if (!*piece) return bytes;
    bytes += (*piece)->bytes();
    if (bytes.size() > limits::document_bytes_max) {
      return fail(Errc::over_limit, "The file is larger than {0} bytes",
                  {std::to_string(limits::document_bytes_max)});
    }
    if ((*piece)->last()) return bytes;
  }
}

Result<std::shared_ptr<const Form>> form_for(const Replica& replica,
                                             const std::string& id) {
  if (auto form = replica.publications().newest_form(id)) return form;
  std::string names;
  for (const auto& form : replica.publications().newest_forms()) {
    names += (names.empty() ? "" : ", ") + form->id();
  }
  if (names.empty()) {
    return fail(Errc::not_found,
                "There is no form here yet: enrol this machine, then sync");
  }
  return fail(Errc::not_found, "There is no form {0}; there are {1}",
              {id, names});
}

Verbs shared_verbs(Replica& replica) {
  Verbs verbs;
  add_writing_verbs(verbs, replica);
  add_import_verb(verbs, replica);
  add_reading_verbs(verbs, replica);
  add_published_verbs(verbs, replica);
  add_sheet_verbs(verbs, replica);
  add_sealing_verb(verbs, replica);
  return verbs;
}

proto::End run(const Verbs& verbs, const Call& call) {
  proto::End end;
  std::string name;
  for (const std::string& word : call.request->verb()) {
    name += (name.empty() ? "" : " ") + word;
  }
  const auto verb = verbs.find(name);
  if (verb == verbs.end()) {
    end.set_exit_code(exit_code(Errc::usage));
    add(end, {"There is no command {0} here; see --help", {name}});
    return end;
  }
  auto done = verb->second(call);
  if (done) return end;
  end.set_exit_code(exit_code(done.error().code));
  end.set_login(is_not_logged_in(done.error().what));
  add(end, done.error().what);
  for (const Sentence& further : done.error().more) add(end, further);
  return end;
}

}  // namespace relais::sync
