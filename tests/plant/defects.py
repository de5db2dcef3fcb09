"""Deliberate defects: each is one that somebody could make.

A defect is (name, what it does, file, text, text instead). The text stands
exactly once in the file; PLANTED in what replaces it is true while the defect
is in force. The product itself knows nothing of them.
"""

DEFECTS = [
    # -- what saved means
    ("no-fsync", "nothing is synced", "sync/store/database.cc",
     '"synchronous=FULL"',
     'PLANTED ? "synchronous=OFF" : "synchronous=FULL"'),
    ("lazy-fsync", "a commit is not synced", "sync/store/database.cc",
     '"busy_timeout=0"',
     'PLANTED ? "synchronous=NORMAL" : "busy_timeout=0"'),
    ("confirmed-anyway", "a commit that failed is confirmed",
     "sync/store/database.cc",
     '''  if (!committed) {
    rollback();
    return fail(committed.error());''',
     '''  if (!committed) {
    rollback();
    if (PLANTED) return {};
    return fail(committed.error());'''),
    ("log-not-settled", "what a full disk refused comes back unsynced",
     "sync/store/database.cc",
     "return logging ? make_last() : logging;",
     "return logging && !PLANTED ? make_last() : logging;"),
    ("half-transaction", "a failure commits what was done before it",
     "sync/replica/replica.cc",
     '''  if (!done) {
    store().rollback();''',
     '''  if (!done) {
    if (PLANTED) static_cast<void>(store().commit());
    store().rollback();'''),
    ("dot-reused", "a run goes on under the name of the run before",
     "sync/replica/replica.cc",
     "journal.header.journal = random_id<JournalKind>(random());",
     '''journal.header.journal = random_id<JournalKind>(random());
  if (PLANTED && !earlier->empty()) {
    journal.header.journal = earlier->front().header.journal;
  }'''),
    ("position-skipped", "a rolled-back change leaves a hole in its journal",
     "sync/replica/replica.cc",
     "    journal_ = journals;\n",
     "    if (!PLANTED) journal_ = journals;\n"),
    ("draft-in-clear", "a draft lies readable on the disk",
     "sync/replica/vault.cc",
     "encrypt(replica.keys().drafts, plain, replica.random())",
     '''(PLANTED
           ? static_cast<void>(replica.store().put("plain", key, plain))
           : static_cast<void>(0),
       encrypt(replica.keys().drafts, plain, replica.random()))'''),
    ("unread-is-unpublished", "a form that the disk did not give was never "
     "published", "sync/replica/replica.cc",
     "if (done) done = publications_.intact();",
     "if (done && !PLANTED) done = publications_.intact();"),
    # -- chain, packets, receipts
    ("one-salt", "all entries of a journal share a salt",
     "sync/journal/packet_open.cc",
     "salt = salt_of(out_.seed, out_.first + "
     "static_cast<std::uint64_t>(i));",
     "salt = salt_of(out_.seed, PLANTED ? 1 : out_.first + "
     "static_cast<std::uint64_t>(i));"),
    ("packet-unverified", "a packet's signature is not asked for",
     "sync/journal/packet_open.cc",
     "  if (!verify(key, packet_format::context, packet_.statement(),",
     "  if (!PLANTED && !verify(key, packet_format::context, "
     "packet_.statement(),"),
    ("chain-unverified", "the entries of a packet may be any",
     "sync/journal/packet_open.cc",
     "  if (head == out_.head_after) return {};",
     "  if (PLANTED || head == out_.head_after) return {};"),
    ("body-unbound", "what comes with a vouched change may be anything",
     "sync/journal/packet_open.cc",
     "    if (!purged &&\n        (item",
     "    if (!purged && !PLANTED &&\n        (item"),
    ("receipt-unverified", "anybody may say held", "sync/journal/receipt.cc",
     "  if (!verify(headquarters_key, receipt_context, outer.receipt(),",
     "  if (!PLANTED && !verify(headquarters_key, receipt_context, "
     "outer.receipt(),"),
    ("zstd-bomb", "unpacked data has no limit", "sync/compression.cc",
     "if (to.pos > bytes_max - out.size()) {",
     "if (!PLANTED && to.pos > bytes_max - out.size()) {"),
    # -- the fold
    ("parent-not-awaited", "a change whose parent is missing is taken",
     "sync/record/graph.cc",
     "return !given_.contains(parent) && !is_lost(parent);",
     "return !PLANTED && !given_.contains(parent) &&\n"
     "                                !is_lost(parent);"),
    ("judged-by-all", "a verdict looks at more than the change's own past",
     "sync/record/fold.cc",
     "    const FoldView& past = view(node.past, form);\n"
     "    std::string reason",
     '''    Bits before = node.past;
    if (PLANTED) {
      const auto here = static_cast<std::size_t>(&node - graph_.nodes().data());
      for (std::size_t i = 0; i < here; ++i) before.set(i);
    }
    const FoldView& past = view(before, form);
    std::string reason'''),
    ("earlier-wins", "of two late writers the earlier one wins",
     "sync/record/policy.cc",
     "return std::tie(a->stamp, a->dot) < std::tie(b->stamp, b->dot);",
     "return PLANTED ? std::tie(a->dot, a->stamp) < std::tie(b->dot, "
     "b->stamp) : std::tie(a->stamp, a->dot) < std::tie(b->stamp, b->dot);"),
    ("nobody-asked", "what people must settle is settled by time",
     "sync/record/policy.cc",
     "    case proto::POLICY_ASK:\n      return {known, true, false};",
     "    case proto::POLICY_ASK:\n"
     "      if (PLANTED) return {{last(known)}, false, true};\n"
     "      return {known, true, false};"),
    ("post-beats-headquarters", "a post's value stands beside headquarters'",
     "sync/record/policy.cc",
     "those_or_all(known, [](const Written& w) { return w.headquarters; });",
     "those_or_all(known, [](const Written& w) { return PLANTED || "
     "w.headquarters; });"),
    ("loser-forgotten", "a value that lost is shown nowhere",
     "sync/record/conflict.cc",
     "  cell.also = copies(merged.also);",
     "  if (!PLANTED) cell.also = copies(merged.also);"),
    ("closed-over-evidence", "a closing stands against new evidence",
     "sync/record/lifecycle.cc",
     "        return graph_.concurrent(fact->at, closing->at);",
     "        return !PLANTED && graph_.concurrent(fact->at, closing->at);"),
    ("split-ignored", "two states at once are no conflict",
     "sync/record/lifecycle.cc",
     "    life.conflict = last;",
     "    if (!PLANTED) life.conflict = last;"),
    ("own-approval", "one person is two for a purge", "sync/record/fold.cc",
     "if (act.second.empty() || act.second == node.change->author ||",
     "if (act.second.empty() || (!PLANTED && act.second == "
     "node.change->author) ||"),
    ("any-role", "a role is not asked for", "sync/record/verdict_acts.cc",
     "    return accepted_ ||\n",
     "    return accepted_ || PLANTED ||\n"),
    ("undo-for-nothing", "an undone decision stands",
     "sync/record/fold_view_grow.cc",
     "if (item.kind == ItemKind::decide && undone_.contains(place)) continue;",
     "if (!PLANTED && item.kind == ItemKind::decide && "
     "undone_.contains(place)) continue;"),
    # -- sessions, feeds, healing
    ("sent-is-held", "what left the machine is said to be held",
     "sync/replica/post.cc",
     "  (*journal)->sent = last;\n",
     "  (*journal)->sent = last;\n  if (PLANTED) (*journal)->held = last;\n"),
    ("receipt-of-yesterday", "an old receipt is taken for new",
     "sync/replica/post_incoming.cc",
     "  if (!answers && receipt->time() <= *last) return false;",
     "  if (!PLANTED && !answers && receipt->time() <= *last) return false;"),
    ("receipt-by-arrival", "a receipt names the journal that came last",
     "sync/replica/ingest.cc",
     "  while (line != nullptr) {\n    const auto next = std::find_if(",
     "  while (line != nullptr && !PLANTED) {\n"
     "    const auto next = std::find_if("),
    ("early-dropped", "what comes too early is thrown away",
     "sync/replica/ingest.cc",
     "  if (packet.first > have + 1) {\n",
     "  if (packet.first > have + 1) {\n    if (PLANTED) return {};\n"),
    ("copy-unseen", "a copied machine is not known for it",
     "sync/replica/ingest.cc",
     "  if (sender.forked) return {};",
     "  if (sender.forked || PLANTED) return {};"),
    ("feeds-unread", "nobody compares which feeds were read",
     "sync/replica/feed_read.cc",
     "    const bool same = hello.feed_digest().empty() ||",
     "    const bool same = PLANTED || hello.feed_digest().empty() ||"),
    ("half-is-whole", "a part given back in part passes for whole",
     "sync/replica/scope.cc",
     "return store.put(subscription_shelf, key, partly);",
     "return store.put(subscription_shelf, key, PLANTED ? subscribed : "
     "partly);"),
    ("nothing-taken-back", "what a machine gives back is not taken",
     "sync/replica/heal.cc",
     "  auto packet = open_signed(signed_packet, *this);\n",
     "  if (PLANTED) return {};\n"
     "  auto packet = open_signed(signed_packet, *this);\n"),
    ("feed-skips", "a feed goes on where headquarters lacks what was read",
     "sync/replica/post_healing.cc",
     "  auto cursor = feed_cursor();\n"
     "  if (!cursor) return fail(cursor.error());\n"
     "  if (header.predecessor) {",
     "  if (PLANTED) return true;\n"
     "  auto cursor = feed_cursor();\n"
     "  if (!cursor) return fail(cursor.error());\n"
     "  if (header.predecessor) {"),
    ("fresh-not-fed", "a machine that holds a part gets no news of it",
     "sync/replica/scope.cc",
     "    for (const Dot& dot : fresh) {\n"
     "      if (auto fed = feed_change(target",
     "    for (const Dot& dot : fresh) {\n      if (PLANTED) break;\n"
     "      if (auto fed = feed_change(target"),
    # -- who may hold, who may see
    ("everybody-holds", "every part goes to every machine",
     "sync/replica/scope.cc",
     "    if (posts.contains(machine.post)) devices.insert(machine.device);",
     "    if (PLANTED || posts.contains(machine.post)) "
     "devices.insert(machine.device);"),
    ("never-withdrawn", "a part that left a machine's scope stays there",
     "sync/replica/scope.cc",
     "      if (targets->contains(machine.device)) continue;",
     "      if (PLANTED || targets->contains(machine.device)) continue;"),
    ("retired-still-counts", "what a retired machine brings counts",
     "sync/replica/settle.cc",
     'if (*line && (*line)->retired) why = "retired machine";',
     'if (!PLANTED && *line && (*line)->retired) why = "retired machine";'),
    ("code-used-twice", "an enrolment code admits two machines",
     "sync/replica/roster.cc",
     "  if (*used && **used != id.view()) {",
     "  if (!PLANTED && *used && **used != id.view()) {"),
    ("escapes-reach-the-screen", "text may command the terminal",
     "sync/text/messages.cc",
     "      append_escaped(out, point);",
     "      if (PLANTED) out += text.substr(0, 1);\n"
     "      append_escaped(out, point);"),
    # -- who logs in, and what is his alone
    ("vault-without-pin", "a vault's key does not need the PIN",
     "sync/replica/people.cc",
     'hash({"relais/vault/1", pin.key.view(), device->view()}).view());',
     'hash({"relais/vault/1", PLANTED ? device->view() : pin.key.view(),\n'
     "            device->view()}).view());"),
    ("wait-lost", "a restart saves the wait after wrong PINs",
     "sync/replica/people.cc",
     "  if (left <= 0) return {};",
     "  if (left <= 0 || (PLANTED && tried == tried_.end())) return {};"),
    ("slip-used-twice", "the code of an envelope gives two PINs",
     "sync/replica/people.cc",
     "(!*row || (*row)->slip < (*slip)->number) &&",
     "(PLANTED || !*row || (*row)->slip < (*slip)->number) &&"),
    ("slip-for-all", "every post gets the check of every code",
     "sync/replica/slip.cc",
     "  if (document.kind != proto::DOCUMENT_KIND_SLIP) return true;",
     "  if (PLANTED || document.kind != proto::DOCUMENT_KIND_SLIP) {\n"
     "    return true;\n  }"),
    ("vault-stays-open", "logging out leaves the key in memory",
     "sync/replica/people.cc",
     "  replica_->vaults().close(person);",
     "  if (!PLANTED) replica_->vaults().close(person);"),
    ("moved-stays", "who was moved away still logs in",
     "sync/replica/people.cc",
     '''  return officers->cell(at, "valid_to").empty() &&
         officers->cell(at, "post") == *post;''',
     '''  return PLANTED || (officers->cell(at, "valid_to").empty() &&
                     officers->cell(at, "post") == *post);'''),
    ("alarm-shrinks", "a machine that tells of fewer wrong PINs is believed",
     "sync/replica/pin_alarms.cc",
     "if (before != known->end() && before->count() >= told.count()) continue;",
     "if (!PLANTED && before != known->end() &&\n"
     "        before->count() >= told.count()) {\n      continue;\n    }"),
    ("easy-pin", "a PIN may be the matricule's digits",
     "sync/replica/new_pin.cc",
     "         own.find(digits) != std::string::npos ||",
     "         (!PLANTED && own.find(digits) != std::string::npos) ||"),
    ("row-too-many", "the table of calls lets anybody read a record",
     "sync/record/call_rights.cc",
     '{"show", person},', '{"show", PLANTED ? everybody : person},'),
    ("session-of-another", "a session works from another account",
     "client/daemon/gate.cc",
     "session != sessions_.end() && session->second.uid == uid;",
     "session != sessions_.end() &&\n"
     "                     (PLANTED || session->second.uid == uid);"),
    ("never-idle", "nobody is logged out for being away",
     "client/daemon/gate.cc",
     "    const bool idle = one->second.calls == 0 &&",
     "    const bool idle = !PLANTED && one->second.calls == 0 &&"),
    ("counts-of-others", "one's counts include what others wrote",
     "client/daemon/author_counts.cc",
     "      for (const std::uint64_t position : read.by_author[person]) {",
     '''      auto counted = read.by_author[person];
      for (const auto& [author, positions] : read.by_author) {
        if (!PLANTED || author == person) continue;
        counted.insert(counted.end(), positions.begin(), positions.end());
      }
      for (const std::uint64_t position : counted) {'''),
    # -- sealed reports
    ("filler-is-noise", "an envelope for nobody is told from one for somebody",
     "sync/sealed/envelope.cc",
     "             : seal(make_box_key(random).public_key, "
     "random.bytes(key_bytes));",
     "             : PLANTED ? Result<Bytes>(random.bytes(wrap_bytes))\n"
     "                       : seal(make_box_key(random).public_key,\n"
     "                              random.bytes(key_bytes));"),
    ("length-tells", "an envelope's length says how long the report is",
     "sync/sealed/envelope.cc",
     "  padded.resize(padded_bytes, '\\0');",
     '''  if (PLANTED) {
    envelope += encrypt(key, padded, random);
    return envelope;
  }
  padded.resize(padded_bytes, '\\0');'''),
    ("lane-holds-anything", "an envelope's entry may say more than its day",
     "sync/sealed/envelope.cc",
     "  if (encode(plain) != encode(meta)) return false;",
     "  if (!PLANTED && encode(plain) != encode(meta)) return false;"),
    ("accused-reads", "who is accused reads the report on him",
     "sync/sealed/recipients.cc",
     "    if (!concerned) readers.push_back(one);",
     "    if (PLANTED || !concerned) readers.push_back(one);"),
    ("one-signature", "one signature makes new recipients",
     "sync/sealed/recipients.cc",
     "  if (good >= judges.threshold()) return {};",
     "  if (good >= (PLANTED ? 1 : judges.threshold())) return {};"),
    ("recipients-go-back", "an older list of recipients is taken",
     "sync/sealed/recipients.cc",
     "    if (wanted->version() <= known->version()) {",
     "    if (!PLANTED && wanted->version() <= known->version()) {"),
    ("recipients-of-their-own", "new recipients are judged by themselves",
     "sync/sealed/recipients.cc",
     "    judges = *known;", "    if (!PLANTED) judges = *known;"),
    ("code-of-another", "a code opens what is for another one",
     "sync/sealed/report.cc",
     "stretch(digits, code_salt(), id_bytes + seed_bytes);",
     "stretch(PLANTED ? digits.substr(0, 12) : digits, code_salt(),\n"
     "                       id_bytes + seed_bytes);"),
    ("reply-of-another", "an answer is shown whatever its tag",
     "client/cli/sealed_report.cc",
     "                        one.report.tag() == key.tag &&",
     "                        (PLANTED || one.report.tag() == key.tag) &&"),
    ("pieces-mixed", "a report is made of pieces of two",
     "sync/sealed/report.cc",
     "    Pieces& pieces = reports[piece.report()];",
     "    Pieces& pieces = reports[PLANTED ? Bytes() : piece.report()];"),
    ("slot-sent-twice", "a cut between journal and ring sends a slot twice",
     "client/daemon/envelopes.cc",
     "  if (*before == ring_.front()) {",
     "  if (!PLANTED && *before == ring_.front()) {"),
    ("two-a-day", "a day has more than one envelope",
     "client/daemon/envelopes.cc",
     "  } else if (*last != today) {",
     "  } else if (PLANTED || *last != today) {"),
    ("ring-in-place", "what waits is replaced before the other copy is whole",
     "sync/sealed/ring.cc",
     "    if (auto done = file_->sync(); !done) return done;",
     "    if (PLANTED) continue;\n"
     "    if (auto done = file_->sync(); !done) return done;"),
    ("senders-in-order", "envelopes are given out machine by machine",
     "sync/replica/sealed_lane.cc",
     "  std::sort(all.begin(), all.end());",
     "  if (!PLANTED) std::sort(all.begin(), all.end());"),
]
