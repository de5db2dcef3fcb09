"""A view: the fold of a downward-closed set of changes."""

from names import ERASED, STATE, by_dot, dot_key


class Item:
    """One act at its place `n` in the graph. An accepted act stands at the
    place of the accept, under its own author."""

    __slots__ = (
        "n",
        "dot",
        "origin",
        "author",
        "role",
        "hq",
        "stamp",
        "kind",
        "addr",
        "value",
        "cites",
        "own_only",
        "target",
        "material",
        "why",
    )


class View:
    def __init__(self, fold, mask, form):
        self.fold, self.mask, self.form, self.past = (
            fold,
            mask,
            form,
            fold.past,
        )
        self.inert = self.find_inert()
        self.undone, self.cells, self.rows, self.logs = set(), {}, {}, {}
        self.steps, self.offers, self.material, self.memo = [], [], [], {}
        live = [
            item
            for n in fold.bits(mask)
            if n not in self.inert
            for item in fold.items[n]
        ]
        self.undone = {item.value for item in live if item.kind == "undo"} - {
            None
        }
        for item in live:
            self.add(item)

    def find_inert(self):
        """Change -> why it is set aside: its verdict, or a challenge."""
        fold, inert = self.fold, {}
        for n in fold.bits(self.mask & fold.controls):
            if fold.verdict[n] is not None:
                continue
            for act in fold.change[n]["acts"]:
                if act["act"] == "challenge" and act["dot"] in fold.index:
                    inert[fold.index[act["dot"]]] = "challenged"
        for n in fold.bits(self.mask):
            if fold.verdict[n] is not None:
                inert[n] = fold.verdict[n]
        return inert

    def add(self, item):
        if item.kind == "decide" and item.n in self.undone:
            return
        if item.kind == "step" or (
            item.kind == "decide" and item.addr == STATE
        ):
            self.steps.append(item)
        elif item.kind == "offer":
            self.offers.append(item)
        elif item.kind == "append":
            self.logs.setdefault(item.addr, []).append(item)
        elif item.kind in ("write", "decide"):
            self.cells.setdefault(item.addr, []).append(item)
        if item.addr and len(item.addr) > 1:
            self.rows.setdefault(item.addr[:2], []).append(item)
        if item.material:
            self.material.append(item)

    def before(self, a, b):
        return self.past[b.n] >> a.n & 1

    def concurrent(self, a, b):
        return a.n != b.n and not self.before(a, b) and not self.before(b, a)

    # -- fields (4.2)

    def survivors(self, addr):
        """A legal write survives until a later legal write; a plain write over
        an open conflict ends only its author's."""
        items = self.cells.get(addr, [])
        return [
            s
            for s in items
            if not any(
                self.before(s, e)
                and (
                    not e.own_only
                    or (e.author is not None and e.author == s.author)
                )
                for e in items
            )
        ]

    def uncited(self, addr):
        items = self.cells.get(addr, [])
        cited = {dot for e in items for dot in e.cites}
        return [s for s in items if s.dot not in cited]

    def merge(self, addr):
        """-> (value, shown, yielded, items in conflict or None)"""
        if addr not in self.memo:
            self.memo[addr] = self.merge_now(addr)
        return self.memo[addr]

    def merge_now(self, addr):
        spec = self.form.spec(addr)
        policy = self.form.policy(spec, self.reached())
        items = (
            self.uncited(addr) if spec.get("ratchet") else self.survivors(addr)
        )
        known = [
            s for s in items if s.value != ERASED
        ] or items  # what is erased takes no part
        if not known:
            return None, [], [], None
        last = lambda some: max(some, key=lambda s: (s.stamp, dot_key(s.dot)))
        compare, group, ask = (
            (lambda s: s.value),
            known,
            policy in ("ASK", "OWN", "IMM"),
        )
        if policy == "HQ":
            group = [s for s in known if s.hq] or known
            ask = spec.get("hq_ask", False) or not group[0].hq
        if policy in ("MAX", "MIN", "OR"):
            some = [s for s in known if s.value is not None] or known
            pick = min if policy == "MIN" else max
            best = pick(self.form.rank(spec, s.value) for s in some)
            group = [s for s in some if self.form.rank(spec, s.value) == best]
        elif policy == "ADD":  # a row that is one unit
            compare = lambda s: [(s.value or {}).get(c) for c in spec["unit"]]
            group = [
                s for s in known if any(v is not None for v in compare(s))
            ] or known  # a blank yields
            ask = True
        elif policy == "LWW":
            group = [last(known)]
        if ask and any(compare(s) != compare(group[0]) for s in group):
            return None, group, [s for s in items if s not in group], group
        won = last(group)
        if policy == "HQ" and not ask or policy == "ADD":
            group = [won]
        return won.value, group, [s for s in items if s not in group], None

    def row(self, addr):
        """-> (status, annulments that are only proposals)"""
        items = self.rows.get(addr, [])
        annuls = [a for a in items if a.kind == "annul_row"]
        edits = [e for e in items if e.kind != "annul_row"]
        standing = [
            a
            for a in annuls
            if not any(
                e.kind == "restore_row" and self.before(a, e) for e in edits
            )
        ]
        if any(
            not any(self.concurrent(a, e) for e in edits) for a in standing
        ):
            return "annulled", []
        return ("live", standing) if edits else ("absent", [])

    def log(self, addr):
        """Causal order, then (stamp, dot): take again and again the smallest
        entry that no entry left precedes."""
        order = lambda e: (e.stamp, dot_key(e.dot), e.origin[1])
        left, out = {}, []
        for item in sorted(self.logs.get(addr, []), key=order):
            left.setdefault(item.origin, item)
        while left:
            free = [
                e
                for e in left.values()
                if not any(self.before(o, e) for o in left.values())
            ]
            out.append(min(free, key=order))
            del left[out[-1].origin]
        return out

    def get(self, name):
        """A field's value for guards; undecided and erased are empty."""
        spec = self.form.fields[name]
        if spec["policy"] == "LOG":
            return [e.value for e in self.log((name,))]
        if spec["policy"] != "ADD":
            value = self.merge((name,))[0]
            return None if value == ERASED else value
        rows = sorted(
            a[1]
            for a in self.rows
            if a[0] == name and self.row(a)[0] == "live"
        )
        if "unit" in spec:
            return {r: self.merge((name, r))[0] or {} for r in rows}
        return {
            r: {
                c: self.merge((name, r, c))[0] for c in spec.get("columns", {})
            }
            for r in rows
        }

    # -- lifecycle (4.2)

    def lifecycle(self):
        if "life" not in self.memo:
            self.memo["life"] = self.resolve(self.steps, self.material)
        return self.memo["life"]

    def resolve(self, steps, material):
        """-> (state, state a hold suspends or None, T if it is a blocking
        conflict, steps that became proposals)"""
        form, gone = self.form, []
        while True:
            T = [t for t in steps if not any(self.before(t, u) for u in steps)]
            targets = {t.target for t in T}
            closings = [t for t in T if form.states[t.target] == "closing"]
            holds = [t for t in T if form.states[t.target] == "hold"]
            if closings and (
                len(targets) > 1
                or any(
                    self.concurrent(m, c) for m in material for c in closings
                )
            ):
                leave = closings  # (b)
            elif len(targets) > 1 and holds and len(holds) < len(T):
                leave = holds
            else:
                break
            gone += leave
            steps = [
                t for t in steps if t not in leave
            ]  # what they replaced is in T again
        if not T:
            return form.life["initial"], None, None, gone
        best = [
            s
            for s in targets
            if all(s == o or form.above(s, o) for o in targets)
        ]  # (a), (c)
        if best and form.states[best[0]] == "hold":
            state, held, conflict, _ = self.resolve(
                [t for t in steps if t not in T], material
            )
            return best[0], held or state, conflict, gone
        if best:
            return best[0], None, None, gone
        common = self.mask  # (d)
        for t in T:
            common &= self.past[t.n]
        inside = lambda some: [t for t in some if common >> t.n & 1]
        state, held, _, _ = self.resolve(inside(self.steps), inside(material))
        return state, held, T, gone

    def reached(self):
        state, held, _, _ = self.lifecycle()
        return held or state

    def standing_offers(self):
        return [
            o
            for o in self.offers
            if not any(self.before(o, u) for u in self.steps)
        ]

    def accepted(self):
        """{dot that was set aside: [the accepts that repeat it]}"""
        out = {}
        for n in self.fold.bits(self.mask):
            act = (self.fold.change[n]["acts"] or [{"act": None}])[0]
            if act["act"] == "accept" and n not in self.inert:
                out.setdefault(act["dot"], []).append(self.fold.dot[n])
        return {dot: by_dot(accepts) for dot, accepts in out.items()}

    def headquarters_wrote(self, addr):
        return any(w.hq for w in self.cells.get(addr, []))

    def conflict(self, addr):
        """The items of the open conflict at an address, or None."""
        return self.lifecycle()[2] if addr == STATE else self.merge(addr)[3]
