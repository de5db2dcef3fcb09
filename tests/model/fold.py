#!/usr/bin/env python3
"""The merge rules of Relais as one pure function: fold(history) -> result.

    fold.py HISTORY.json    the result as canonical JSON

README.md has the schema of a history, a form and a result.
"""

import json
import sys

import result
from form import Form
from judge import Judge
from names import (  # (some are for those who import this module)
    CONTROL,
    ERASED,
    FOLD_VERSION,
    STATE,
    VALUE_KEYS,
    by_dot,
    dot_key,
    free_record,
    keyed_record,
    named,
)
from view import Item, View


class Fold(Judge):
    """One part: order, verdicts, items."""

    def __init__(self, history, changes, erased=()):
        self.forms = {int(v): Form(f) for v, f in history["forms"].items()}
        self.reference = {
            int(v): r for v, r in history.get("reference", {}).items()
        }
        self.vouched, self.views, self.erased = (
            dict(history.get("vouched", {})),
            {},
            erased,
        )
        self.given = {}
        for c in changes:
            if self.given.setdefault(c["dot"], c) != c:
                raise ValueError("two changes under one dot: " + c["dot"])
        self.lost = []
        while True:  # lost releases changes, which may declare more
            self.place()
            more = [
                (a["journal"], a["from"])
                for c in self.change
                for a in c["acts"]
                if a["act"] == "lost" and self.tables(c) is None
            ]
            if all(l in self.lost for l in more):
                break
            self.lost = self.lost + more
        for c in sorted(
            self.change, key=lambda c: dot_key(c["dot"])
        ):  # a purge carries the verdicts of its past
            for act in c["acts"]:
                if act["act"] == "purge" and self.tables(c) is None:
                    for dot, verdict in act.get("verdicts", {}).items():
                        self.vouched.setdefault(dot, verdict)
        self.verdict, self.items = [], []
        for n in range(len(self.change)):
            self.settle(n)

    def settle(self, n):
        self.verdict.append(self.judge(n))
        self.items.append([])
        if self.verdict[n] is None:
            self.items[n] = self.build(n)

    def is_lost(self, dot):
        journal, position = dot.split(".")
        return any(journal == j and int(position) >= p for j, p in self.lost)

    def awaited(self, c):
        """What it names and waits for. For what is lost a challenge or a purge
        waits no more than for a parent; others may still accept it."""
        control = any(a["act"] in CONTROL for a in c["acts"])
        return [
            d
            for d in named(c)
            if d not in self.given and not (control and self.is_lost(d))
        ]

    def knows(self, c):
        return c["form"] in self.forms and (
            c["ref"] in self.reference or c["dot"] in self.vouched
        )

    def place(self):
        """Order the changes whose past is whole; the others wait. past[n] is
        a bit set."""
        todo, self.dot, self.index, self.change, self.past, self.controls = (
            by_dot(self.given),
            [],
            {},
            [],
            [],
            0,
        )
        moved = True
        while moved:
            moved, rest = False, []
            for dot in todo:
                c, empty = self.given[dot], self.is_lost(dot)
                if empty:
                    c = {**c, "parents": [], "acts": []}
                if not empty and (
                    not self.knows(c)
                    or self.awaited(c)
                    or any(
                        p not in self.index
                        and (p in self.given or not self.is_lost(p))
                        for p in c["parents"]
                    )
                ):
                    rest.append(dot)
                    continue
                n, past = len(self.change), 0
                for p in c["parents"]:
                    if p in self.index:
                        past |= self.past[self.index[p]] | 1 << self.index[p]
                self.index[dot], moved = n, True
                self.dot.append(dot)
                self.change.append(c)
                self.past.append(past)
                if any(a["act"] in CONTROL for a in c["acts"]):
                    self.controls |= 1 << n
            todo = rest
        self.waiting = todo

    def bits(self, mask):
        while mask:
            low = mask & -mask
            yield low.bit_length() - 1
            mask ^= low

    def view(self, mask, version):
        if (mask, version) not in self.views:
            self.views[mask, version] = View(self, mask, self.forms[version])
        return self.views[mask, version]

    # -- verdicts (4.1)

    def build(self, n):
        c, acts, origin, author = (
            self.change[n],
            self.change[n]["acts"],
            self.dot[n],
            self.change[n]["author"],
        )
        if acts and acts[0]["act"] in CONTROL:
            return []
        if acts and acts[0]["act"] == "accept":
            origin = acts[0]["dot"]
            acts, author = (
                self.given[origin]["acts"],
                self.given[origin]["author"],
            )
        view, items = self.view(self.past[n], c["form"]), []
        form = view.form
        for i, act in enumerate(acts):
            item = Item()
            item.n, item.dot, item.origin, item.author = (
                n,
                self.dot[n],
                (origin, i),
                author,
            )
            item.role, item.hq, item.stamp = (
                c["role"],
                form.hq(c["role"]),
                c["stamp"],
            )
            item.kind, item.why, item.cites = (
                act["act"],
                act.get("reason"),
                act.get("cites", []),
            )
            item.addr = (
                tuple(act["address"].split("/")) if "address" in act else None
            )
            item.value = (
                act.get("entry") if item.kind == "append" else act.get("value")
            )
            if isinstance(item.value, dict):
                item.value = {
                    k: v for k, v in item.value.items() if v is not None
                }
            item.own_only, item.target, item.material = False, None, False
            if item.kind == "undo":
                item.value = self.index.get(act["dot"])
            if item.kind == "transition":
                to, held = form.steps[act["id"]]["to"], act.get("state")
                item.kind, item.value = (
                    "offer" if act.get("proposes") else "step",
                    act["id"],
                )
                item.target = held if to == "$held" else to
            elif item.kind == "decide" and item.addr == STATE:
                item.target = act["value"]
            elif item.kind == "write":
                item.own_only = view.merge(item.addr)[3] is not None
            item.material = self.is_material(form, view, item)
            items.append(item)
        return items

    def is_material(self, form, view, item):
        rule = form.life["material"]
        if item.kind not in ("write", "add_row", "append", "restore_row"):
            return False
        if item.addr[0] in rule["fields"]:
            return True
        if (
            item.kind != "write"
            or item.addr[0] not in rule["raises"]
            or item.value == ERASED
        ):
            return False
        spec, now = form.spec(item.addr), view.merge(item.addr)[0]
        return form.rank(spec, item.value) > form.rank(spec, now)

    # -- the result

    def top(self):
        """The newest form version that a legal change names decides the
        policies of the merged state."""
        legal = [
            c["form"]
            for n, c in enumerate(self.change)
            if self.verdict[n] is None
        ]
        named = [
            c["form"] for c in self.given.values() if c["form"] in self.forms
        ]
        return max(legal, default=min(named, default=None))

    def result(self):
        every = (1 << len(self.change)) - 1
        return self.write_out(self.view(every, self.top()))

    def write_out(self, view):
        return result.write_out(self, view)


def erase(c, form):
    """What a purge leaves of a change: its place and the shape of its acts;
    a ratchet keeps its value."""
    acts = []
    for act in c["acts"]:
        act, key = {
            k: v for k, v in act.items() if k != "reason"
        }, VALUE_KEYS.get(act["act"])
        spec = (
            form.spec(tuple(act["address"].split("/")))
            if key == "value"
            else None
        )
        if (
            key
            and not (spec or {}).get("ratchet")
            and act.get("address") != "state"
        ):
            act[key] = dict(ERASED)
        acts.append(act)
    return {**c, "author": None, "acts": acts}


def fold_part(history, changes):
    fold, erased, by = Fold(history, changes), {}, {}
    for n in fold.bits(fold.controls):
        for act in fold.change[n]["acts"] if fold.verdict[n] is None else []:
            if act["act"] == "purge":
                for dot in act["dots"]:
                    by.setdefault(dot, fold.change[n])
                    erased.setdefault(
                        dot,
                        {
                            "by": fold.change[n]["author"],
                            "second": act["second"],
                            "basis": act["basis"],
                            "reason": act["reason"],
                            "purge": fold.dot[n],
                        },
                    )
    if not erased:
        return fold
    form = lambda dot: fold.forms[fold.given[dot]["form"]]
    return Fold(
        history,
        [
            erase(c, form(d)) if d in erased else c
            for d, c in fold.given.items()
        ],
        erased,
    )


def groups(changes):
    out = {}
    for c in changes:
        out.setdefault((c["record"], c["part"]), []).append(c)
    return [out[k] for k in sorted(out)]


def fold(history):
    return {
        "fold_version": FOLD_VERSION,
        "parts": [
            fold_part(history, g).result() for g in groups(history["changes"])
        ],
    }


def canonical(value):
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(canonical(fold(json.load(file))))
