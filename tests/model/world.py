"""Random histories: devices, people, roads between them, and what they do."""

import json
import os
import random

import fold as M
from choices import Choices

HERE = os.path.dirname(os.path.abspath(__file__))
FORMS = [
    json.load(open(os.path.join(HERE, "forms", name), encoding="utf-8"))
    for name in ("incident.json", "attendee.json", "evaluation.json")
]


class World(Choices):
    def __init__(self, seed):
        r = self.r = random.Random(seed)
        self.form = r.choice(FORMS)
        roles = list(self.form["roles"])
        roster = {
            "p%d" % i: sorted(r.sample(roles, r.choice((1, 1, 2))))
            for i in range(5)
        }
        for role in roles:
            if not any(role in x for x in roster.values()):
                roster["q" + role] = [role]
        for role in self.hq():
            roster.setdefault("h" + role, [role])
        later = {p: list(x) for p, x in roster.items()}
        later["p0"] = [r.choice(roles)]
        self.history = {
            "forms": {"1": self.form},
            "reference": {"1": {"roster": roster}, "2": {"roster": later}},
            "changes": [],
        }
        if (
            r.random() < 0.2
        ):  # a second version of the form: goods and comments may be ASK
            newer = json.loads(json.dumps(self.form))
            newer["fields"]["added"] = {
                "policy": "ASK",
                "type": "integer",
                "write": roles,
                "resolve": self.hq(),
            }
            self.history["forms"]["2"] = newer
        self.devices = [
            {
                "name": "D%d" % i,
                "runs": 0,
                "held": {},
                "ref": 1,
                "form": 1,
                "skew": r.randrange(0, 4000),
                "seen": None,
                "journal": None,
            }
            for i in range(r.choice((2, 3, 3, 4)))
        ]
        common = [
            n
            for n, spec in self.form["fields"].items()
            if spec["policy"] != "IMM"
        ]
        self.focus = r.sample(
            common, 4
        )  # few fields, so that people meet in them
        self.eager = r.choice(
            (0.2, 0.35, 0.5)
        )  # how often a change is a step of the lifecycle
        self.record, self.serial, self.all = None, 0, {}
        if "key" in self.form:
            self.key = [
                7 if self.form["fields"][k]["type"] == "integer" else "k-" + k
                for k in self.form["key"]
            ]
            self.record = M.keyed_record(self.form["name"], self.key)

    def hq(self):
        return [
            x
            for x, side in self.form["roles"].items()
            if side == "headquarters"
        ]

    def person(self, roles, ref):
        """Somebody who holds one of the roles; now and then not."""
        r, roster = self.r, self.history["reference"][str(ref)]["roster"]
        if r.random() < 0.06:
            return r.choice(sorted(roster)), r.choice(list(self.form["roles"]))
        able = [
            (p, role)
            for p in sorted(roster)
            for role in roster[p]
            if role in roles
        ]
        return (
            r.choice(able)
            if able
            else (r.choice(sorted(roster)), r.choice(list(self.form["roles"])))
        )

    def new_change(self, d, part, parents, acts, who):
        r = self.r
        if d["journal"] is None or r.random() < 0.1:
            d["runs"] += 1
            d["journal"], d["at"] = (
                "%02x%02x" % (self.devices.index(d) + 1, d["runs"]),
                0,
            )
        d["at"] += 1
        counter = 1 + max(
            [self.all[p]["stamp"][1] for p in parents if p in self.all],
            default=0,
        )
        self.serial += 1
        c = {
            "dot": "%s.%d" % (d["journal"], d["at"]),
            "device": d["name"],
            "record": self.record,
            "part": part,
            "form": d["form"],
            "ref": d["ref"],
            "parents": parents,
            "author": who[0],
            "role": who[1],
            "stamp": [self.serial * 100 + d["skew"], counter],
            "wall": r.randrange(10**9),
            "acts": acts,
        }
        if self.record is None:
            c["record"] = self.record = M.free_record(c["dot"])
        self.all[c["dot"]] = d["held"][c["dot"]] = c
        return c

    def root_change(self, d):
        fields, acts = self.form["fields"], []
        if "key" in self.form:
            acts = [
                {"act": "write", "address": k, "value": v}
                for k, v in zip(self.form["key"], self.key)
            ]
            if self.r.random() < 0.05:
                acts[0]["value"] = "other"
        else:
            acts = [
                {
                    "act": "write",
                    "address": "reference",
                    "value": "INC-%d" % self.r.randrange(9),
                },
                {"act": "transition", "id": "submit"},
            ]
        acts += [
            a
            for a in (
                self.field_act(None, self.form["parts"][0])[0]
                for _ in range(2)
            )
            if a
            and a[0]["act"] == "write"
            and "/" not in a[0]["address"]
            and set(fields[next(iter(fields))]["write"])
            <= set(fields[a[0]["address"]]["write"])
            and a[0]["address"] not in [x.get("address") for x in acts]
            for a in a
        ][:1]
        self.new_change(
            d,
            self.form["parts"][0],
            [],
            acts,
            self.person(fields[next(iter(fields))]["write"], d["ref"]),
        )

    def author(self, d):
        r = self.r
        part = (
            self.form["parts"][0]
            if r.random() < 0.93
            else self.form["parts"][-1]
        )
        held = [c for c in d["held"].values() if c["part"] == part]
        if self.record is None or ("key" in self.form and not held):
            return self.root_change(d)
        if part == self.form["parts"][0] and not held:
            for c in r.choice(self.devices)["held"].values():
                d["held"][c["dot"]] = c
            return (
                self.new_change(
                    d,
                    part,
                    [],
                    [{"act": "append", "address": "narrative", "entry": "x"}],
                    ("p1", "FO"),
                )
                if r.random() < 0.1
                else None
            )
        if r.random() < 0.1:
            d["ref"] = 2
        if r.random() < 0.1:
            d["form"] = len(self.history["forms"])
        if r.random() < 0.01:
            d["ref"] = 1
        if not held:
            return self.new_change(
                d,
                part,
                [],
                [
                    {
                        "act": "write",
                        "address": "notice",
                        "value": self.value({"type": "text"}),
                    }
                ],
                self.person(["IN", "IH"], d["ref"]),
            )
        f = M.fold_part(self.history, held)
        if not f.change:
            return
        under = 0
        for p in f.past:
            under |= p
        heads = [x for n, x in enumerate(f.dot) if not under >> n & 1]
        if (
            d["seen"]
            and d["seen"][0] == part
            and r.random() < 0.3
            and all(x in f.index for x in d["seen"][1])
        ):
            heads = d["seen"][1]
        else:
            d["seen"] = (part, heads)
        mask = 0
        for x in heads:
            mask |= f.past[f.index[x]] | 1 << f.index[x]
        view = f.view(
            mask,
            max(
                [c["form"] for n, c in enumerate(f.change) if mask >> n & 1]
                + [d["form"]]
            ),
        )
        acts, roles = self.pick_acts(f, view, mask, part)
        self.new_change(
            d, part, list(heads), acts, self.person(roles, d["ref"])
        )

    def run(self):
        r = self.r
        sync = r.choice((0.3, 0.45, 0.6))
        if r.random() < 0.6:
            self.head_start()
        for _ in range(r.randrange(10, 40)):
            d = r.choice(self.devices)
            if r.random() < sync and self.all:
                other = r.choice(self.devices)
                some = [
                    c
                    for c in other["held"].values()
                    if c["dot"] not in d["held"]
                ]
                take = (
                    some
                    if r.random() < 0.7
                    else r.sample(some, r.randrange(0, len(some) + 1))
                )
                for c in take:
                    d["held"][c["dot"]] = c
            else:
                self.author(d)
        if r.random() < 0.12:
            self.lose()
        changes = list(self.all.values())
        r.shuffle(changes)
        self.history["changes"] = changes
        return self.history

    def head_start(self):
        """Steps everybody has seen, so that the far states are met too."""
        r, d, part = self.r, self.devices[0], self.form["parts"][0]
        self.root_change(d)
        for _ in range(8):
            f = M.fold_part(self.history, list(d["held"].values()))
            view = f.view((1 << len(f.change)) - 1, 1)
            if (
                view.inert
                or r.random() < 0.1
                or view.lifecycle()[0] in ("triage", "acknowledged")
                and r.random() < 0.8
            ):
                break
            acts, roles = self.step_act(view)
            step = self.form["lifecycle"]["steps"][acts[-1]["id"]]
            if (
                self.form["lifecycle"]["states"].get(step["to"])
                in ("closing", "hold")
                or acts[-1]["id"] in ("refer", "contest")
                or view.lifecycle()[0] not in step["from"]
            ):
                continue
            self.new_change(
                d, part, f.result()["heads"], acts, self.person(roles, 1)
            )
        for other in self.devices:
            other["held"].update(d["held"])

    def lose(self):
        """A disk dies with changes that others had already built on;
        headquarters says so. Sometimes they turn up after all."""
        r, part = self.r, self.form["parts"][0]
        parents = sorted(
            {
                p
                for c in self.all.values()
                if c["part"] == part
                for p in c["parents"]
            }
        )
        if not parents:
            return
        gone = r.choice(parents)
        kept = [
            c
            for c in self.all.values()
            if c["part"] == part and c["dot"] != gone
        ]
        f = M.Fold(self.history, kept)
        if not f.change:
            return
        under = 0
        for p in f.past:
            under |= p
        d = {
            **self.devices[0],
            "held": {},
            "journal": "ff%02x" % r.randrange(16),
            "at": 0,
            "name": "HQ",
            "ref": 2,
            "form": max(c["form"] for c in f.change),
        }
        journal, position = gone.split(".")
        keep = r.random() < 0.3
        who = self.person(self.form["control"]["lost"], 2)
        lost = self.all.pop(gone)
        self.devices.append(d)
        self.new_change(
            d,
            part,
            [x for n, x in enumerate(f.dot) if not under >> n & 1],
            [{"act": "lost", "journal": journal, "from": int(position)}],
            who,
        )
        if keep:
            self.all[gone] = lost
