#!/usr/bin/env python3
"""What headquarters sets aside on a real record: aside.py FOLDER_OF_PROGRAMS

A change is challenged and accepted again. Then headquarters is restored, a
change of one machine is not there, another machine built on it: it waits,
until headquarters declares the first one lost; when that turns up after all,
it is set aside and may be accepted.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))

import stage as st  # noqa: E402

CHIEF = "811-04.K"


def one(answer):
    return answer[0] if isinstance(answer, list) else answer


class Story:
    def __init__(self, stage):
        self.check = stage.checks
        self.hq = st.Headquarters(stage, st.free_port())
        self.a, self.b = (st.Machine(stage, name)
                          for name in ("DIB-A", "DIB-B"))
        self.backup = stage.path("backup.db")
        self.packet = stage.path("b.relais")
        self.name = ""

    def enrol(self):
        self.hq.do("init", "--name", "DGD", "--sample")
        self.hq.up()
        for machine in (self.a, self.b):
            code = self.hq.do("device", "code", "--post", "DIB").stdout.strip()
            machine.up().do("enrol", "--hq", "https://127.0.0.1:%d"
                            % self.hq.port, "--code", code)
            machine.do("sync", "--wait")

    def begin(self):
        """A record that both machines have."""
        self.name = one(self.a.json(
            "new", "commendation", "--set", "officer_id=924-31.C",
            who=CHIEF))["reference"]
        for machine in (self.a, self.b):
            machine.do("sync", "--wait")

    def write(self, machine, reasons):
        """The name of the change."""
        machine.do("edit", self.name, "--set", "reasons=" + reasons, who=CHIEF)
        history = machine.json("show", self.name, "--history", who=CHIEF)
        return next(change["dot"] for change in history["history"]
                    if reasons in str(change))

    def reasons(self, where=None):
        shown = self.hq.json("show", self.name) if where is None else \
            where.show(self.name, CHIEF)
        return shown["fields"].get("reasons")

    def aside(self):
        return {row["dot"]: row["reason"]
                for row in self.hq.json("aside", "list")}

    def challenge(self):
        self.begin()
        wrong = self.write(self.a, "Écrit par mégarde sur la fiche d'un autre.")
        self.a.do("sync", "--wait")
        self.hq.do("aside", "challenge", wrong, "--reason", "Autre agent")
        self.check.same("challenged: set aside", self.aside().get(wrong),
                        "challenged")
        self.a.do("sync", "--wait")
        self.check.same("and the post shows it no more", self.reasons(self.a),
                        None)
        self.hq.do("aside", "accept", wrong, "--reason", "C'était bien lui")
        self.a.do("sync", "--wait")
        self.check.that("accepted: it counts again",
                        self.reasons(self.a) == self.reasons() is not None)

    def lose(self):
        self.begin()
        self.hq.do("backup", self.backup)
        before = "Première version, écrite sur la machine DIB-A."
        lost = self.write(self.a, before)
        for machine in (self.a, self.b):
            machine.do("sync", "--wait")
        self.hq.down()
        self.hq.do("restore", self.backup)
        after = "Seconde version, écrite par-dessus sur DIB-B."
        self.write(self.b, after)
        self.b.do("packet", "export", self.packet)
        self.hq.do("packet", "import", self.packet)
        self.check.that("what was built on a missing change waits",
                        self.reasons() != after)
        self.hq.do("aside", "lost", lost, "--reason", "DIB-A a brûlé")
        self.check.same("declared lost: the later one counts", self.reasons(),
                        after)
        self.hq.do("aside", "lost", lost, "--reason", "Encore", wanted=3)
        self.hq.up()
        for machine in (self.a, self.b, self.a):
            machine.do("sync", "--wait")
        self.check.same("it turns up: set aside as lost",
                        self.aside().get(lost), "lost")
        self.check.same("and changes nothing", self.reasons(), after)
        self.check.same("nor at the post", self.reasons(self.a), after)
        self.hq.do("aside", "accept", lost, "--reason", "La première est juste")
        self.a.do("sync", "--wait")
        self.check.same("until it is accepted", self.reasons(self.a), before)
        self.hq.do("verify")


def main():
    stage = st.Stage(sys.argv[1])
    try:
        story = Story(stage)
        story.enrol()
        story.challenge()
        story.lose()
        return story.check.finish(0)
    finally:
        stage.clear()


if __name__ == "__main__":
    sys.exit(main())
