#!/usr/bin/env python3
"""A report that only its recipients read, on real programs, from the screen
to the recipient's station and back: sealed.py FOLDER_OF_PROGRAMS

Days pass by the post's clock (faketime): each brings one envelope. What was
typed stands in no byte of either home, in no log and in no record.
"""
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))

import stage as st  # noqa: E402
from screen import Screen  # noqa: E402

CANARY = "Canari grenat 5517"
LATER = "Canari indigo 2093"
OFFICER = "0131-908.R"
ACCUSED = "779-50.P"
INTAKE = "k.diarra"
PLAN = """
recipient { id: "baci" body: "BACI" reader: "779-50.P" }
recipient { id: "inspection" body: "Inspection" }
recipient { id: "cabinet" body: "Cabinet" }
signer { id: "one" } signer { id: "two" } signer { id: "three" }
"""


def holds(folder, text):
    """Files below a folder that hold the text."""
    names = []
    for here, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(here, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if text.encode() in file.read():
                        names.append(name)
    return names


class Story:
    def __init__(self, stage):
        self.stage, self.check = stage, stage.checks
        self.hq = st.Headquarters(stage, st.free_port())
        self.post = st.Machine(stage, "GOG-A")
        self.keys = stage.path("keys")
        self.day, self.code, self.name = 0, "", ""

    def begin(self):
        self.hq.do("init", "--name", "DGD", "--sample")
        self.hq.do("user", "add", INTAKE, "--role", "ia_intake", "--role",
                   "ia_head")
        self.hq.up()
        code = self.hq.do("device", "code", "--post", "GOG").stdout.strip()
        self.post.up().do("enrol", "--hq", "https://127.0.0.1:%d"
                          % self.hq.port, "--code", code)

    def name_the_recipients(self):
        plan, document = self.stage.path("plan"), self.key("recipients.1")
        with open(plan, "w") as file:
            file.write(PLAN)
        self.hq.do("recipients", "init", plan, os.path.join(self.hq.home, "k"),
                   wanted=4)
        self.hq.do("recipients", "init", plan, self.keys)
        self.hq.do("recipients", "sign", document, "--key",
                   self.key("one.signer"))
        self.check.that("one signature of three publishes nothing", "signature"
                        in self.hq.do("recipients", "publish", document,
                                      wanted=4).said)
        self.hq.do("recipients", "sign", document, "--key",
                   self.key("three.signer"))
        self.hq.do("recipients", "publish", document)
        rows = self.hq.json("recipients", "show")
        self.check.same("who reads, and who signed", [
            one["id"] for one in rows if one["kind"] == "recipient" or
            one["signed"]], ["baci", "inspection", "cabinet", "one", "three"])
        self.post.do("sync", "--wait")

    def key(self, name):
        return os.path.join(self.keys, name)

    def refuse_words_on_the_command_line(self):
        said = self.post.do("new", "incident", "--set",
                            "reporter_mode=anonymous", "--submit",
                            wanted=(1, 2)).said
        self.check.that("`new` refuses the mode and says where to go",
                        "relais report" in said, said[:200])

    def report_on_the_screen(self):
        screen = Screen(self.stage, "sealed", self.post.home, OFFICER)
        try:
            screen.wait_for("F2 Nouveau")
            screen.press("F2").wait_for("Signalement")
            screen.press("signal", "Enter").wait_for("Anonyme")
            screen.press("anon", "Enter").wait_for("Scellé sur cet écran",
                                                   "Catégorie")
            screen.press("Enter", "EXT", "Enter").wait_for("Extorsion")
            screen.press("Enter", "gog", "Enter").wait_for("Gogui")
            screen.press("Enter", "S4", "Enter").wait_for("S4 Grave")
            screen.press("n").wait_for("non")
            screen.press("Enter").wait_for("[ ]")
            screen.down_to(r">.*SANGAR")
            screen.press("Space", "Enter").wait_for("Inspection, Cabinet")
            screen.press(CANARY).wait_for("octets encore", CANARY)
            screen.press("Tab", "F5")
            shown = screen.wait_for("Le code de ce signalement")
            self.code = re.search(r"\d{4} \d{4} \d{4} \d{4}", shown).group()
            screen.press("F5").wait_for("quatre derniers chiffres")
            screen.press(self.code[-4:], "Enter").wait_for("Scellé pour",
                                                           "Inspection")
            screen.press("Escape", "F10")
        finally:
            screen.close()

    def look_at_the_post(self):
        self.check.same("no byte of the post holds what was typed",
                        holds(self.post.home, CANARY), [])
        self.check.same("no list shows it", self.post.json(
            "list", "incident", who=OFFICER), [])
        counts = self.post.counts()
        self.check.that("and no count", not any(counts.values()), str(counts))
        with open(self.stage.path("GOG-A.log")) as log:
            self.check.that("nor a line of the log",
                            "report" not in log.read())

    def next_day(self):
        """The daemon starts on the next day, and its envelope leaves."""
        self.post.down()
        self.day += 1
        os.environ.update({"LD_PRELOAD": "/usr/lib/x86_64-linux-gnu/faketime/"
                           "libfaketime.so.1", "FAKETIME": "+%dd" % self.day,
                           "DONT_FAKE_MONOTONIC": "1"})
        try:
            self.post.up()
        finally:
            for name in ("LD_PRELOAD", "FAKETIME", "DONT_FAKE_MONOTONIC"):
                del os.environ[name]
        self.post.do("sync", "--wait")

    def unseal(self, who, *words, wanted=0):
        return self.hq.do("unseal", "--key", self.key(who + ".recipient"),
                          *words, who=INTAKE, wanted=wanted)

    def read_it(self):
        self.next_day()
        self.check.same("headquarters cannot read it",
                        holds(self.hq.home, CANARY), [])
        self.check.that("nor the body of the accused", CANARY not in
                        self.unseal("baci", "--show").stdout)
        shown = self.unseal("cabinet", "--show").stdout
        self.check.that("another body reads it", CANARY in shown)
        self.mark = re.search(r"anonymous  ([0-9a-f]{16})", shown).group(1)
        self.name = self.unseal("inspection").stdout.strip()
        self.check.that("it became an incident", self.name.startswith("INC-"),
                        self.name)
        again = self.unseal("cabinet").stdout
        self.check.same("once, whoever unseals", again, "")
        fields = self.hq.json("show", self.name, who=INTAKE)["fields"]
        self.check.same("routing is clear", [
            fields["category_primary"], fields["place_post"],
            fields["severity_proposed"], fields["excluded_readers"]],
            ["EXT", "GOG", "S4", [ACCUSED]])
        self.check.that("the accused sees nothing of it", self.name not in
                        self.hq.do("list", "incident", who=ACCUSED).stdout)
        self.check.same("and its words are sealed there",
                        holds(self.hq.home, CANARY), [])

    def add_to_it(self):
        mistyped = self.code[:-1] + str((int(self.code[-1]) + 1) % 10)
        for code, wanted in ((mistyped, 1), (self.code, 0)):
            words = json.dumps({"code": code, "narrative": LATER})
            st.run(self.post.command("report", "--from", "-"), stdin=words,
                   wanted=wanted)
        self.check.same("the statement is nowhere either",
                        holds(self.post.home, LATER), [])
        self.next_day()
        self.check.that("it was added to the same incident", "déclaration" in
                        self.unseal("inspection").said)
        self.check.that("the body of the accused reads nothing of it", LATER
                        not in self.unseal("baci", "--show").said)
        self.check.that("its readers do", LATER in
                        self.unseal("cabinet", "--show").stdout)
        fields = self.hq.json("show", self.name, who=INTAKE)["fields"]
        self.check.same("which has two", len(fields["narrative"]), 2)
        self.unseal("cabinet")
        fields = self.hq.json("show", self.name, who=INTAKE)["fields"]
        self.check.same("and still two", len(fields["narrative"]), 2)
        self.check.same("one incident in all", len(self.hq.json(
            "list", "incident", who=INTAKE)), 1)

    def answer_it(self):
        path = self.stage.path("answer")
        code = json.dumps({"code": self.code})
        with open(path, "w") as file:
            file.write("Nous avons besoin d'une date.")
        quiet = st.run(self.post.command("replies", "--from", "-"), stdin=code)
        self.check.that("before an answer: nothing new", "Rien de nouveau" in
                        quiet.said)
        self.unseal("cabinet", "--reply", path, "--to", self.mark)
        self.post.do("sync", "--wait")
        read = st.run(self.post.command("replies", "--from", "-"), stdin=code)
        self.check.that("the code reads the answer", "une date" in read.stdout)
        other = json.dumps({"code": "0000 0000 0000 0000"})
        read = st.run(self.post.command("replies", "--from", "-"), stdin=other)
        self.check.that("and no other code", "une date" not in read.stdout)
        self.hq.do("verify")
        self.post.do("verify")

    def play(self):
        for act in (self.begin, self.name_the_recipients,
                    self.refuse_words_on_the_command_line,
                    self.report_on_the_screen, self.look_at_the_post,
                    self.read_it, self.add_to_it, self.answer_it):
            act()


def main():
    stage = st.Stage(sys.argv[1])
    try:
        Story(stage).play()
        return stage.checks.finish(0)
    finally:
        stage.clear()


if __name__ == "__main__":
    sys.exit(main())
