"""Verdicts (sync-model 4.1): is a change legal?"""

from names import (
    CONTENT,
    CONTROL,
    ERASED,
    STATE,
    free_record,
    keyed_record,
    named,
)


class Judge:
    """What Fold asks of each change, against the view of its past."""

    def tables(self, c):
        """What the named tables alone say: rights, and for headquarters'
        acts the role."""
        if c["dot"] in self.vouched:
            return self.vouched[c["dot"]]
        form = self.forms[c["form"]].doc
        if c["author"] is None:
            if form.get("lane") != "sealed":
                return "rights"
        elif c["role"] not in self.reference[c["ref"]]["roster"].get(
            c["author"], []
        ):
            return "rights"
        for act in c["acts"]:
            if act["act"] in CONTROL and (
                form["roles"].get(c["role"]) != "headquarters"
                or c["role"] not in form["control"].get(act["act"], [])
            ):
                return "role"
        return None

    def judge(self, n):
        c, form = self.change[n], self.forms.get(self.change[n]["form"])
        if self.is_lost(c["dot"]):
            return "lost"
        if c["dot"] in self.vouched:
            return self.vouched[c["dot"]]
        kinds = [a["act"] for a in c["acts"]]
        if not kinds or any(
            k not in CONTENT + CONTROL + ("accept",) for k in kinds
        ):
            return "schema"
        if "accept" in kinds and len(kinds) > 1:
            return "schema"
        if any(k in CONTROL for k in kinds) and not all(
            k in CONTROL for k in kinds
        ):
            return "schema"
        if c["part"] not in form.doc["parts"]:
            return "schema"
        reason = self.tables(c)
        if reason:
            return reason
        for m in self.bits(self.past[n]):
            p = self.change[m]
            if self.verdict[m] is not None:
                continue  # what is set aside blocks nothing
            if p["form"] > c["form"] or (
                p["device"] == c["device"] and p["ref"] > c["ref"]
            ):
                return "versions"
        if not c["parents"] and set(kinds) != {"lost"}:
            reason = self.judge_root(c, form)
            if reason:
                return reason
        view = self.view(self.past[n], c["form"])
        if kinds[0] in CONTROL:
            return self.judge_control(n, c, view)
        acts, waive = c["acts"], False
        if kinds[0] == "accept":
            m = self.index.get(acts[0]["dot"])
            if c["role"] not in form.doc["accept"]:
                return "role"
            if m is None or not self.past[n] >> m & 1 or m not in view.inert:
                return "nothing to accept"
            if acts[0]["dot"] in view.accepted():
                return "nothing to accept"
            acts, waive = self.given[self.dot[m]]["acts"], True
            if any(a["act"] not in CONTENT for a in acts):
                return "cannot be accepted"
        once = [
            (a["act"].endswith("_row"), a.get("address", "state"))
            for a in acts
            if a["act"] not in ("append", "undo")
        ]
        if len(set(once)) < len(once):
            return "schema"  # one value, one row act, one step per address
        added = {
            tuple(a["address"].split("/"))
            for a in acts
            if a["act"] in ("add_row", "restore_row")
        }
        own = {a["address"]: a["value"] for a in acts if a["act"] == "write"}
        for act in acts:
            reason = self.judge_act(n, c, act, view, waive, added, own)
            if reason:
                return reason
        return None

    def judge_root(self, c, form):
        if c["part"] != form.doc["parts"][0]:
            return None
        if "key" in form.doc:
            own = {
                a["address"]: a["value"]
                for a in c["acts"]
                if a["act"] == "write"
            }
            key = [own.get(name) for name in form.doc["key"]]
            if not all(name in own for name in form.doc["key"]):
                return "record id"
            return (
                None
                if c["record"] == keyed_record(form.doc["name"], key)
                else "record id"
            )
        return None if c["record"] == free_record(c["dot"]) else "record id"

    def judge_control(self, n, c, view):
        seen = (
            lambda dot: dot in self.index
            and self.past[n] >> self.index[dot] & 1
        )
        if any(
            not seen(dot) or self.controls >> self.index[dot] & 1
            for dot in named(c)
            if not self.is_lost(dot)
        ):
            return "not in its past"
        for act in c["acts"]:
            if act["act"] == "purge":
                if act["second"] in ("", c["author"]) or not act["basis"]:
                    return "second person"
                hold = view.form.doc.get("legal_hold")
                if hold and view.get(hold) is True:
                    return "legal hold"
        return None

    def judge_act(self, n, c, act, view, waive, added, own):
        form, kind, role = view.form, act["act"], c["role"]
        may = lambda roles: waive or role in roles
        if kind == "transition":
            return self.judge_step(c, act, view, may, own)
        if kind == "undo":
            m = self.index.get(act["dot"])
            made = (
                []
                if m is None or not self.past[n] >> m & 1 or m in view.inert
                else [i for i in self.items[m] if i.kind == "decide"]
            )
            if not made:
                return "no decision"
            return (
                None
                if all(may(self.resolvers(form, i.addr)) for i in made)
                else "role"
            )
        addr = tuple(act["address"].split("/"))
        if addr == STATE:
            if kind != "decide" or act["value"] not in form.states:
                return "schema"
            if not may(form.life["head"]):
                return "role"
            return None if view.conflict(STATE) else "no conflict"
        field = form.fields.get(addr[0])
        if field is None or form.part(addr[0]) != c["part"]:
            return "schema"
        if kind in ("add_row", "annul_row", "restore_row"):
            if field["policy"] != "ADD" or len(addr) != 2 or not addr[1]:
                return "schema"
            if not may(
                field.get("annul", field["write"])
                if kind == "annul_row"
                else field["write"]
            ):
                return "role"
            status, offered = view.row(addr)
            if kind == "annul_row" and status != "live":
                return "row"
            if kind == "restore_row" and status != "annulled" and not offered:
                return "row"
            return (
                "annulled"
                if kind == "add_row" and status == "annulled"
                else None
            )
        if kind == "append":
            if (
                field["policy"] != "LOG"
                or len(addr) != 1
                or not isinstance(act["entry"], (str, dict))
            ):
                return "schema"
            return None if may(field["write"]) else "role"
        spec = form.spec(addr)
        if (
            spec is None
            or spec["policy"] == "LOG"
            or not form.fits(spec, act["value"])
        ):
            return "schema"
        if len(addr) > 1 and addr[:2] not in added:
            status = view.row(addr[:2])[0]
            if status != "live":
                return "annulled" if status == "annulled" else "row"
        if kind == "decide":
            if not may(self.resolvers(form, addr)):
                return "role"
            return None if view.conflict(addr) else "no conflict"
        policy = form.policy(spec, view.reached())
        if not may(spec.get("write", field["write"])):
            return "ownership" if policy == "OWN" else "role"
        if policy == "IMM" and c["parents"]:
            return "immutable"
        if (
            policy == "HQ"
            and not form.hq(role)
            and view.headquarters_wrote(addr)
        ):
            return "headquarters"
        if act.get("cites"):
            if not spec.get("ratchet") or not may(spec.get("lower", [])):
                return "role"
            if not set(act["cites"]) <= {w.dot for w in view.uncited(addr)}:
                return "cites"
        return None

    def judge_step(self, c, act, view, may, own):
        step, (state, held, conflict, _) = (
            view.form.steps.get(act["id"]),
            view.lifecycle(),
        )
        if step is None or c["part"] != view.form.doc["parts"][0]:
            return "schema"
        if conflict:
            return "blocked"
        if state not in step["from"]:
            return "state"
        if step["to"] == "$held" and (
            held is None or act.get("state") != held
        ):
            return "state"
        if act.get("proposes") or "second" not in step:
            if not may(step["roles"]):
                return "role"
        else:
            if not may(step["second"]):
                return "role"
            if not any(
                o.value == act["id"] and o.author not in (None, c["author"])
                for o in view.standing_offers()
            ):
                return "second person"
        for op, name, *literal in step.get("guard", []):
            value = own[name] if name in own else view.get(name)
            if value == ERASED:
                value = None
            empty = value in (None, "", [], {})
            if not {
                "=": lambda: value == literal[0],
                "!=": lambda: value != literal[0],
                "empty": lambda: empty,
                "filled": lambda: not empty,
            }[op]():
                return "guard"
        return None

    def resolvers(self, form, addr):
        if addr == STATE:
            return form.life["head"]
        return form.spec(addr).get(
            "resolve", form.fields[addr[0]].get("resolve", [])
        )

    # -- items
