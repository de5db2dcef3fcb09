"""A judged part as its result (the schema stands in README.md)."""

from names import STATE, by_dot, conflict_id, dot_key, named


def write_out(fold, view):
    first = next(iter(fold.given.values()))
    part, form, past = first["part"], view.form, 0
    for p in fold.past:
        past |= p
    conflicts, history, fields = [], [], {}
    shown = lambda s: {
        "dot": s.dot,
        "value": s.value,
        "author": s.author,
        "role": s.role,
    }

    def open_conflict(addr, items, roles, blocking):
        items = sorted(items, key=lambda s: dot_key(s.dot))
        dots = [s.dot for s in items]
        values = [
            {**shown(s), "value": s.target} if blocking else shown(s)
            for s in items
        ]
        conflicts.append(
            {
                "id": conflict_id(part, addr, dots),
                "address": "/".join(addr),
                "dots": dots,
                "values": values,
                "blocking": blocking,
                "for": roles,
            }
        )
        return conflicts[-1]["id"], dots, values

    def cell(addr, live=True):
        value, by, also, conflict = view.merge(addr)
        history.extend(
            [s.dot, "/".join(addr), s.value]
            for s in view.cells.get(addr, [])
            if s not in by + also
        )
        if conflict:
            ident, dots, values = open_conflict(
                addr, conflict, fold.resolvers(form, addr), False
            )
            if not live:
                conflicts.pop()  # nothing to decide in an annulled row
            return {
                "open": ident,
                "by": dots,
                "values": values,
                "also": by_dot(s.dot for s in also),
            }
        return {
            "value": value,
            "by": by_dot(s.dot for s in by),
            "also": by_dot(s.dot for s in also),
        }

    proposals = [
        {"kind": "step", "what": o.value, "dot": o.dot, "why": "proposed"}
        for o in view.standing_offers()
    ]
    for name, spec in sorted(form.fields.items()):
        if form.part(name) != part:
            continue
        if spec["policy"] == "LOG":
            fields[name] = {
                "entries": [
                    {
                        "dot": e.dot,
                        "origin": e.origin[0],
                        "author": e.author,
                        "entry": e.value,
                    }
                    for e in view.log((name,))
                ]
            }
        elif spec["policy"] == "ADD":
            rows = fields[name] = {"rows": {}}
            for addr in sorted(a for a in view.rows if a[0] == name):
                status, offered = view.row(addr)
                out = rows["rows"][addr[1]] = {"status": status}
                live = status == "live"
                if "unit" in spec:
                    out["unit"] = cell(addr, live)
                elif "columns" in spec:
                    out["cells"] = {
                        c: cell(addr + (c,), live)
                        for c in sorted(spec["columns"])
                    }
                proposals += [
                    {
                        "kind": "annul",
                        "what": "/".join(addr),
                        "dot": a.dot,
                        "why": "edited",
                    }
                    for a in offered
                ]
        else:
            fields[name] = cell((name,))
    state, held, blocking, gone = view.lifecycle()
    if blocking:
        open_conflict(STATE, blocking, form.life["head"], True)
    proposals += [
        {
            "kind": "step",
            "what": t.target,
            "dot": t.dot,
            "why": form.states[t.target],
        }
        for t in gone
    ]
    late = any(not fold.knows(fold.given[d]) for d in fold.waiting)
    waits = (
        lambda p: p in fold.waiting
        or p not in fold.given
        and not fold.is_lost(p)
    )
    missing = {
        d: by_dot(
            {p for p in fold.given[d]["parents"] if waits(p)}
            | set(fold.awaited(fold.given[d]))
        )
        for d in fold.waiting
    }
    return {
        "record": first["record"],
        "part": part,
        "state": state if part == form.doc["parts"][0] else None,
        "held": held,
        "heads": by_dot(
            fold.dot[n] for n in range(len(fold.change)) if not past >> n & 1
        ),
        "fields": fields,
        "conflicts": sorted(conflicts, key=lambda x: x["address"].split("/")),
        "proposals": sorted(
            proposals,
            key=lambda p: (p["kind"], p["what"], dot_key(p["dot"])),
        ),
        "verdicts": dict(zip(fold.dot, fold.verdict)),
        "set_aside": {fold.dot[n]: why for n, why in view.inert.items()},
        "undone": by_dot(fold.dot[n] for n in view.undone),
        "accepted": view.accepted(),
        "history": sorted(
            history, key=lambda h: (dot_key(h[0]), h[1].split("/"))
        ),
        "erased": dict(fold.erased),
        "waiting": missing,
        "needs_update": late,
    }
