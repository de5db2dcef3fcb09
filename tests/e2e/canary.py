#!/usr/bin/env python3
"""Texts that nobody else would write, in sealed reports on a real post that is
killed at any moment of them: canary.py FOLDER_OF_PROGRAMS [REPORTS [SEED]]

Each report is one of a kind. relais, or relaisd, or neither, is killed after a
time of chance, by SIGKILL or by a signal that would leave a core. Everything
that relais writes anywhere and everything that relaisd reads and writes goes
through strace. At the end no text stands in any file of the home, in a log, in
a trace, in a core, or in what another officer is shown. That the search can
find is shown by a named report, which it finds.
"""
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))

import sealed  # noqa: E402
import stage as st  # noqa: E402

NAMED = "Canari public 0000"
DEATHS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
# Of a report on this machine, under strace.
LONGEST_S = 1.2


class Traced(st.Machine):
    """A machine whose daemon and whose reports are looked over the shoulder."""

    def __init__(self, stage, name):
        super().__init__(stage, name)
        self.traces = 0

    def trace(self, calls, size):
        self.traces += 1
        return ["strace", "-f", "-qq", "-s", str(size), "-e", "trace=" + calls,
                "-o", self.stage.path("trace.%d" % self.traces)]

    def up(self):
        self.alone = self.trace("read,write,recvfrom,sendto,recvmsg,sendmsg",
                                20000)
        return super().up()

    def report(self, text):
        words = json.dumps({
            "reporter_mode": "confidential", "category_primary": "EXT",
            "place_post": "GOG", "severity_proposed": "S4",
            "danger_to_life": False, "narrative": text,
            "reporter_identity": text + " moi"})
        command = self.trace("write,writev,pwrite64,sendto,sendmsg", 60000)
        process = subprocess.Popen(
            command + self.command("report", "--from", "-"), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
            cwd=self.stage.folder)
        process.stdin.write(words)
        process.stdin.close()
        process.stdin = None
        return process


def children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True,
                           text=True).stdout.split()
    return [int(one) for one in found]


def dumps_nothing(pid):
    with open("/proc/%d/limits" % pid) as file:
        return any(re.match(r"Max core file size +0 ", line) for line in file)


def kill_inner(process, how):
    """The traced program, not strace."""
    for pid in children(process.pid):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass
    process.wait(st.PATIENCE_S)


class Canaries(sealed.Story):
    def __init__(self, stage, count, dice):
        super().__init__(stage)
        self.post = Traced(stage, "GOG-A")
        self.count, self.dice = count, dice
        self.texts, self.done, self.killed = [], 0, 0

    def one(self, number):
        text = "Canari %08x no %d" % (self.dice.getrandbits(32), number)
        self.texts.append(text)
        victim = self.dice.choice(("relais", "relaisd", "nobody"))
        process = self.post.report(text)
        if victim == "nobody":
            process.communicate(timeout=st.PATIENCE_S)
        else:
            time.sleep(self.dice.uniform(0, LONGEST_S))  # the dice of a death
            how = self.dice.choice(DEATHS)
            self.killed += 1
            if victim == "relais":
                kill_inner(process, how)
            else:
                kill_inner(self.post.daemon, how)
                process.communicate(timeout=st.PATIENCE_S)
                self.post.up()
        self.done += process.returncode == 0

    def show_that_the_search_finds(self):
        words = [one.replace(sealed.CANARY, NAMED) for one in (
            "report_channel=agent", "reported_on=2026-05-12",
            "reporter_mode=named", "reporter_category=agent",
            "retaliation_risk=medium", "category_primary=EXT",
            "customs_process=escorte", "place_post=GOG",
            "occurred_from=2026-05-12T07:30:00Z", "summary=" + NAMED,
            "narrative[+].text=" + NAMED, "ongoing=non", "danger_to_life=non",
            "evidence_at_risk=non", "subjects[+].kind=auxiliaire",
            "severity_proposed=S3", "confidentiality=C2")]
        options = [part for one in words for part in ("--set", one)]
        self.post.do("new", "incident", *options, "--submit",
                     who=sealed.OFFICER)
        found = sealed.holds(self.stage.folder, NAMED)
        self.check.that("the search finds a named report on the disk",
                        any("relais.db" in one for one in found), str(found))
        self.check.that("and in a trace", any("trace" in one for one in found))

    def leave_no_core(self):
        """Before a word is read; who dies sooner may leave one of nothing."""
        inner = children(self.post.daemon.pid)[0]
        self.check.that("relaisd leaves no core", dumps_nothing(inner))
        waiting = subprocess.Popen(
            self.post.command("report", "--from", "-"),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        st.wait_for("relais to leave no core",
                    lambda: dumps_nothing(waiting.pid))
        waiting.kill()
        waiting.communicate(timeout=st.PATIENCE_S)

    def look_everywhere(self):
        pattern = re.compile("|".join(map(re.escape, self.texts)).encode())
        found, looked = [], 0
        for here, _, files in os.walk(self.stage.folder):
            for name in files:
                path = os.path.join(here, name)
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    looked += 1
                    if pattern.search(file.read()):
                        found.append(name)
        self.check.same("in no file, database, log, trace or core (%d files)"
                        % looked, found, [])
        shown = ""
        for words in (("list",), ("status",), ("doctor",), ("conflicts",)):
            shown += self.post.do(*words, who=sealed.OFFICER).said
        self.check.that("nor on another officer's screen",
                        not pattern.search(shown.encode()))
        with open(os.path.join(self.post.home, "envelopes"), "rb") as file:
            self.check.same("the ring has its size", len(file.read()),
                            2 * (8 + 24 + 64 * 4096 + 16))

    def play(self):
        resource.setrlimit(resource.RLIMIT_CORE, (
            resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.begin()
        self.name_the_recipients()
        self.leave_no_core()
        for number in range(self.count):
            self.one(number)
            if self.dice.random() < 0.1:
                kill_inner(self.post.daemon, signal.SIGTERM)
                self.day += 1
                self.post.up()
        print("      %d reports, %d of them whole, %d deaths" % (
            self.count, self.done, self.killed))
        self.check.that("some reports went through", self.done > 0)
        self.look_everywhere()
        self.show_that_the_search_finds()


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.getrandbits(32)
    print("canary.py BIN %d %d" % (count, seed))
    stage = st.Stage(sys.argv[1])
    began = time.monotonic()
    try:
        Canaries(stage, count, random.Random(seed)).play()
        return stage.checks.finish(time.monotonic() - began)
    finally:
        stage.clear()


if __name__ == "__main__":
    sys.exit(main())
