#!/usr/bin/env python3
"""kill -9 at random moments, on the real programs: kill.py BIN --kills N
[--seed S] [--world W]. Says "count N what" and "broken why", as
tests/crash/run reads it.

A world is a post (relaisd) and a headquarters (relais-hq serve). Somebody
writes at both through their sockets and syncs; a killer ends one of the two a
few milliseconds later. What was answered with exit 0 goes into a ledger in this
process. After each start the last of it is asked for; at the end of the world
all of it, and `verify` at both ends. What the post calls held must be at
headquarters.
"""
import argparse
import collections
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from wire import Gone, Wire

PATIENCE = 60
KILLS_OF_A_WORLD = 100  # each start is a journal: more of them are slow
CHIEF = "811-04.K"
OFFICE = "hr1"
RAM = "/dev/shm"


class Broken(Exception):
    pass


class Program:
    """relaisd or relais-hq serve, again and again on one home."""

    def __init__(self, command, home, ready):
        self.command, self.home, self.ready = command, home, ready
        self.process = self.wire = None

    def start(self):
        # pylint: disable=consider-using-with
        began = time.monotonic()
        log = open(self.home + ".log", "ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL)
        log.close()
        while True:
            try:
                self.wire = Wire(self.home, PATIENCE)
                break
            except (Gone, FileNotFoundError) as error:
                if self.process.poll() is not None:
                    raise Broken("%s does not start again: see its log, %s"
                                 % (self.ready, self.last_words())) from error
                if time.monotonic() - began > PATIENCE:
                    raise Broken(self.ready + " does not answer") from error
                threading.Event().wait(0.001)
        return self

    def last_words(self):
        with open(self.home + ".log", encoding="utf-8") as log:
            return log.read()[-300:]

    def ask(self, *words, **more):
        return self.wire.ask(*words, **more)

    def kill(self):
        try:
            os.kill(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def buried(self):
        self.process.wait(PATIENCE)
        self.wire.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class World:
    def __init__(self, binaries, dice, counts):
        self.dice, self.counts = dice, counts
        where = RAM if os.access(RAM, os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="relais-kill-", dir=where)
        self.bin = binaries
        hq, post = (os.path.join(self.folder, name) for name in ("hq", "post"))
        self.port = free_port()
        self.run("relais-hq", hq, "init", "--name", "DGD", "--sample")
        self.hq = Program([os.path.join(binaries, "relais-hq"), "--home", hq,
                           "serve", "--listen", "127.0.0.1:%d" % self.port],
                          hq, "relais-hq").start()
        self.post = Program([os.path.join(binaries, "relaisd"), "--home",
                             post], post, "relaisd").start()
        self.run("relais-hq", hq, "user", "add", OFFICE, "--role", "hr_manager",
                 "--label", "RH")
        code = self.run("relais-hq", hq, "device", "code", "--post", "DIB")
        self.run("relais", post, "enrol", "--hq", "https://127.0.0.1:%d"
                 % self.port, "--code", code.strip())
        self.run("relais", post, "sync", "--wait")
        self.saved = []   # references that the post called saved
        self.there = []   # that headquarters called saved
        self.day = 0

    def run(self, program, home, *words):
        done = subprocess.run(
            [os.path.join(self.bin, program), "--home", home, "--lang", "en",
             *words], capture_output=True, text=True, timeout=PATIENCE,
            check=False)
        if done.returncode != 0:
            raise Broken("%s %s: %s" % (program, " ".join(words[:2]),
                                        done.stderr))
        return done.stdout

    def save(self, at, ledger, who):
        self.day += 1
        words = ("officer_id=0112-447.T\x1fdeed_on=2026-0%d-%02d"
                 % (1 + self.day % 9, 1 + self.day % 28))
        code, rows = at.ask("new", arguments=["commendation"], who=who,
                            options={"set": words})
        if code != 0:
            raise Broken("a save ended with %d: %s" % (code, rows))
        ledger.append(json.loads(rows[0])["reference"])
        self.counts["acknowledged"] += 1

    def save_at(self, at):
        if at is self.post:
            self.save(at, self.saved, CHIEF)
        else:
            self.save(at, self.there, OFFICE)

    def write_until_killed(self, victim):
        """Until the one that was killed no longer answers. Headquarters may
        die while it takes what the post brings."""
        try:
            if victim is self.hq and self.dice.random() < 0.5:
                self.save_at(self.post)
                self.post.ask("sync")
            while True:
                self.save_at(victim)
        except Gone:
            return

    def one_kill(self):
        victim = self.hq if self.dice.random() < 0.25 else self.post
        # Mostly in the middle of work; sometimes while it starts.
        if self.dice.random() < 0.8:
            self.save_at(victim)
        timer = threading.Timer(self.dice.random() * 0.004, victim.kill)
        timer.start()
        self.write_until_killed(victim)
        timer.join()
        victim.kill()
        victim.buried()
        self.counts["kills of " + victim.ready] += 1
        victim.start()
        self.counts["recoveries"] += 1
        ledger = self.saved if victim is self.post else self.there
        for reference in ledger[-2:]:
            self.must_have(victim, reference)

    def must_have(self, at, reference):
        code, _ = at.ask("show", arguments=[reference],
                         who=CHIEF if at is self.post else OFFICE)
        if code != 0:
            raise Broken("%s has lost %s, which it called saved"
                         % (at.ready, reference))

    def all_of(self, at):
        who = CHIEF if at is self.post else OFFICE
        _, rows = at.ask("list", arguments=["commendation"], who=who)
        return {row["reference"]: row.get("held")
                for row in map(json.loads, rows)}

    def settle(self):
        """Everything of the ledger is there; what is held is at headquarters;
        both verify, and a last sync brings the rest."""
        here, there = self.all_of(self.post), self.all_of(self.hq)
        for at, ledger, found in ((self.post, self.saved, here),
                                  (self.hq, self.there, there)):
            lost = [one for one in ledger if one not in found]
            self.counts["acknowledged and there"] += len(ledger) - len(lost)
            if lost:
                raise Broken("%s has lost %s" % (at.ready, lost[:5]))
        for reference, word in here.items():
            if word == "held" and reference not in there:
                raise Broken("%s is called held and is not there" % reference)
            self.counts["held"] += word == "held"
        self.post.ask("sync", options={"wait": "true"})
        there = self.all_of(self.hq)
        if [one for one in self.saved if one not in there]:
            raise Broken("a last sync does not bring everything")
        for at in (self.post, self.hq):
            code, rows = at.ask("verify")
            if code != 0:
                raise Broken("%s: verify ends with %d %s"
                             % (at.ready, code, rows))
            self.counts["verified"] += 1

    def end(self):
        for at in (self.post, self.hq):
            at.kill()
            at.buried()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("--kills", type=int, default=KILLS_OF_A_WORLD)
    parser.add_argument("--world", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dice = random.Random("%d %d" % (asked.seed, asked.world))
    counts = collections.Counter()
    left = asked.kills
    while left > 0:
        world = None
        try:
            world = World(asked.bin, dice, counts)
            for _ in range(min(left, KILLS_OF_A_WORLD)):
                world.one_kill()
                counts["kills"] += 1
            world.settle()
        except (Broken, Gone, subprocess.TimeoutExpired) as error:
            print("broken kill, seed %d: %r %s" % (asked.seed, error, error))
            break
        finally:
            if world is not None:
                world.end()
        left -= KILLS_OF_A_WORLD
    for what, number in sorted(counts.items()):
        print("count %d %s" % (number, what))
    print("end")


if __name__ == "__main__":
    main()
