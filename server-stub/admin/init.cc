#include "server-stub/admin/house.h"
#include "server-stub/admin/session.h"
#include "server-stub/headquarters/office.h"

namespace relais::admin {

int init(Session& session, const Invocation& asked) {
  Terminal& terminal = session.terminal();
  server::Founding founding;
  founding.name = asked.text("name");
  founding.sample = asked.has("sample");
  founding.share = server::share_of_forms();
  if (const auto hosts = asked.option.find("host");
      hosts != asked.option.end()) {
    founding.hosts = hosts->second;
  }
  auto office = server::Office::found(
      session.globals().home, founding, [&](const std::string& name) {
        terminal.progress({"Publishing {0} ...", {name}});
      });
  if (!office) return terminal.tell(office.error());
  auto papers = (*office)->papers();
  if (!papers) return terminal.tell(papers.error());
  terminal.tell(
      Sentence{"Headquarters {0} is made in {1}. Next: relais-hq serve",
               {papers->name, (*office)->folder().string()}});
  return 0;
}

}  // namespace relais::admin
