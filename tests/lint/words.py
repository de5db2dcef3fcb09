"""Words that do not belong in the tree, each with its reason."""

import re

from tree import Finding, line_of

# (rule, where, the word, why)
IN_CODE = (
    (
        "no-detached",
        r".*",
        r"\bdetached\b",
        "loses failures: co_spawn with a completion handler",
    ),
    (
        "no-sleep",
        r".*",
        r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|\bsleep\(",
        "wait for an event with a deadline",
    ),
    (
        "no-rand",
        r".*",
        r"\b(srand|s?rand48|rand)\s*\(|\bstd::rand\b",
        "randomness is an argument: sync/random.h",
    ),
    (
        "no-using-namespace",
        r".*\.h",
        r"\busing\s+namespace\b",
        "a header must not choose names for its readers",
    ),
    (
        "sync-is-pure",
        r"sync/.*",
        r"\bstd::(jthread|thread|mutex|atomic|random_device)\b"
        r"|_clock::now\b|\bgetenv\b|\bstd::c(out|err|in)\b|\bthrow\b",
        "sync/ has no thread, no clock, no terminal and no exception",
    ),
)
# Written so that this file does not hold the words itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.${}()\]*/-])/(?:home|root|work|Users)/\w|\b[A-Z]:\\\\?\w"
)
JUNK = ("util", "utils", "common", "misc", "helper", "helpers", "manager")


def check_words(tree):
    for name in tree.code():
        bare = tree.bare(name)
        for rule, where, word, why in IN_CODE:
            if not re.fullmatch(where, name):
                continue
            for match in re.finditer(word, bare):
                said = f"{match.group().strip('( ')}: {why}"
                yield Finding(rule, name, line_of(bare, match.start()), said)


def check_unfinished(tree):
    for name in tree.text_files():
        for number, line in enumerate(tree.lines(name), 1):
            if UNFINISHED.search(line):
                said = "finish it, or open an issue and say nothing here"
                yield Finding("no-unfinished", name, number, said)


def check_machine_paths(tree):
    for name in tree.text_files():
        for number, line in enumerate(tree.lines(name), 1):
            match = MACHINE_PATH.search(line)
            if match:
                said = f"{match.group()}... is a path of one machine"
                yield Finding("no-machine-path", name, number, said)


def check_names(tree):
    for name in tree.names:
        for part in name.lower().split("/"):
            words = re.split(r"[-_.]", part)
            junk = [word for word in words if word in JUNK]
            if junk:
                said = f"'{junk[0]}' says nothing: name the thing"
                yield Finding("no-junk-name", name, 1, said)
                break
