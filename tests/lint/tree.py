"""The files that a rule looks at, and what it may say about them."""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TEXT_ENDINGS = (
    ".cc .h .proto .textproto .csv .py .sh .md .txt .cmake .po .json .jsonl"
).split()
CODE_FOLDERS = ("proto", "sync", "client", "server-stub", "tests")
SAMPLES = "tests/lint/samples/"


@dataclass(frozen=True, order=True)
class Finding:
    """One breach of one rule; `size` only where a limit was passed."""

    rule: str
    path: str
    line: int
    text: str
    size: int = 0

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


class Tree:
    """A folder laid out as the repository is: the repository, or a sample."""

    def __init__(self, root, names, new=()):
        self.root = Path(root)
        self.names = sorted(names)
        self.new = set(new)  # not tracked by git yet

    @classmethod
    def of_repository(cls, root):
        """Tracked files, and new ones that git does not ignore; all files
        below `root` where there is no git (an unpacked archive)."""
        git = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files"]

        def listed(*options):
            command = [*git, "-z", *options]
            done = subprocess.run(command, capture_output=True, check=True)
            return set(done.stdout.decode().split("\0"))

        try:
            tracked = listed()
            new = listed("-o", "--exclude-standard")
        except (OSError, subprocess.CalledProcessError):
            tracked, new = set(cls._walk(root)), set()
        names = {n for n in tracked | new if not n.startswith(SAMPLES)}
        names = [n for n in names if (Path(root) / n).is_file()]
        return cls(root, names, new)

    @classmethod
    def of_sample(cls, root):
        return cls(root, [n for n in cls._walk(root) if n != "expected"])

    @staticmethod
    def _walk(root):
        for folder, below, files in os.walk(root):
            below[:] = [b for b in below if b not in (".git", "build")]
            for name in files:
                yield os.path.relpath(os.path.join(folder, name), root)

    def code(self):
        """Our C++, in a stable order."""
        return [
            n
            for n in self.names
            if n.endswith((".h", ".cc")) and n.split("/")[0] in CODE_FOLDERS
        ]

    def text_files(self):
        plain = ("dev", "LICENSE", "run")
        return [
            n
            for n in self.names
            if n.endswith(tuple(TEXT_ENDINGS)) or os.path.basename(n) in plain
        ]

    def has(self, name):
        return (self.root / name).is_file()

    def exists(self, pattern):
        return any(self.root.glob(pattern.rstrip("/")))

    @lru_cache(maxsize=None)
    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def lines(self, name):
        return self.read(name).split("\n")

    @lru_cache(maxsize=None)
    def tokens(self, name):
        return tokens(self.read(name))

    @lru_cache(maxsize=None)
    def bare(self, name):
        """The code with comments and the insides of literals blanked, each
        line and column where it was."""
        text = self.read(name)
        out = []
        end = 0
        for kind, start, stop in self.tokens(name):
            out.append(text[end:start])
            inside = re.sub(r"[^\n]", " ", text[start:stop])
            if kind == "string":
                inside = '"' + inside[1:-1] + '"'
            out.append(inside)
            end = stop
        out.append(text[end:])
        return "".join(out)


_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/"""
    r"""|R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)\""""
    r"""|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z])'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)


def tokens(text):
    """(kind, start, stop) of each comment, string and character literal."""
    found = []
    for match in _TOKEN.finditer(text):
        first = match.group()[0]
        kind = {"/": "comment", "'": "character"}.get(first, "string")
        found.append((kind, match.start(), match.end()))
    return found


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
