#include "server-stub/admin/verb.h"
#include "sync/text/record_json.h"

namespace relais::admin {
namespace {

using Kind = Option::Kind;

Option from() {
  return {"from", "FILE", Sentence{"JSON of a record, or of its fields", {}}};
}
Option set() {
  return {"set", "ADDRESS=value", Sentence{"write one value", {}}, Kind::list};
}
Option reason(bool required = true) {
  return {"reason", "TEXT", Sentence{"why", {}}, Kind::text, required};
}

Verb purge_verb() {
  return {
      .words = {"purge"},
      .help = Sentence{"erase by law what a record holds, everywhere; one "
                       "person proposes, a second one confirms; without "
                       "RECORD: what is proposed",
                       {}},
      .arguments = {{"RECORD", false}},
      .options = {{"basis", "TEXT", Sentence{"the legal basis", {}}},
                  reason(false),
                  {"part", "PART", Sentence{"only this part of it", {}}},
                  {"change", "DOT",
                   Sentence{"only this change, as show --history names it", {}},
                   Kind::list},
                  {"confirm", "",
                   Sentence{"confirm what another person proposed", {}},
                   Kind::flag},
                  {"drop", "", Sentence{"take a proposal back", {}},
                   Kind::flag}},
      .lists = true};
}

}  // namespace

std::vector<Verb> record_verbs() {
  std::vector<Verb> verbs;
  const Option submit{"submit", "", Sentence{"submit at once", {}}, Kind::flag};
  verbs.push_back({.words = {"new"},
                   .help = Sentence{"a new record", {}},
                   .arguments = {{"FORM"}},
                   .options = {from(), set(), submit},
                   .sends = Sends::from,
                   .one = true});
  verbs.push_back({.words = {"import"},
                   .help = Sentence{"many records at once; a bad line stops "
                                    "no other",
                                    {}},
                   .arguments = {{"FORM"}, {"FILE"}},
                   .options = {submit},
                   .sends = Sends::lines,
                   .one = true});
  verbs.push_back({.words = {"edit"},
                   .help = Sentence{"change a record", {}},
                   .arguments = {{"RECORD"}},
                   .options = {from(),
                               set(),
                               {"annul", "ADDRESS", Sentence{"annul a row", {}},
                                Kind::list},
                               reason(false),
                               {"attach", "ADDRESS=PATH",
                                Sentence{"not yet: attachments come later", {}},
                                Kind::list}},
                   .sends = Sends::from,
                   .one = true});
  verbs.push_back({.words = {"do"},
                   .help = Sentence{"take a step of a record's life", {}},
                   .arguments = {{"RECORD"}, {"TRANSITION"}},
                   .options = {reason(false)},
                   .one = true});
  verbs.push_back(
      {.words = {"list"},
       .help = Sentence{"records, the newest first", {}},
       .arguments = {{"FORM", false}},
       .options = {{"where", "EXPR",
                    Sentence{"only those for which it is true", {}}},
                   {"limit", "N", Sentence{"at most so many", {}}}},
       .lists = true,
       .columns = sync::line_columns()});
  verbs.push_back(
      {.words = {"show"},
       .help = Sentence{"one record", {}},
       .arguments = {{"RECORD"}},
       .options = {{"history", "", Sentence{"every change, oldest first", {}},
                    Kind::flag}},
       .one = true});
  verbs.push_back({.words = {"export"},
                   .help = Sentence{"records whole, as CSV or JSON", {}},
                   .arguments = {{"FORM|RECORD"}},
                   .lists = true});
  return verbs;
}

std::vector<Verb> desk_verbs() {
  std::vector<Verb> verbs;
  verbs.push_back({.words = {"conflicts", "list"},
                   .help = Sentence{"values that a person must decide", {}},
                   .lists = true});
  verbs.push_back({.words = {"conflicts", "show"},
                   .help = Sentence{"who wrote what, where and when", {}},
                   .arguments = {{"ID"}},
                   .one = true});
  verbs.push_back({.words = {"conflicts", "decide"},
                   .help = Sentence{"settle one", {}},
                   .arguments = {{"ID"}},
                   .options = {{"value", "V", Sentence{"what is kept", {}},
                                Kind::text, true},
                               reason()},
                   .one = true});
  verbs.push_back({.words = {"conflicts", "undo"},
                   .help = Sentence{"take a decision back", {}},
                   .arguments = {{"ID"}},
                   .options = {reason()},
                   .one = true});
  verbs.push_back({.words = {"aside", "list"},
                   .help = Sentence{"changes that were set aside", {}},
                   .lists = true});
  verbs.push_back({.words = {"aside", "show"},
                   .help = Sentence{"one of them, and why", {}},
                   .arguments = {{"ID"}},
                   .one = true});
  verbs.push_back({.words = {"aside", "accept"},
                   .help = Sentence{"let it count after all", {}},
                   .arguments = {{"ID"}},
                   .options = {reason()}});
  verbs.push_back({.words = {"aside", "challenge"},
                   .help = Sentence{"set a change aside", {}},
                   .arguments = {{"DOT"}},
                   .options = {reason()}});
  verbs.push_back({.words = {"aside", "lost"},
                   .help = Sentence{"a change that will never arrive", {}},
                   .arguments = {{"DOT"}},
                   .options = {reason()}});
  verbs.push_back(purge_verb());
  verbs.push_back({.words = {"packet", "import"},
                   .help = Sentence{"take in files from the field", {}},
                   .arguments = {{"PATH", true, true}},
                   .sends = Sends::files});
  verbs.push_back({.words = {"packet", "export"},
                   .help = Sentence{"write a file for one machine", {}},
                   .arguments = {{"PATH"}},
                   .options = {{"device", "ID", Sentence{"which machine", {}},
                                Kind::text, true}},
                   .one = true,
                   .target = last_argument});
  return verbs;
}

}  // namespace relais::admin
