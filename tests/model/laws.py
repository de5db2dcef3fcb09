"""What must hold of every history (sync-model 11)."""

import collections
import random

import fold as M
from replica import Replica
from world import World


class Broken(Exception):
    pass


def must(true, what, *more):
    if not true:
        raise Broken(what + " " + " ".join(str(m) for m in more))


def without(result, *keys):
    return {k: v for k, v in result.items() if k not in keys}


def check(seed):
    r, count = random.Random(seed ^ 0x5EED), collections.Counter()
    world = World(seed)
    history = world.run()
    changes = history["changes"]
    if not changes:
        return count
    whole = M.canonical(M.fold(history))
    count["changes"] += len(changes)

    # order, repetition, wall clocks
    for _ in range(2):
        again = [
            {**c, "wall": r.random()}
            for c in changes
            for c in [c] * r.choice((1, 1, 2))
        ]
        again = (
            list({c["dot"]: c for c in again}.values())
            if r.random() < 0.3
            else [
                next(x for x in again if x["dot"] == c["dot"]) for c in again
            ]
        )
        r.shuffle(again)
        must(
            M.canonical(M.fold({**history, "changes": again})) == whole,
            "order, repetition or a wall clock mattered",
        )

    for group in M.groups(changes):
        f = M.fold_part(history, group)
        result = f.result()
        count_result(count, f, result)
        nothing_lost(group, result)
        closings(f)
        vouched(history, group, result)
        delivered(history, group, f, result, r, count)
        decisions(history, group, f, result, r, count)
        if f.erased:
            must(
                M.fold_part(history, list(f.given.values())).result()
                == result,
                "a replica without the erased bodies differs",
            )
    return count


def count_result(count, f, result):
    for why in result["set_aside"].values():
        count["set aside: " + why] += 1
    count["waiting"] += len(result["waiting"])
    for c in result["conflicts"]:
        count[
            "conflict on the state" if c["blocking"] else "conflict on a value"
        ] += 1
    for p in result["proposals"]:
        count["proposal: " + p["why"]] += 1
    count["state " + ("held" if result["held"] else "plain")] += 1
    count["undone decisions"] += len(result["undone"])
    count["accepts"] += len(result["accepted"])
    count["erased"] += len(result["erased"])
    count["legal"] += sum(v is None for v in result["verdicts"].values())


def nothing_lost(group, result):
    """Law 4: every value is current, also entered, in an open conflict, in
    history, set aside, undone, erased or waiting."""
    seen = {h[0] + " " + h[1] for h in result["history"]}

    def cell(addr, c):
        seen.update(
            d + " " + addr for d in c.get("by", []) + c.get("also", [])
        )

    for name, field in result["fields"].items():
        if "rows" in field:
            for row, out in field["rows"].items():
                if "unit" in out:
                    cell(name + "/" + row, out["unit"])
                for col, c in out.get("cells", {}).items():
                    cell("%s/%s/%s" % (name, row, col), c)
        elif "entries" in field:
            seen.update(e["origin"] + " " + name for e in field["entries"])
        else:
            cell(name, field)
    for c in group:
        if (
            c["dot"] in result["set_aside"]
            or c["dot"] in result["waiting"]
            or c["dot"] in result["erased"]
        ):
            continue
        must(
            result["verdicts"].get(c["dot"], "absent") is None,
            "a change is nowhere",
            c["dot"],
        )
        for act in c["acts"]:
            if act["act"] == "decide" and (
                act["address"] == "state" or c["dot"] in result["undone"]
            ):
                continue
            if act["act"] in ("write", "decide", "append"):
                must(
                    c["dot"] + " " + act["address"] in seen,
                    "a value is lost",
                    c["dot"],
                    act["address"],
                )


def closings(f):
    """A closing never wins silently: everything but other closings lies
    before one that holds."""
    view = f.view((1 << len(f.change)) - 1, f.top())
    state, _, conflict, _ = view.lifecycle()
    if conflict or view.form.states[state] != "closing":
        return  # (a last common state may be closed: that is not silent)
    ends = [s for s in view.steps if s.target == state]
    must(
        any(
            not any(view.concurrent(m, c) for m in view.material) for c in ends
        ),
        "a closing won over new facts",
    )
    for s in view.steps:
        if view.form.states[s.target] != "closing":
            must(
                any(view.before(s, c) for c in ends),
                "a closing won over a step",
            )


def vouched(history, group, result):
    """Headquarters' verdicts without tables give the same state."""
    fixed = {
        d: v
        for d, v in result["verdicts"].items()
        if v != "lost"
        and not any(
            a["act"] in M.CONTROL
            for c in group
            if c["dot"] == d
            for a in c["acts"]
        )
    }
    must(
        M.fold_part({**history, "vouched": fixed}, group).result() == result,
        "vouched verdicts give another state",
    )


def delivered(history, group, f, result, r, count):
    """Deliver one by one, partly out of order: verdicts stand, in place
    equals the full fold, the end is the same."""
    order = [f.given[d] for d in f.dot + f.waiting]
    order = [next(c for c in group if c["dot"] == c0["dot"]) for c0 in order]
    for _ in range(r.randrange(0, 4)):
        i, j = r.randrange(len(order)), r.randrange(len(order))
        order.insert(i, order.pop(j))
    above = lambda dots: {
        d
        for n, d in enumerate(f.dot)
        if d in dots or any(f.dot[m] in dots for m in f.bits(f.past[n]))
    }
    erased, lost = above(set(result["erased"])), above(
        {
            c["dot"]
            for c in group
            if any(map(f.is_lost, [c["dot"], *c["parents"], *M.named(c)]))
        }
    )
    replica, verdicts, heard = Replica(history), {}, []
    for c in order:
        in_place = replica.receive(c)
        if r.random() < 0.2:
            replica.receive(c)
        now = replica.fold
        # Only when `lost`, or verdicts that a purge carries, are heard may a
        # verdict above a lost change become another.
        if (now.lost, now.vouched) != heard:
            heard = (now.lost, dict(now.vouched))
            verdicts = {d: v for d, v in verdicts.items() if d not in lost}
        for d, v in zip(now.dot, now.verdict):
            must(
                verdicts.setdefault(d, v) == v or d in erased,
                "a verdict changed",
                d,
                verdicts[d],
                v,
            )
        if in_place:
            full = M.fold_part(history, list(replica.held.values())).result()
            must(
                without(replica.result(), "history")
                == without(full, "history"),
                "in place differs from the full fold",
                c["dot"],
            )
            count["in place"] += 1
        else:
            count["full folds"] += 1
    must(
        without(replica.result(), "history") == without(result, "history"),
        "delivery one by one ends elsewhere",
    )


def decisions(history, group, f, result, r, count):
    """Decide an open conflict, undo it; write over it plainly."""
    ref = max(history["reference"], key=int)
    roster, form = history["reference"][ref]["roster"], f.top()
    base = {
        "device": "X",
        "record": result["record"],
        "part": result["part"],
        "form": form,
        "ref": int(ref),
        "stamp": [10**6, 10**6],
    }
    for c in result["conflicts"]:
        who = next(
            (
                (p, x)
                for p in sorted(roster)
                for x in roster[p]
                if x in c["for"]
            ),
            None,
        )
        value = r.choice(c["values"])["value"]
        if who is None or value == M.ERASED:
            continue
        d = {
            **base,
            "dot": "ee.1",
            "parents": result["heads"],
            "author": who[0],
            "role": who[1],
            "acts": [
                {
                    "act": "decide",
                    "address": c["address"],
                    "value": value,
                    "reason": "checked",
                }
            ],
        }
        g = M.fold_part(history, list(f.given.values()) + [d])
        g.erased = f.erased
        after = g.result()
        must(
            after["verdicts"]["ee.1"] is None,
            "a decision was set aside",
            after["verdicts"]["ee.1"],
        )
        must(
            not any(x["address"] == c["address"] for x in after["conflicts"]),
            "a decision left the conflict open",
        )
        if c["blocking"]:
            must(after["state"] == value, "a decision did not set the state")
        else:
            view = g.view((1 << len(g.change)) - 1, form)
            shown = view.merge(tuple(c["address"].split("/")))
            must(
                shown[0] == value and [s.dot for s in shown[1]] == ["ee.1"],
                "a decision is not current",
            )
        u = {
            **base,
            "dot": "ee.2",
            "parents": ["ee.1"],
            "author": who[0],
            "role": who[1],
            "acts": [{"act": "undo", "dot": "ee.1", "reason": "no"}],
        }
        back = M.fold_part(history, list(f.given.values()) + [d, u]).result()
        must(back["verdicts"]["ee.2"] is None, "an undo was set aside")
        must(
            any(
                x["id"] == c["id"] and x["values"] == c["values"]
                for x in back["conflicts"]
            ),
            "undo did not bring the conflict back",
        )
        must(
            without(back, "heads", "verdicts", "undone", "history")
            == without(result, "heads", "verdicts", "undone", "history"),
            "undo changed something else",
        )
        count["decided and undone"] += 1
        authors, addr = {v["author"] for v in c["values"]} | {None}, tuple(
            c["address"].split("/")
        )
        top = f.view((1 << len(f.change)) - 1, form)
        # Where headquarters' value wins, its plain write ends a conflict.
        if (
            not c["blocking"]
            and top.form.policy(top.form.spec(addr), top.reached()) != "HQ"
        ):
            for p in sorted(set(roster) - authors):
                for role in roster[p]:
                    w = {
                        **base,
                        "dot": "ee.1",
                        "parents": result["heads"],
                        "author": p,
                        "role": role,
                        "acts": [
                            {
                                "act": "write",
                                "address": c["address"],
                                "value": value,
                            }
                        ],
                    }
                    over = M.fold_part(
                        history, list(f.given.values()) + [w]
                    ).result()
                    if over["verdicts"]["ee.1"] is None:
                        must(
                            any(
                                x["address"] == c["address"]
                                and set(c["dots"]) < set(x["dots"])
                                for x in over["conflicts"]
                            ),
                            "a plain write closed somebody else's conflict",
                        )
                        count["plain writes over a conflict"] += 1
                        break
                else:
                    continue
                break
