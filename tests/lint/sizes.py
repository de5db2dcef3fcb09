"""Sizes: a thing too long to see at once is two things."""

import re

from tree import Finding, line_of

FUNCTION_LINES = 70
HEADER_LINES = 150
SOURCE_LINES = 400
TEST_LINES = 500
LINE_COLUMNS = 80
# Only an include or a link may be wider: they cannot be broken.
UNBREAKABLE = re.compile(r"\s*#\s*include|.*https?://|//go:")


def limit_of(name):
    if name.endswith(".h"):
        return HEADER_LINES
    if name.startswith("tests/"):
        return TEST_LINES
    return SOURCE_LINES


def check_files(tree):
    for name in tree.names:
        if not name.endswith((".h", ".cc", ".proto", ".py", ".sh")):
            continue
        count = len(tree.read(name).splitlines())
        limit = limit_of(name)
        if count > limit:
            said = f"{count} lines, of {limit} at most"
            yield Finding("file-size", name, count, said, count)


def check_lines(tree):
    for name in tree.names:
        endings = (".h", ".cc", ".proto", ".py", ".sh", "dev")
        if not name.endswith(endings):
            continue
        for number, line in enumerate(tree.lines(name), 1):
            if len(line) > LINE_COLUMNS and not UNBREAKABLE.match(line):
                said = f"{len(line)} columns, of {LINE_COLUMNS} at most"
                yield Finding("line-width", name, number, said)


SCOPE = re.compile(r'\b(namespace|class|struct|union|enum)\b|extern\s*"')


def functions(bare):
    """(name, first line, last line) of each function in blanked code."""
    stack = []  # of (is it a scope?, offset of its header)
    header = 0
    for match in re.finditer(r"[{};]", bare):
        at, mark = match.start(), match.group()
        if mark == "{":
            head = bare[header:at]
            inside = bool(stack) and not stack[-1][0]
            data = re.search(r"=\s*(\w[\w:<>, ]*)?$", head)
            scope = bool(SCOPE.search(head)) and "(" not in head
            stack.append((scope and not inside, header))
            if not inside and not scope and (data or "(" not in head):
                stack[-1] = (False, None)  # a table or an initialiser
        elif mark == "}" and stack:
            scope, start = stack.pop()
            outer = not stack or stack[-1][0]
            if outer and not scope and start is not None:
                head = bare[start:].lstrip()
                first = len(bare) - len(head)
                name = re.search(r"(~?\w+)\s*\(", head)
                yield (name.group(1) if name else "?", first, at)
        if not stack or stack[-1][0]:
            header = at + 1


def check_functions(tree):
    for name in tree.code():
        bare = re.sub(r"^[ \t]*#.*$", "", tree.bare(name), flags=re.MULTILINE)
        for function, first, last in functions(bare):
            start, stop = line_of(bare, first), line_of(bare, last)
            count = stop - start + 1
            if count > FUNCTION_LINES:
                said = f"{function}() has {count} lines, of {FUNCTION_LINES}"
                yield Finding("function-size", name, start, said, count)
