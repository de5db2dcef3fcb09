"""What people read: each sentence stands in po/fr.po, with its {0} {1}.

A sentence is the second argument of fail(Errc::x, "...") or the first of
Sentence{"..."}, or of note({"..."}) and its like: a template, never a text
glued together.
"""

import re

from tree import Finding, line_of

CATALOGUE = "po/fr.po"
MAKER = re.compile(
    r"(?:\b(fail|Sentence)(\s+\w+)?\s*"
    r"|\b(?:note|progress|tell)\(\s*(?={))([({])"
)
CLOSES = {"(": ")", "{": "}", "[": "]"}
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}


def unescape(text):
    return re.sub(
        r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(0)), text
    )


def literal(token):
    raw = re.fullmatch(r'R"([^(]*)\((.*)\)\1"', token, re.DOTALL)
    return raw.group(2) if raw else unescape(token[1:-1])


def argument(bare, opening, index):
    """Where the index-th argument after the bracket at `opening` starts and
    ends, or None when there are fewer."""
    depth, start, count = [], opening + 1, 0
    for at in range(opening, len(bare)):
        mark = bare[at]
        if mark in CLOSES:
            depth.append(CLOSES[mark])
        elif depth and mark == depth[-1]:
            depth.pop()
            if not depth:
                return (start, at) if count == index else None
        elif mark == "," and len(depth) == 1:
            if count == index:
                return (start, at)
            count, start = count + 1, at + 1
    return None


def templates(tree, name):
    """(offset, template, glued?) of each sentence written in a file."""
    text, bare = tree.read(name), tree.bare(name)
    strings = [t for t in tree.tokens(name) if t[0] == "string"]
    for match in MAKER.finditer(bare):
        if match.group(1) == "fail" and match.group(2):
            continue  # a declaration
        place = argument(
            bare, match.start(3), 1 if match.group(1) == "fail" else 0
        )
        if place is None:
            continue
        start, stop = place
        inside = [t for t in strings if start <= t[1] and t[2] <= stop]
        glued = bool(inside) and "+" in bare[start:stop]
        group, end = "", None
        for _, first, last in inside:
            if end is not None and bare[end:first].strip():
                yield start, group, glued
                group = ""
            group += literal(text[first:last])
            end = last
        if inside:
            yield start, group, glued


def catalogue(tree):
    """msgid -> (line, msgstr); a fuzzy entry counts as not translated."""
    entries, field, line, fuzzy = {}, None, 0, False
    msgid, msgstr = "", ""

    def keep():
        if field == "msgstr" and msgid:
            entries[msgid] = (line, "" if fuzzy else msgstr)

    for number, row in enumerate(tree.lines(CATALOGUE), 1):
        row = row.strip()
        found = re.match(r'(msgid|msgstr)?\s*"(.*)"$', row)
        if found and found.group(1) == "msgid":
            keep()
            field, line, msgid, msgstr = "msgid", number, "", ""
        elif found and found.group(1) == "msgstr":
            field = "msgstr"
        if found and field == "msgid":
            msgid += unescape(found.group(2))
        elif found and field == "msgstr":
            msgstr += unescape(found.group(2))
        elif row.startswith("#,") or not row:
            keep()
            field, fuzzy = None, "fuzzy" in row
    keep()
    return entries


def places(text):
    return sorted(set(re.findall(r"\{\d*\}", text)))


def without_french(tree):
    """(file, line, template, glued?) of each sentence that lacks its French
    or cannot have one."""
    known = catalogue(tree) if tree.has(CATALOGUE) else {}
    for name in tree.code():
        if name.startswith("tests/"):
            continue
        for offset, template, glued in templates(tree, name):
            if glued or not known.get(template, (0, ""))[1]:
                line = line_of(tree.read(name), offset)
                yield name, line, template, glued


def check_sentences(tree):
    for name, line, template, glued in without_french(tree):
        said = f"no French in {CATALOGUE} for: {template}"
        if glued:
            said = "a sentence is a template and arguments, not a sum"
        yield Finding("sentences", name, line, said)


def print_missing(tree):
    """Empty entries for the catalogue, to be filled in."""
    seen = set()
    for name, line, template, glued in without_french(tree):
        if not glued and template not in seen:
            seen.add(template)
            escaped = template.replace("\\", "\\\\").replace('"', '\\"')
            escaped = escaped.replace("\n", "\\n")
            print(f'#: {name}\nmsgid "{escaped}"\nmsgstr ""\n')


def check_catalogue(tree):
    if not tree.has(CATALOGUE):
        return
    for msgid, (line, msgstr) in catalogue(tree).items():
        if msgstr and places(msgid) != places(msgstr):
            said = f"{places(msgid)} becomes {places(msgstr)}: {msgid}"
            yield Finding("catalogue", CATALOGUE, line, said)
