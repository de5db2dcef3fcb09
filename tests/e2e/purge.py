#!/usr/bin/env python3
"""A lawful erasure on real programs: purge.py FOLDER_OF_PROGRAMS

An incident with a text that nobody else would write goes from a post to
headquarters. Two persons purge it. Then that text stands in no byte of either
home, everything verifies, and no file from before brings it back.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))

import stage as st  # noqa: E402

CANARY = "Canari mauve 8842"
OFFICER = "0131-908.R"
FIELDS = [
    "report_channel=agent", "reported_on=2026-05-12", "reporter_mode=named",
    "reporter_category=agent", "retaliation_risk=medium",
    "category_primary=EXT", "customs_process=escorte", "place_post=GOG",
    "occurred_from=2026-05-12T07:30:00Z", "summary=" + CANARY,
    "narrative[+].text=Devant témoins. " + CANARY, "ongoing=non",
    "danger_to_life=non", "evidence_at_risk=non", "subjects[+].kind=auxiliaire",
    "subjects[+].description=" + CANARY, "severity_proposed=S3",
    "confidentiality=C2"]


def found_in(home):
    """Files below a home that hold the text."""
    names = []
    for folder, _, files in os.walk(home):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                if CANARY.encode() in file.read():
                    names.append(name)
    return names


class Story:
    def __init__(self, stage):
        self.check = stage.checks
        self.hq = st.Headquarters(stage, st.free_port())
        self.post = st.Machine(stage, "GOG-A")
        self.old = stage.path("old.relais")
        self.name = ""

    def begin(self):
        self.hq.do("init", "--name", "DGD", "--sample")
        for person, roles in (("k.diarra", ["ia_head", "ia_intake"]),
                              ("o.keita", ["ia_head"])):
            words = ["user", "add", person]
            for role in roles:
                words += ["--role", role]
            self.hq.do(*words)
        self.hq.up()
        code = self.hq.do("device", "code", "--post", "GOG").stdout.strip()
        self.post.up().do("enrol", "--hq", "https://127.0.0.1:%d"
                          % self.hq.port, "--code", code)
        self.post.do("sync", "--wait")
        words = ["new", "incident", "--submit"]
        for field in FIELDS:
            words += ["--set", field]
        made = self.post.json(*words, who=OFFICER)
        made = made[0] if isinstance(made, list) else made
        self.name = made["reference"]
        self.post.do("packet", "export", self.old)
        self.post.do("sync", "--wait")
        self.check.that("before: both homes hold it",
                        found_in(self.hq.home) and found_in(self.post.home))

    def refuse(self):
        basis = ("--basis", "Décision 12/2026")
        self.hq.do("purge", self.name, *basis, wanted=4)
        self.hq.do("purge", self.name, wanted=1, who="k.diarra")
        self.hq.do("purge", self.name, *basis, who="k.diarra")
        self.hq.do("purge", self.name, "--confirm", wanted=4, who="k.diarra")
        listed = self.hq.json("purge", who="o.keita")
        self.check.same("one proposal", [row["by"] for row in listed],
                        ["k.diarra"])
        self.check.that("nothing is erased yet", found_in(self.hq.home))

    def purge(self):
        self.hq.do("purge", self.name, "--basis", "Décision 12/2026",
                   who="o.keita")
        self.check.same("headquarters forgot it", found_in(self.hq.home), [])
        self.post.do("sync", "--wait")
        self.check.same("the post forgot it", found_in(self.post.home), [])
        shown = self.hq.json("show", self.name, who="k.diarra")
        shown = shown[0] if isinstance(shown, list) else shown
        self.check.same("who, and why",
                        {(one["by"], one["second"], one["basis"])
                         for one in shown["erased"]},
                        {("k.diarra", "o.keita", "Décision 12/2026")})
        self.hq.do("purge", self.name, "--basis", "Encore", who="k.diarra")
        self.hq.do("purge", self.name, "--confirm", who="o.keita", wanted=3)
        self.hq.do("purge", self.name, "--drop", who="o.keita")

    def hold(self):
        self.hq.do("packet", "import", self.old)
        self.post.do("sync", "--wait")
        for where in (self.hq, self.post):
            self.check.same("an old file brings nothing back",
                            found_in(where.home), [])
            where.do("verify")


def main():
    stage = st.Stage(sys.argv[1])
    try:
        story = Story(stage)
        story.begin()
        story.refuse()
        story.purge()
        story.hold()
        return story.check.finish(0)
    finally:
        stage.clear()


if __name__ == "__main__":
    sys.exit(main())
