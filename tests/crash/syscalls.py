#!/usr/bin/env python3
"""The n-th call of the kernel kills the real program or fails: syscalls.py BIN
[--every N] [--seed S]. Says "count N what" and "broken why", as tests/crash/run
reads it.

strace injects into relaisd and `relais-hq serve`, from their start over two
saves to their orderly end, for n = 1, 2, 3 ... until a run ends uninjured, in
each kind of call that changes a file. Then the program starts again, alone:
what it had called saved is there, and `verify` finds nothing. Of the calls, one
in N; the seed says which.
"""
import argparse
import collections
import os
import random
import shutil
import signal
import subprocess

from kill import CHIEF, OFFICE, PATIENCE, Broken, Program, World
from wire import Gone

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "openat")
HURTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
SAVES = 2


class Injured:
    """A copy of a home whose program is hurt at one call."""

    def __init__(self, whole, folder):
        self.plain = whole.command
        self.whole = whole.home
        self.home = os.path.join(folder, "injured")
        self.trace = os.path.join(folder, "trace")
        self.ready = whole.ready
        self.who = CHIEF if self.ready == "relaisd" else OFFICE
        self.acknowledged = []

    def command(self):
        return [self.home if word == self.whole else word
                for word in self.plain]

    def prepare(self):
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.whole, self.home, symlinks=True,
                        ignore=shutil.ignore_patterns("*.sock"))
        self.acknowledged = []

    def live(self, call, hurt, number):
        """True when something was injected."""
        paths = []
        for name in ("relais.db", "relais.db-wal", "relais.db-shm", ""):
            paths += ["-P", os.path.join(self.home, name).rstrip("/")]
        program = Program(
            ["strace", "-f", "-qq", "-o", self.trace, "-e", "trace=" + call,
             "-e", "inject=%s:%s:when=%d" % (call, hurt, number)] + paths
            + self.command(), self.home, self.ready)
        try:
            program.start()
            self.write(program)
        except (Broken, Gone):
            pass  # it was hurt so early that it never spoke
        self.end(program)
        with open(self.trace, encoding="utf-8", errors="replace") as trace:
            text = trace.read()
        return "(INJECTED)" in text or "+++ killed by SIGKILL" in text

    def write(self, program):
        for day in range(1, SAVES + 1):
            code, rows = program.ask(
                "new", arguments=["commendation"], who=self.who, options={
                    "set": "officer_id=0112-447.T\x1fdeed_on=2026-05-%02d"
                           % day})
            if code == 0:
                self.acknowledged.append(rows[0])

    @staticmethod
    def end(program):
        """strace ends with what it traces, which is its only child."""
        process = program.process
        children = "/proc/%d/task/%d/children" % (process.pid, process.pid)
        try:
            with open(children, encoding="ascii") as file:
                for child in file.read().split():
                    os.kill(int(child), signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            pass
        program.process.wait(PATIENCE)
        if program.wire:
            program.wire.close()

    def check(self, name):
        program = Program(self.command(), self.home, self.ready).start()
        try:
            for row in self.acknowledged:
                reference = row.split('"reference":"')[1].split('"')[0]
                code, _ = program.ask("show", arguments=[reference],
                                      who=self.who)
                if code != 0:
                    raise Broken("%s: %s is lost" % (name, reference))
            code, rows = program.ask("verify")
            if code != 0:
                raise Broken("%s: verify ends with %d %s" % (name, code, rows))
        finally:
            program.kill()
            program.buried()


def try_all(world, whole, every, dice, counts):
    whole.kill()
    whole.buried()
    injured = Injured(whole, world.folder)
    for call in CALLS:
        for hurt in HURTS:
            number = 1 + dice.randrange(every)
            while True:
                injured.prepare()
                name = "%s, %s at %s %d" % (whole.ready, hurt, call, number)
                hit = injured.live(call, hurt, number)
                injured.check(name)
                counts["recoveries"] += 1
                counts["acknowledged"] += len(injured.acknowledged)
                if not hit:
                    break
                counts["calls of the kernel hurt"] += 1
                number += every


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    counts = collections.Counter()
    world = World(asked.bin, dice, counts)
    try:
        for whole in (world.post, world.hq):
            try_all(world, whole, asked.every, dice, counts)
    except (Broken, Gone, subprocess.TimeoutExpired) as error:
        print("broken " + str(error or repr(error)))
    finally:
        world.end()
    for what, number in sorted(counts.items()):
        print("count %d %s" % (number, what))
    print("end")


if __name__ == "__main__":
    main()
