#include "server-stub/admin/house.h"
#include "server-stub/admin/verb.h"

namespace relais::admin {
namespace {

using Kind = Option::Kind;

Option since() {
  return {"since", "DATE",
          Sentence{"only what left a post on that day or later", {}}};
}

Option key(const Sentence& help) {
  return {"key", "FILE", help, Kind::text, true};
}

Verb unseal_verb() {
  return {
      .words = {"unseal"},
      .help = Sentence{"at a recipient's station: open the sealed reports "
                       "that a key opens, and make incidents of them",
                       {}},
      .arguments = {{"ENVELOPES", false}},
      .options = {key(Sentence{"the recipient's key file", {}}),
                  {"show", "",
                   Sentence{"print them here, and write nothing", {}},
                   Kind::flag},
                  since(),
                  {"reply", "FILE",
                   Sentence{"answer the reporter with this text, --to one "
                            "report",
                            {}}},
                  {"to", "MARK", Sentence{"the mark that --show prints", {}}}},
      .run = unseal};
}

}  // namespace

std::vector<Verb> sealed_verbs() {
  std::vector<Verb> verbs;
  verbs.push_back(
      {.words = {"recipients", "init"},
       .help = Sentence{"make the document of who reads sealed reports, and "
                        "their key files, which no server keeps",
                        {}},
       .arguments = {{"PLAN"}, {"FOLDER"}},
       .options = {{"after", "FILE",
                    Sentence{"the version before: who stays keeps the key",
                             {}}}},
       .run = recipients_init});
  verbs.push_back({.words = {"recipients", "sign"},
                   .help = Sentence{"add a signature to that document", {}},
                   .arguments = {{"FILE"}},
                   .options = {key(Sentence{"the signer's key file", {}})},
                   .run = recipients_sign});
  verbs.push_back(
      {.words = {"recipients", "publish"},
       .help = Sentence{"give it to every machine, once it is signed", {}},
       .arguments = {{"FILE"}},
       .sends = Sends::files});
  verbs.push_back({.words = {"recipients", "show"},
                   .help = Sentence{"who reads sealed reports, by a file or as "
                                    "it is published",
                                    {}},
                   .arguments = {{"FILE", false}},
                   .run = recipients_show});
  verbs.push_back(
      {.words = {"envelopes"},
       .help =
           Sentence{"all envelopes in one file, for a recipient's station", {}},
       .arguments = {{"PATH"}},
       .options = {since()},
       .one = true,
       .target = last_argument});
  verbs.push_back(unseal_verb());
  return verbs;
}

}  // namespace relais::admin
