#!/usr/bin/env python3
"""Random histories of the model with their results, one JSON line each.

    generate_corpus.py --seeds N [--seed S] [--bytes B]

Prints the forms first, then the histories of seeds S to S+N-1; with --bytes
only those whose line is at most B bytes long, until there are N of them.
corpus.jsonl is the output of `--seeds 300 --bytes 5000`. For a deep run, give
the same seeds to the unit tests: RELAIS_MODEL_SEEDS=S:N.
"""

import argparse
import sys

import fold as model
import world


def form_name(form):
    return form["name"] + ("+" if "added" in form["fields"] else "")


def line_of(seed, forms):
    history = world.World(seed).run()
    if not history["changes"]:
        return None
    expected = model.fold(history)
    for change in history["changes"]:
        del change["wall"]
    for version, form in history["forms"].items():
        forms[form_name(form)] = form
        history["forms"][version] = form_name(form)
    return {"seed": seed, "history": history, "expected": expected}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bytes", type=int, default=sys.maxsize)
    asked = parser.parse_args()

    forms, lines, seed = {}, [], asked.seed
    while len(lines) < asked.seeds:
        line = line_of(seed, forms)
        text = model.canonical(line) if line else ""
        seed += 1
        if len(text) <= asked.bytes:
            lines.append(text)
    print(model.canonical({"forms": forms}))
    for text in lines:
        if text:
            print(text)


if __name__ == "__main__":
    main()
