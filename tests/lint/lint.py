#!/usr/bin/env python3
"""The rules of the tree, checked by the build and not by reviewers.

    lint.py [-j N]       every rule, and the format of the code
    lint.py --self-test  each sample in samples/ breaks just the rules it says
    lint.py --reformat   formats the code
    lint.py --missing    entries that po/fr.po lacks, to be filled in

Exit code: 0 nothing to say, 1 findings, 2 wrong use. CONTRIBUTING.md gives
the reasons; allowed.txt the exceptions, each with its own.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import documents
import layers
import sentences
import sizes
import words
from tree import SAMPLES, Finding, Tree

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ALLOWED = "tests/lint/allowed.txt"
# Exceptions may only become fewer: lower this with the list, never raise it.
ALLOWED_MAX = 0
CLANG_FORMAT = "clang-format-14"

RULES = (
    layers.check_layers,
    layers.check_libraries,
    sizes.check_files,
    sizes.check_lines,
    sizes.check_functions,
    words.check_words,
    words.check_unfinished,
    words.check_machine_paths,
    words.check_names,
    sentences.check_sentences,
    sentences.check_catalogue,
    documents.check_changelog,
    documents.check_architecture,
    documents.check_errors,
)
NAMES = """layers libraries file-size line-width function-size no-detached
no-sleep no-rand no-using-namespace sync-is-pure no-unfinished no-machine-path
no-junk-name sentences catalogue changelog architecture errors allowed
format
""".split()


def allowed_lines(tree):
    """(line number, rule, path, size) of each exception."""
    if not tree.has(ALLOWED):
        return
    for number, line in enumerate(tree.lines(ALLOWED), 1):
        if line.strip() and not line.startswith("#"):
            shape = r"(\S+) (\S+) (\d+)  # \S.*"
            match = re.fullmatch(shape, line)
            yield number, *(match.groups() if match else (None, None, None))


def excuse(tree, findings):
    """Takes away what the list allows; complains where the list is wider
    than the tree needs, so that it can only shrink."""
    left = list(findings)
    count = 0
    for number, rule, path, size in allowed_lines(tree):
        count += 1
        if rule is None:
            said = "a line is: RULE PATH SIZE  # reason"
            left.append(Finding("allowed", ALLOWED, number, said))
            continue
        hits = [f for f in left if (f.rule, f.path) == (rule, path)]
        largest = max((f.size for f in hits), default=0)
        if not hits or largest < int(size):
            said = f"{rule} {path} needs only {largest}: lower or remove it"
            left.append(Finding("allowed", ALLOWED, number, said))
        left = [f for f in left if f not in hits or f.size > int(size)]
    if count > ALLOWED_MAX:
        said = f"{count} exceptions, of {ALLOWED_MAX}: shorten the code"
        left.append(Finding("allowed", ALLOWED, 1, said))
    return left


def judge(tree):
    findings = [finding for rule in RULES for finding in rule(tree)]
    return sorted(excuse(tree, findings))


def run_clang_format(tree, options, jobs):
    """What it says of the tracked files, which are shared among the jobs;
    None when all is well."""
    names = [name for name in tree.code() if name not in tree.new]
    shares = [share for share in (names[i::jobs] for i in range(jobs)) if share]

    def run(share):
        command = [CLANG_FORMAT, "--style=file", *options, *share]
        return subprocess.run(
            command, cwd=tree.root, capture_output=True, text=True, check=False
        )

    with ThreadPoolExecutor(jobs) as pool:
        done = list(pool.map(run, shares))
    if all(run.returncode == 0 for run in done):
        return None
    return "".join(run.stderr for run in done)


def check_format(tree, jobs):
    said = run_clang_format(tree, ["--dry-run", "-Werror"], jobs)
    if said is None:
        return []
    place = re.compile(r"^([^\s:]+):(\d+):\d+: error: code should be", re.M)
    first = {}
    for path, line in place.findall(said):
        first.setdefault(path, int(line))
    text = "not as clang-format writes it: ./dev format"
    found = [Finding("format", path, n, text) for path, n in first.items()]
    return found or [Finding("format", ".clang-format", 1, said.strip())]


def self_test():
    """Every sample is a tiny tree; its file `expected` names what the rules
    say of it, as `rule path:line`."""
    wrong, seen = 0, set()
    for sample in sorted((ROOT / SAMPLES).iterdir()):
        tree = Tree.of_sample(sample)
        found = judge(tree)
        if sample.name == "format":  # the others are not all well formed
            found += check_format(tree, 1)
        told = [f"{f.rule} {f.path}:{f.line}" for f in found]
        expected = (sample / "expected").read_text().split("\n")
        expected = sorted(line for line in expected if line)
        seen.update(f.rule for f in found)
        if sorted(told) != expected:
            wrong += 1
            print(f"{sample.name}: expected {expected}, got {sorted(told)}")
    silent = [name for name in NAMES if name not in seen]
    if silent:
        wrong += 1
        print(f"no sample breaks: {', '.join(silent)}")
    if seen - set(NAMES):
        wrong += 1
        print(f"rules without a name in the list: {seen - set(NAMES)}")
    print(f"lint: {len(NAMES)} rules, {'each fires' if not wrong else 'WRONG'}")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description="The rules of the tree.")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--reformat", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.self_test:
        return self_test()

    tree = Tree.of_repository(ROOT)
    jobs = max(1, options.j)
    if options.missing:
        sentences.print_missing(tree)
        return 0
    if options.reformat:
        failed = run_clang_format(tree, ["-i"], jobs)
        if failed:
            print(failed, end="")
        return 1 if failed else 0

    findings = judge(tree) + sorted(check_format(tree, jobs))
    for finding in findings:
        print(finding)
    print(f"lint: {len(tree.names)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
