"""The form of the model: what can be written where, and what becomes of it."""

from names import ERASED


class Form:
    def __init__(self, doc):
        self.doc, self.fields, self.life = doc, doc["fields"], doc["lifecycle"]
        self.states, self.steps = self.life["states"], self.life["steps"]
        self.over = {
            s: {b for a, b in self.life["progress"] if a == s}
            for s in self.states
        }
        for _ in self.states:  # transitive closure: over[s] = states above s
            for s in self.states:
                self.over[s] = self.over[s].union(
                    *[self.over[t] for t in self.over[s]]
                )

    def hq(self, role):
        return self.doc["roles"].get(role) == "headquarters"

    def above(self, high, low):
        return high in self.over[low]

    def part(self, field):
        return self.fields[field].get("part", self.doc["parts"][0])

    def spec(self, addr):
        """What can be written at an address; None where nothing can."""
        field = self.fields.get(addr[0])
        if field is None or len(addr) > 3 or not all(addr):
            return None
        if field["policy"] != "ADD":
            return field if len(addr) == 1 else None
        if len(addr) == 2:
            return field if "unit" in field else None
        return (
            field.get("columns", {}).get(addr[2])
            if len(addr) == 3 and "unit" not in field
            else None
        )

    def policy(self, spec, state):
        """policy_from: the entry for the highest state reached."""
        code, since = spec["policy"], None
        for start, other in sorted(spec.get("policy_from", {}).items()):
            if (state == start or self.above(state, start)) and (
                since is None or self.above(start, since)
            ):
                code, since = other, start
        return code

    def rank(self, spec, value):
        if value is None or value == ERASED:
            return (0, 0)
        return (1, spec["values"].index(value) if "values" in spec else value)

    def fits(self, spec, value):
        if value is None or value == ERASED:
            return True
        if "unit" in spec:
            return isinstance(value, dict) and all(
                c in spec["columns"] and self.fits(spec["columns"][c], v)
                for c, v in value.items()
            )
        kind = spec["type"]
        if kind == "choice":
            return value in spec["values"]
        if kind == "integer":
            return (
                isinstance(value, int)
                and not isinstance(value, bool)
                and -(2**63) <= value < 2**63
            )
        if kind == "yesno":
            return isinstance(value, bool)
        return isinstance(value, str)
