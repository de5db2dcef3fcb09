"""The form check of the model: what it needs of a form."""

import fold as M


def form_faults(doc):
    form, faults, first = M.Form(doc), [], doc["parts"][0]
    life, fields = doc["lifecycle"], doc["fields"]
    if any(s in form.over[s] for s in form.states):
        faults.append("the progress order has a cycle")
    if life["states"][life["initial"]] != "open":
        faults.append("the initial state is not open")

    def after(state):
        seen, todo = set(), [state]
        while todo:
            for step in form.steps.values():
                if (
                    todo[0] in step["from"]
                    and step["to"] != "$held"
                    and step["to"] not in seen
                ):
                    seen.add(step["to"])
                    todo.append(step["to"])
            todo.pop(0)
        return {s for s in seen if form.states[s] != "hold"}

    for name, spec in fields.items():
        for code in [spec["policy"], *spec.get("policy_from", {}).values()]:
            if code not in (
                "IMM",
                "OWN",
                "HQ",
                "LWW",
                "ASK",
                "ADD",
                "LOG",
                "MAX",
                "MIN",
                "OR",
            ):
                faults.append(name + ": policy")
        if spec.get("ratchet") and spec["policy"] not in ("MAX", "MIN", "OR"):
            faults.append(name + ": ratchet")
        if spec["policy"] == "IMM" and (
            "key" in doc and name not in doc["key"] or form.part(name) != first
        ):
            faults.append(name + ": IMM")
        if spec.get("policy_from"):
            codes = {spec["policy"], *spec["policy_from"].values()}
            if form.part(name) != first or not codes <= {
                "OWN",
                "HQ",
                "LWW",
                "ASK",
            }:
                faults.append(name + ": policy_from")
            if codes & {"ASK", "OWN"} and (
                "LWW" in spec["policy_from"].values()
                or "HQ" in codes
                and not spec.get("hq_ask")
            ):
                faults.append(name + ": a later policy would close a conflict")
            for state in spec["policy_from"]:
                for s in after(state) - {state}:
                    if not form.above(s, state):
                        faults.append(
                            "%s: %s comes after %s but is not above it"
                            % (name, s, state)
                        )
    needed = (
        life["material"]["fields"]
        + life["material"]["raises"]
        + [g[1] for s in form.steps.values() for g in s.get("guard", [])]
    )
    faults += [
        n + ": the lifecycle reads it and it is in another part"
        for n in needed
        if form.part(n) != first
    ]
    return faults
