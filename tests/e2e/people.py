#!/usr/bin/env python3
"""People on a shared machine: people.py FOLDER_OF_PROGRAMS

Two officers, their envelopes, and one screen in a real terminal (as
screen.py): first PIN, login, lock, hide, switch, and a daemon that begins
anew.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import screen as sc  # noqa: E402
from screen import st  # noqa: E402

OFFICER, PIN = "0131-908.R", "271828"
OTHER, OTHER_PIN = "949-38.D", "un pont sur la rivière"
REFUSED = 4


class Story(sc.Story):
    def secret(self, name, text):
        path = self.stage.path(name)
        with open(path, "w") as file:
            file.write(text + "\n")
        return path

    def envelope(self, person):
        """What stands in it, once the post has heard of it."""
        paper = self.stage.path(person + ".txt")
        said = self.hq.do("officer", "code", person, "--file", paper)
        with open(paper) as file:
            text = file.read()
        code = re.search(r"Code : (.+)", text).group(1).strip()
        self.check.that("the paper names him, and it alone the code",
                        person in text and
                        code not in said.said)
        self.post.do("sync", "--wait")
        return code

    def write_before_anybody_has_a_pin(self):
        self.post.do("new", "incident", "--set", "summary=Avant le code",
                     who=OFFICER)
        self.post.do("new", "incident", "--set", "summary=Vu depuis le poste")

    def choose_a_first_pin(self):
        code = self.envelope(OFFICER)
        screen = self.open("first", None)
        screen.wait_for("Qui est là", "Échap Sans identification")
        self.golden("login.fr", screen)
        screen.press("F2").wait_for("Code de l'enveloppe")
        screen.press(OFFICER, "Enter", code, "Enter", "123456", "Enter",
                     "123456", "Enter", "Enter")
        screen.wait_for("choisissez-en un autre")
        screen.press(PIN, "Enter", PIN, "Enter", "Enter")
        text = screen.wait_for("Vos brouillons : 1", "INC-GOG-A-26-0001",
                               "F11 :")
        self.check.that("the post's own draft is not his",
                        "INC-GOG-A-26-0002" not in text)
        self.golden("home-logged-in.fr", screen)
        screen.press("F10").wait_for("ENDED 0")

    def be_nobody_on_the_command_line(self):
        for words in (["list"], ["show", "INC-GOG-A-26-0001"],
                      ["new", "incident"], ["forms"]):
            self.post.do(*words, wanted=REFUSED)
        self.post.do("status", who=OFFICER, wanted=REFUSED)
        for words in (["status"], ["doctor"], ["sync", "--dry-run"]):
            said = self.post.do(*words, wanted=(0, 1)).said
            self.check.that("no lane in " + words[0],
                            "Urgent" not in said and "packets" not in said)
        wrong = self.secret("wrong", "314159")
        self.post.do("login", OFFICER, "--pin-file", wrong, wanted=REFUSED)
        right = self.secret("right", PIN)
        said = st.run(["setsid", "--wait"] + self.post.command(
            "login", OFFICER, "--slip", "--pin-file", right), 2).said
        self.check.that("with no terminal: what is missing is named",
                        "--slip-file" in said, said)
        self.post.do("login", OFFICER, "--pin-file", right)
        self.check.same("his draft", [row["reference"] for row in
                                      self.post.json("list")],
                        ["INC-GOG-A-26-0001"])
        self.post.do("logout")
        self.post.do("list", wanted=REFUSED)

    def log_in(self, screen, person, pin):
        screen.press(person, "Enter", pin, "Enter")

    def walk_away(self):
        screen = self.open("away", None, RELAIS_LOCK_SECONDS="3")
        screen.wait_for("Qui est là")
        self.log_in(screen, OFFICER, PIN)
        # All at once: it locks three seconds after the last key.
        screen.press("F2", "signal", "Enter", "Tab", "le 12 mai")
        screen.wait_for("Verrouillé")
        self.golden("locked.fr", screen)
        screen.press("000000", "Enter").wait_for("n'est pas juste")
        screen.press(PIN, "Enter").wait_for("le 12 mai")
        screen.close()

    def hide_and_lose_the_daemon(self):
        screen = self.open("hide", None)
        screen.wait_for("Qui est là")
        self.log_in(screen, OFFICER, PIN)
        screen.wait_for("INC-GOG-A-26-0001")
        screen.press("Down", "Enter").wait_for("> *Canal")
        screen.down_to(r"> \*Résumé")
        screen.press("Enter", " et après").wait_for("Avant le code et après")
        screen.press("F12").wait_for("Masqué")
        self.check.that("nothing of it is to be seen",
                        "Avant le code" not in screen.text())
        screen.press("x").wait_for("Verrouillé")
        screen.press(PIN, "Enter").wait_for("Avant le code et après")
        self.post.kill()
        self.post.up()
        screen.press("!", "Tab").wait_for("Identification terminée")
        screen.press(PIN, "Enter").wait_for("Avant le code et après!")
        self.switch(screen)

    def switch(self, screen):
        code = self.envelope(OTHER)
        screen.press("F11").wait_for("Qui est là")
        screen.press("F2", OTHER, "Enter", code, "Enter", OTHER_PIN, "Enter",
                     OTHER_PIN, "Enter", "Enter")
        text = screen.wait_for("Vos brouillons : 0")
        self.check.that("nothing of his", "INC-GOG-A-26" not in text)
        screen.press("F11").wait_for("Qui est là")
        self.log_in(screen, OFFICER, PIN)
        screen.wait_for("INC-GOG-A-26-0001", "Vos brouillons : 1")
        screen.press("F10").wait_for("ENDED 0")

    def speak_english(self):
        screen = self.open("english", None, language="en")
        screen.wait_for("Who is there", "F10 Quit")
        self.golden("login.en", screen)
        screen.press("F10").wait_for("ENDED 0")

    def alarm(self):
        wrong = self.secret("wrong", "314159")
        for _ in range(2):
            self.post.do("login", OFFICER, "--pin-file", wrong, wanted=REFUSED)
        said = self.post.do("login", OTHER, "--pin-file",
                            self.secret("other", OTHER_PIN)).said
        self.check.that("another's wrong PINs stop nobody", OTHER in said)
        self.post.do("logout")
        self.check.that("headquarters lists wrong PINs", "wrong_pins"
                        in self.hq.json("device", "list")[0])

    def play(self):
        # Sessions of this story alone.
        os.environ["XDG_RUNTIME_DIR"] = self.stage.path("run")
        os.mkdir(self.stage.path("run"))
        self.begin()
        self.write_before_anybody_has_a_pin()
        self.choose_a_first_pin()
        self.be_nobody_on_the_command_line()
        self.walk_away()
        self.hide_and_lose_the_daemon()
        self.speak_english()
        self.alarm()


if __name__ == "__main__":
    sys.exit(sc.play(Story))
