"""A replica that works in place where it may."""

import fold as M


class Cached(M.View):
    """What a replica keeps between changes: current values only. Grows by
    changes whose parents are exactly the heads."""

    def __init__(self, view):
        self.fold, self.mask, self.form, self.past = (
            view.fold,
            view.mask,
            view.form,
            view.past,
        )
        self.inert, self.undone, self.memo = (
            dict(view.inert),
            set(view.undone),
            {},
        )
        self.cells = {a: self.current(view, a) for a in view.cells}
        self.hq = {a for a in view.cells if view.headquarters_wrote(a)}
        self.rows = {a: view.row(a) for a in view.rows}
        self.logs = {a: view.log(a) for a in view.logs}
        self.life, self.offers, self.taken = (
            view.lifecycle(),
            view.standing_offers(),
            view.accepted(),
        )

    def current(self, view, addr):
        return (
            view.uncited(addr)
            if view.form.spec(addr).get("ratchet")
            else view.survivors(addr)
        )

    def survivors(self, addr):
        return self.cells.get(addr, [])

    def uncited(self, addr):
        return self.cells.get(addr, [])

    def row(self, addr):
        return self.rows.get(addr, ("absent", []))

    def log(self, addr):
        return self.logs.get(addr, [])

    def lifecycle(self):
        return self.life

    def standing_offers(self):
        return self.offers

    def accepted(self):
        return self.taken

    def headquarters_wrote(self, addr):
        return addr in self.hq

    def grow(self, n):
        self.mask |= 1 << n
        self.memo = {}
        if self.fold.verdict[n] is not None:
            self.inert[n] = self.fold.verdict[n]
        for item in self.fold.items[n]:
            addr, kind = item.addr, item.kind
            if kind == "offer":
                self.offers = self.offers + [item]
            elif kind == "step" or addr == M.STATE:
                held = (
                    self.reached()
                    if self.form.states[item.target] == "hold"
                    else None
                )
                self.life, self.offers = (item.target, held, None, []), []
            elif kind == "append":
                self.logs.setdefault(addr, []).append(item)
            elif kind in ("write", "decide"):
                now = self.cells.get(addr, [])
                if self.form.spec(addr).get("ratchet"):
                    now = [s for s in now if s.dot not in item.cites]
                elif item.own_only:
                    now = [
                        s
                        for s in now
                        if s.author is None or s.author != item.author
                    ]
                else:
                    now = []
                self.cells[addr] = now + [item]
                if item.hq:
                    self.hq.add(addr)
            elif kind == "annul_row":
                self.rows[addr] = ("annulled", [])
            elif kind == "restore_row":
                self.rows[addr] = ("live", [])
            elif kind == "add_row" and addr not in self.rows:
                self.rows[addr] = ("live", [])


class Replica:
    IN_PLACE = (
        "write",
        "add_row",
        "annul_row",
        "restore_row",
        "append",
        "transition",
        "decide",
    )

    def __init__(self, history):
        self.history, self.held, self.fold, self.cache, self.in_place = (
            history,
            {},
            None,
            None,
            0,
        )

    def receive(self, change):
        """-> True where the change was applied in place"""
        if change["dot"] in self.held:
            return False
        self.held[change["dot"]] = change
        f = self.fold
        if (
            f
            and not f.waiting
            and not f.erased
            and not f.is_lost(change["dot"])
            and f.knows(change)
            and change["form"] == f.top()
            and all(a["act"] in self.IN_PLACE for a in change["acts"])
            and sorted(change["parents"]) == sorted(self.heads())
        ):
            n = len(f.change)
            f.given[change["dot"]], f.index[change["dot"]] = change, n
            f.dot.append(change["dot"])
            f.change.append(change)
            f.past.append((1 << n) - 1)
            f.views[f.past[n], change["form"]] = self.cache
            f.settle(n)
            del f.views[f.past[n], change["form"]]
            self.cache.grow(n)
            self.in_place += 1
            return True
        self.fold = M.fold_part(self.history, list(self.held.values()))
        self.cache = Cached(
            self.fold.view((1 << len(self.fold.change)) - 1, self.fold.top())
        )
        return False

    def heads(self):
        under = 0
        for p in self.fold.past:
            under |= p
        return [d for n, d in enumerate(self.fold.dot) if not under >> n & 1]

    def result(self):
        return self.fold.write_out(self.cache)
