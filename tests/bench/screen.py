#!/usr/bin/env python3
"""The officer's screen over a full post, beside an empty one, in one run.

  screen.py BIN [RECORDS]    RECORDS: 100000 unless told

On a terminal of 80 by 24: the time to the whole first screen, to the list, and
to the echo of a key, with the bytes of each; every number beside the same of a
post without records. Medians of several tries. Judged: the first screen and the
keys, which must not feel the records; lists and searches are told alone.
"""
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), name)
                for name in ("demo", "workload")]

import records  # noqa: E402
import stage as st  # noqa: E402

OFFICER = "0131-908.R"
TRIES = 15
# Nothing more comes when the line was quiet that long.
QUIET_S, FIRST_S = 0.25, 30
BYTES_A_KEY, RATIO = 60, 2.0


class Terminal:
    """relais on a line whose bytes are counted."""

    def __init__(self, machine):
        self.pid, self.line = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
            os.execv(machine.stage.program("relais"), [
                "relais", "--home", machine.home, "--as", OFFICER, "--lang",
                "fr"])
        fcntl.ioctl(self.line, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, 80, 0, 0))

    def heard(self, until=None):
        """Milliseconds to the last byte, or to the one that ends `until`, and
        how many came until the line was quiet."""
        began = last = time.monotonic()
        told, seen = None, b""
        while True:
            waits = not seen or (until is not None and told is None)
            ready = select.select([self.line], [], [],
                                  FIRST_S if waits else QUIET_S)[0]
            if not ready:
                break
            try:
                seen += os.read(self.line, 65536)
            except OSError:
                break
            last = time.monotonic()
            if until is not None and told is None and until in seen:
                told = last
        if until is not None and told is None:
            sys.exit("the screen never said %r: %r" % (until, seen[-300:]))
        return ((told or last) - began) * 1000, len(seen)

    def press(self, keys, until=None):
        os.write(self.line, keys)
        return self.heard(until)

    def close(self):
        os.write(self.line, b"\x03")
        self.heard()
        os.close(self.line)
        os.waitpid(self.pid, 0)


def post(stage, hq, name, count):
    machine = st.Machine(stage, name)
    invite = stage.path(name + ".invite")
    hq.do("device", "code", "--post", "GOG", "--file", invite)
    machine.up().do("enrol", "--file", invite)
    lines = stage.path(name + ".jsonl")
    with open(lines, "w") as file:
        for one in records.records("incident", "GOG", max(count, 1), 7):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
    if count:
        began = time.monotonic()
        subprocess.run(machine.command("import", "incident", lines,
                                       "--submit", who=OFFICER),
                       stdout=subprocess.DEVNULL, check=True)
        print("%d records in %.0f s" % (count, time.monotonic() - began),
              flush=True)
    return machine


def median(pairs):
    return (statistics.median(pair[0] for pair in pairs),
            statistics.median(pair[1] for pair in pairs))


def measured(machine, count):
    found = {"first screen": [], "the list": [], "a search": [],
             "a key down": [], "a letter": []}
    for _ in range(TRIES):
        terminal = Terminal(machine)
        found["first screen"].append(terminal.heard("détenues".encode()))
        listed = b"INC-" if count else b"Rien"
        found["the list"].append(terminal.press(b"\x1bOR", listed))
        found["a search"].append(terminal.press(b"zzzz\r", b"Rien"
                                                if count else None))
        terminal.press(b"\x1b", "détenues".encode())
        terminal.press(b"\x1bOQ", b"Signalement")
        terminal.press(b"signal\r", b"Confidentiel")
        terminal.press(b"\r", b"Canal")
        found["a key down"].append(terminal.press(b"\x1bOB"))
        found["a letter"].append(terminal.press(b"1"))
        terminal.close()
    return {name: median(pairs) for name, pairs in found.items()}


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    tempfile.tempdir = os.environ.get("RELAIS_BENCH_FOLDER")
    stage = st.Stage(sys.argv[1])
    try:
        hq = st.Headquarters(stage, st.free_port())
        hq.do("init", "--name", "DGD", "--sample")
        full = post(stage, hq, "GOG-A", count)
        empty = post(stage, hq, "GOG-B", 0)
        there, here = measured(full, count), measured(empty, 0)
    finally:
        stage.clear()
    good = True
    for name, (ms, size) in there.items():
        bare_ms, bare_size = here[name]
        listed = name in ("the list", "a search")
        holds = listed or (
            (name == "first screen" or size <= BYTES_A_KEY) and
            ms <= RATIO * max(bare_ms, 1))
        good = good and holds
        print("%s %-13s %d records: %6.1f ms, %4d bytes; none: %6.1f ms, "
              "%4d bytes; ratio %.2f" % ("ok    " if holds else "FAILED", name,
                                         count, ms, size, bare_ms, bare_size,
                                         ms / max(bare_ms, 0.1)))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
