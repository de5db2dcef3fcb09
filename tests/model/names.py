"""Names and hashes of the model: the exact bytes under every id.

H128(x) is BLAKE2b with a 16-byte digest. T(s) is the length of s in UTF-8 as
4 bytes, then s; D(dot) the journal's 16 bytes, then the position as 8 bytes;
all big-endian, counts as 4 bytes.

  free record   H128(T("record") D(root))
  keyed record  H128(T("keyed") T(form name) n T(v1) .. T(vn)), v in the
                form's key order, integers in decimal, yes/no as "true"/"false"
  conflict      H128(T("conflict") T(part) a T(c1) .. T(ca) d D(1) .. D(d)):
                the a components of the address, then the d dots in rising
                order of their bytes
"""

import hashlib
import json

FOLD_VERSION = 1
STATE = ("state",)
CONTENT = (
    "write",
    "add_row",
    "annul_row",
    "restore_row",
    "append",
    "transition",
    "decide",
    "undo",
)
CONTROL = ("challenge", "lost", "purge")
ERASED = {"erased": True}
VALUE_KEYS = {"write": "value", "decide": "value", "append": "entry"}


def h128(data):
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def u32(n):
    return n.to_bytes(4, "big")


def text(s):
    return u32(len(s.encode())) + s.encode()


def dot_key(dot):
    journal, position = dot.split(".")
    return bytes.fromhex(journal).ljust(16, b"\0"), int(position)


def dot_bytes(dot):
    journal, position = dot_key(dot)
    return journal + position.to_bytes(8, "big")


def plain(value):
    return json.dumps(value) if isinstance(value, bool) else str(value)


def by_dot(dots):
    return sorted(dots, key=dot_key)


def free_record(dot):
    return h128(text("record") + dot_bytes(dot))


def keyed_record(form, key):
    return h128(
        text("keyed")
        + text(form)
        + u32(len(key))
        + b"".join(text(plain(v)) for v in key)
    )


def conflict_id(part, addr, dots):
    return h128(
        text("conflict")
        + text(part)
        + u32(len(addr))
        + b"".join(map(text, addr))
        + u32(len(dots))
        + b"".join(map(dot_bytes, by_dot(dots)))
    )


def named(c):
    return [
        d
        for a in c["acts"]
        for d in a.get("dots", []) + ([a["dot"]] if "dot" in a else [])
    ]
