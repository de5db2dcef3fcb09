#!/usr/bin/env python3
"""Checks of the model on random histories and on the examples.

    check.py --seeds N [--seed S] [--jobs J]   N histories from seed S
    check.py --examples                        every file of examples/
"""

import argparse
import collections
import json
import multiprocessing
import os
import sys

import fold as M
from form_faults import form_faults
from laws import Broken, check
from world import FORMS, HERE


def attempt(seed):
    try:
        return seed, check(seed), None
    except Broken as e:
        return seed, None, str(e)
    except Exception as e:  # a defect of the model itself
        import traceback

        return seed, None, traceback.format_exc()


def examples():
    folder, bad = os.path.join(HERE, "examples"), 0
    for form in FORMS:
        for fault in form_faults(form):
            print("form %s: %s" % (form["name"], fault))
            bad += 1
    names = sorted(n for n in os.listdir(folder) if n.endswith(".json"))
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            e = json.load(file)
        got = M.fold(e["history"])
        ok = M.canonical(got) == M.canonical(e["expected"])
        for path, value in e["claims"]:
            at = got["parts"]
            for key in path:
                at = (
                    at[key]
                    if not isinstance(at, (list, dict))
                    or isinstance(key, int)
                    or key in at
                    else None
                )
            if at != value:
                ok = False
                print(
                    "%s: %s is %s, the story says %s"
                    % (name, path, json.dumps(at), json.dumps(value))
                )
        bad += not ok
        print("%-48s %s" % (name, "ok" if ok else "DIFFERS"))
    print("%d examples, %d differ" % (len(names), bad))
    return bad


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seeds", type=int, default=0)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--examples", action="store_true")
    a = p.parse_args()
    if a.examples and examples():
        return 1
    total = collections.Counter()
    with multiprocessing.Pool(a.jobs) as pool:
        for seed, count, error in pool.imap_unordered(
            attempt, range(a.seed, a.seed + a.seeds), 16
        ):
            if error:
                pool.terminate()
                print(
                    "FAILED: %s\nreplay: python3 check.py --seeds 1 --seed %d"
                    % (error, seed)
                )
                return 1
            total.update(count)
    if a.seeds:
        print("%d seeds passed" % a.seeds)
        for k in sorted(total):
            print("  %-32s %d" % (k, total[k]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
