"""What the people of a random history do next."""

import fold as M


class Choices:
    def value(self, spec):
        r = self.r
        if "unit" in spec:
            return {
                c: self.value(s)
                for c, s in spec["columns"].items()
                if r.random() < 0.8
            }
        if r.random() < 0.05:
            return None
        if spec["type"] == "choice":
            return r.choice(spec["values"])
        if spec["type"] == "integer":
            return r.choice((1, 2, 3))
        if spec["type"] == "yesno":
            return r.random() < 0.5
        if spec["type"] == "date":
            return "2026-03-0%d" % r.randrange(1, 5)
        return r.choice("abc")

    def field_act(self, view, part):
        """-> (acts, roles that may)"""
        r = self.r
        names = [
            n
            for n, s in self.form["fields"].items()
            if s.get("part", self.form["parts"][0]) == part
        ]
        name = (
            r.choice([n for n in names if n in self.focus] or names)
            if r.random() < 0.85
            else r.choice(names)
        )
        spec = self.form["fields"][name]
        roles = spec["write"] or list(self.form["roles"])
        if spec["policy"] == "IMM" and r.random() < 0.95:
            return self.field_act(view, part)
        if spec["policy"] == "LOG":
            return [
                {
                    "act": "append",
                    "address": name,
                    "entry": "e%d" % r.randrange(99),
                }
            ], roles
        if spec["policy"] != "ADD":
            act = {"act": "write", "address": name, "value": self.value(spec)}
            if view is not None and spec.get("ratchet") and r.random() < 0.6:
                standing = [s.dot for s in view.uncited((name,))]
                if standing:
                    act["cites"] = M.by_dot(
                        r.sample(standing, r.randrange(1, len(standing) + 1))
                    )
                    act["value"] = (
                        False if spec["policy"] == "OR" else spec["values"][0]
                    )
                    roles = spec["lower"]
            return [act], roles
        row = name + "/r%d" % r.randrange(1, 3)
        status = (
            view.row(tuple(row.split("/")))[0]
            if view is not None
            else "absent"
        )
        acts = []
        if status == "absent" or r.random() < 0.08:
            acts.append({"act": "add_row", "address": row})
        elif r.random() < 0.25:
            return [
                {"act": "annul_row", "address": row, "reason": "twice"}
            ], spec.get("annul", roles)
        elif r.random() < (0.7 if status == "annulled" else 0.1):
            acts.append({"act": "restore_row", "address": row})
        if "unit" in spec:
            acts.append(
                {"act": "write", "address": row, "value": self.value(spec)}
            )
        elif spec.get("columns"):
            col = r.choice(sorted(spec["columns"]))
            roles = (
                spec["columns"][col].get("write", roles) if not acts else roles
            )
            if "write" not in spec["columns"][col] or not acts:
                acts.append(
                    {
                        "act": "write",
                        "address": row + "/" + col,
                        "value": self.value(spec["columns"][col]),
                    }
                )
        return acts or [{"act": "add_row", "address": row}], roles

    def step_act(self, view):
        r, life = self.r, self.form["lifecycle"]
        state = view.lifecycle()[0]
        fit = [i for i, s in life["steps"].items() if state in s["from"]]
        name = (
            r.choice(fit)
            if fit and r.random() < 0.93
            else r.choice(list(life["steps"]))
        )
        step, acts = life["steps"][name], []
        for op, field in step.get("guard", []):
            if r.random() < 0.8 and view.get(field) is None:
                acts.append(
                    {
                        "act": "write",
                        "address": field,
                        "value": self.value(self.form["fields"][field]),
                    }
                )
        act = {"act": "transition", "id": name, "reason": "because"}
        if step["to"] == "$held":
            act["state"] = (
                view.lifecycle()[1]
                if r.random() < 0.9
                else r.choice(list(life["states"]))
            )
        if (
            "second" in step
            and not any(o.value == name for o in view.standing_offers())
            or r.random() < 0.03
        ):
            return acts + [{**act, "proposes": True}], step["roles"]
        return acts + [act], step.get("second", step["roles"])

    def pick_acts(self, f, view, mask, part):
        r, roll = self.r, self.r.random()
        conflicts = [
            a
            for a in [*view.cells, M.STATE]
            if view.conflict(a)
            and (len(a) == 1 or view.row(a[:2])[0] == "live")
        ]
        if conflicts and roll < 0.3:
            addr = r.choice(sorted(conflicts))
            items = view.conflict(addr)
            value = (
                r.choice([i.target for i in items])
                if addr == M.STATE
                else r.choice([i.value for i in items])
            )
            if value != M.ERASED:
                return [
                    {
                        "act": "decide",
                        "address": "/".join(addr),
                        "value": value,
                        "reason": "seen the paper",
                    }
                ], f.resolvers(view.form, addr)
        made = [
            i.dot
            for items in view.cells.values()
            for i in items
            if i.kind == "decide"
        ] + [i.dot for i in view.steps if i.kind == "decide"]
        if made and roll < 0.45:
            return [
                {
                    "act": "undo",
                    "dot": r.choice(sorted(made)),
                    "reason": "wrong person",
                }
            ], self.hq() + ["N2"]
        if view.inert and 0.45 < roll < 0.57:
            return [
                {
                    "act": "accept",
                    "dot": f.dot[r.choice(sorted(view.inert))],
                    "reason": "it is right",
                }
            ], self.form["accept"]
        past = [f.dot[n] for n in f.bits(mask)]
        if past and 0.57 < roll < 0.625:
            return [{"act": "challenge", "dot": r.choice(past)}], self.form[
                "control"
            ]["challenge"]
        if past and 0.625 < roll < 0.645:
            verdicts = {f.dot[n]: f.verdict[n] for n in f.bits(mask)}
            return [
                {
                    "act": "purge",
                    "dots": [r.choice(past)],
                    "second": "dg",
                    "basis": "art. 9",
                    "reason": "erasure",
                    "verdicts": verdicts,
                }
            ], self.form["control"]["purge"]
        if part == self.form["parts"][0] and r.random() < self.eager:
            return self.step_act(view)
        acts, roles = self.field_act(view, part)
        if r.random() < 0.15:
            more, same = self.field_act(view, part)
            if same == roles:
                acts = acts + more
        return acts, roles
