#include "server-stub/admin/house.h"
#include "server-stub/admin/verb.h"

namespace relais::admin {
namespace {

using Kind = Option::Kind;

std::vector<Option> post_options() {
  return {
      {"label", "TEXT", Sentence{"what the post is called", {}}, Kind::text,
       true},
      {"label-en", "TEXT", Sentence{"the same in English", {}}},
      {"type", "CODE", Sentence{"a code of the table unit_type", {}}},
      {"region", "CODE", Sentence{"a code of the table region", {}}},
      {"border", "TEXT", Sentence{"the country on the other side", {}}},
      {"chief", "CODE", Sentence{"the position of its chief", {}}},
      {"hours", "NUMBER",
       Sentence{"a longer silence is an alarm, in hours", {}}},
  };
}

std::vector<Verb> running_verbs() {
  std::vector<Verb> verbs;
  verbs.push_back(
      {.words = {"init"},
       .help = Sentence{"make a headquarters: keys, root certificate, "
                        "database; publish forms and code lists",
                        {}},
       .options = {{"name", "NAME", Sentence{"what it is called", {}},
                    Kind::text, true},
                   {"host", "HOST",
                    Sentence{"a name or address that posts call it by", {}},
                    Kind::list},
                   {"sample", "",
                    Sentence{"fictional officers, their hierarchy and an open "
                             "cycle as well",
                             {}},
                    Kind::flag}},
       .run = init});
  verbs.push_back(
      {.words = {"serve"},
       .help = Sentence{"serve posts and commands until told to end", {}},
       .options = {{"listen", "ADDR:PORT",
                    Sentence{"where (0.0.0.0:8443)", {}}}},
       .run = serve});
  verbs.push_back(
      {.words = {"backup"},
       .help = Sentence{"copy everything into one file, which holds keys: "
                        "lock it away",
                        {}},
       .arguments = {{"PATH"}},
       .target = last_argument});
  verbs.push_back(
      {.words = {"archived"},
       .help = Sentence{"declare archived what two backups hold, one at least "
                        "thirty days old; without them: since when",
                        {}},
       .arguments = {{"BACKUP", false}, {"BACKUP", false}},
       .lists = true});
  verbs.push_back({.words = {"restore"},
                   .help = Sentence{"put a backup in the place of what is in "
                                    "the home, which is kept beside it",
                                    {}},
                   .arguments = {{"PATH"}},
                   .run = restore});
  verbs.push_back(
      {.words = {"verify"},
       .help = Sentence{"check every byte and rebuild every record", {}},
       .one = true});
  return verbs;
}

std::vector<Verb> machine_verbs() {
  std::vector<Verb> verbs;
  verbs.push_back(
      {.words = {"device", "code"},
       .help =
           Sentence{"a code that enrols one machine, good for seven days", {}},
       .options = {{"post", "CODE", Sentence{"the machine's post", {}},
                    Kind::text, true},
                   {"file", "INVITE",
                    Sentence{"write an invitation for a machine without a "
                             "network",
                             {}}}},
       .one = true,
       .alone = "code",
       .target = "file"});
  verbs.push_back(
      {.words = {"device", "list"},
       .help = Sentence{"every machine ever enrolled or invited", {}},
       .lists = true});
  verbs.push_back(
      {.words = {"device", "retire"},
       .help = Sentence{"a machine is no longer trusted from now on", {}},
       .arguments = {{"ID"}},
       .options = {{"reason", "TEXT", Sentence{"why", {}}}}});
  verbs.push_back(
      {.words = {"officer", "code"},
       .help = Sentence{"a one-time code for an officer's first PIN, or for a "
                        "new one after he forgot his",
                        {}},
       .arguments = {{"MATRICULE"}},
       .options = {{"file", "OUT",
                    Sentence{"write the paper for the envelope", {}}}},
       .one = true,
       .alone = "code",
       .target = "file"});
  return verbs;
}

}  // namespace

std::vector<Verb> house_verbs() {
  std::vector<Verb> verbs = running_verbs();
  verbs.push_back({.words = {"post", "add"},
                   .help = Sentence{"add a post to the reference data, or "
                                    "change what is said of it",
                                    {}},
                   .arguments = {{"CODE"}},
                   .options = post_options()});
  verbs.push_back(
      {.words = {"post", "list"},
       .help = Sentence{"posts, their last contact and who is silent", {}},
       .lists = true});
  for (Verb& verb : machine_verbs()) verbs.push_back(std::move(verb));
  verbs.push_back(
      {.words = {"user", "add"},
       .help = Sentence{"a person at headquarters, with just these roles", {}},
       .arguments = {{"ID"}},
       .options = {{"role", "ROLE", Sentence{"a code of the table role", {}},
                    Kind::list, true},
                   {"label", "TEXT", Sentence{"the person's name", {}}}}});
  verbs.push_back({.words = {"user", "list"},
                   .help = Sentence{"persons at headquarters", {}},
                   .lists = true});
  verbs.push_back({.words = {"reference", "import"},
                   .help = Sentence{"publish a new version of a table", {}},
                   .arguments = {{"TABLE"}, {"FILE"}},
                   .sends = Sends::files,
                   .first_file = 1});
  verbs.push_back({.words = {"forms", "publish"},
                   .help = Sentence{"publish new versions of forms", {}},
                   .arguments = {{"FILE", true, true}},
                   .sends = Sends::files});
  return verbs;
}

std::vector<Verb> all_verbs() {
  std::vector<Verb> verbs = house_verbs();
  for (auto family : {record_verbs, desk_verbs, sealed_verbs}) {
    for (Verb& verb : family()) verbs.push_back(std::move(verb));
  }
  return verbs;
}

}  // namespace relais::admin
