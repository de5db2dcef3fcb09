"""Who may include whom (docs/architecture.md, docs/adr/0001)."""

import re

from tree import Finding

TOPS = ("proto", "sync", "client", "server-stub", "tests")
SEES = {
    "proto": {"proto"},
    "sync": {"proto", "sync"},
    "client": {"proto", "sync", "client"},
    "server-stub": {"proto", "sync", "server-stub"},
    "tests": set(TOPS),
}
# Inside sync/, each room sees those before it.
SYNC_ROOMS = ("", "record", "journal", "store", "sealed", "replica",
              "session")
# Beside them: what they see, and nobody inside sync/ sees them.
SYNC_BESIDE = {
    "text": SYNC_ROOMS[:6],
    "x509": ("",),
    "control": ("",),
    "command": SYNC_ROOMS + ("text",),
}

# A foreign library, the files that may include it, and how many of them.
LIBRARIES = (
    (r"sqlite3(ext)?\.h", r"sync/store/database(_copy)?\.(h|cc)", 2),
    (r"curl/", r"client/net/\w+\.cc", 1),
    (r"sodium(/|\.h)", r"sync/crypto\.cc", 1),
    (r"(zstd|zdict)(_\w+)?\.h", r"sync/compression\.cc", 1),
    (r"utf8proc\.h", r"sync/unicode\.cc", 1),
    (r"curses\.h", r"client/tui/terminal_face\.cc", 1),
    (r"boost/beast", r"server-stub/http/\w+\.(h|cc)", None),
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(tree, name):
    text = tree.read(name)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        yield line, match.group(1) == '"', match.group(2)


def sync_room(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else ""


def arrow_turns_back(name, included):
    top, target = name.split("/")[0], included.split("/")[0]
    if target not in SEES[top]:
        return True
    if top != "sync" or target != "sync":
        return False
    here, there = sync_room(name), sync_room(included)
    if here == there:
        return False
    if here in SYNC_BESIDE:
        return there not in SYNC_BESIDE[here]
    if here not in SYNC_ROOMS or there not in SYNC_ROOMS:
        return True
    return SYNC_ROOMS.index(there) > SYNC_ROOMS.index(here)


def check_layers(tree):
    for name in tree.code():
        for line, ours, included in includes(tree, name):
            if not ours:
                continue
            if included.split("/")[0] not in TOPS or "/" not in included:
                said = f'"{included}" does not begin with a folder of the tree'
            elif arrow_turns_back(name, included):
                said = f'"{included}" is not a layer below this one'
            elif not included.endswith(".pb.h") and not tree.has(included):
                said = f'"{included}" does not exist'
            else:
                continue
            yield Finding("layers", name, line, said)


def check_libraries(tree):
    users = {}
    for name in tree.code():
        for line, ours, included in includes(tree, name):
            if ours:
                continue
            yield from check_library(name, line, included, users)


def check_library(name, line, included, users):
    in_tests = name.startswith("tests/")
    if included.startswith("boost/") and name.startswith("sync/"):
        yield Finding("libraries", name, line, "sync/ is free of Boost")
    for library, allowed, most in LIBRARIES:
        if in_tests or not re.match(library, included):
            continue
        if not re.fullmatch(allowed, name):
            said = f"<{included}> is for {allowed} alone"
            yield Finding("libraries", name, line, said)
        elif most is not None and name.endswith(".cc"):
            files = users.setdefault(library, set())
            files.add(name)
            if len(files) > most:
                said = f"a second file includes <{included}>"
                yield Finding("libraries", name, line, said)
