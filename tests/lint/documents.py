"""The documents say what is true of the tree."""

import re

from tree import Finding

CHANGELOG = "CHANGELOG.md"
ARCHITECTURE = "docs/architecture.md"
ERRORS = "docs/errors.md"
RESULT = "sync/result.h"
KINDS = (
    "Added Changed Deprecated Removed Fixed Security Compatibility".split()
)
COMPATIBILITY = ("Protocol", "Database", "Upgrade")
RELEASE = re.compile(
    r"## \[(Unreleased|\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d)\]?$"
)
PLACE = re.compile(
    r"(?<![\w./<>*-])(?:proto|sync|client|server-stub|tests|cmake|docs|po|"
    r"installer)/[\w./*-]*"
)


def check_changelog(tree):
    if not tree.has(CHANGELOG):
        return

    def found(line, said):
        return Finding("changelog", CHANGELOG, line, said)

    release, kinds, body = None, set(), []
    if tree.lines(CHANGELOG)[0] != "# Changelog":
        yield found(1, "begins with '# Changelog'")
    lines = tree.lines(CHANGELOG) + ["## "]
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            if release:
                yield from check_release(found, release, kinds, body)
            elif release is None and line != "## [Unreleased]":
                yield found(number, "the first section is [Unreleased]")
            if number < len(lines) and not RELEASE.match(line):
                yield found(number, "'## [1.2.3] - 2026-01-31'")
            release, kinds, body = number, set(), []
        elif line.startswith("### "):
            kind = line[4:]
            if kind not in KINDS:
                yield found(number, f"'{kind}' is none of {', '.join(KINDS)}")
            if kind in kinds:
                yield found(number, f"'{kind}' twice in one section")
            kinds.add(kind)
        elif release:
            body.append(line)


def check_release(found, line, kinds, body):
    if "Compatibility" not in kinds:
        yield found(line, "a section without Compatibility")
        return
    for word in COMPATIBILITY:
        if not any(row.startswith(f"- {word}") for row in body):
            yield found(line, f"Compatibility does not say '- {word} ...'")


def check_architecture(tree):
    if not tree.has(ARCHITECTURE):
        return
    for number, line in enumerate(tree.lines(ARCHITECTURE), 1):
        for match in PLACE.finditer(line):
            place = match.group().rstrip(".")
            if not tree.exists(place):
                said = f"{place} does not exist"
                yield Finding("architecture", ARCHITECTURE, number, said)


def check_errors(tree):
    """Each code of Errc has a row in docs/errors.md, and no other has."""
    if not tree.has(RESULT) or not tree.has(ERRORS):
        return
    text = tree.bare(RESULT)
    codes = re.search(r"enum class Errc\s*\{(.*?)\}", text, re.DOTALL)
    names = re.findall(r"\w+", codes.group(1)) if codes else []
    rows = re.findall(r"^\| `(\w+)` ", tree.read(ERRORS), re.MULTILINE)
    for name in sorted(set(names) ^ set(rows)):
        said = f"`{name}` stands in only one of {RESULT} and {ERRORS}"
        yield Finding("errors", ERRORS, 1, said)
