#!/usr/bin/env python3
"""The officer's screen in a real terminal: screen.py FOLDER_OF_PROGRAMS

relais runs inside tmux, on a real daemon and headquarters. Keys go in as a
person presses them, all at once; what stands on the screen is waited for,
never slept for.
"""
import os
import re
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))

import stage as st  # noqa: E402

GOLDEN = os.path.join(ROOT, "tests", "golden", "screen")
# With it the screens are written down anew, to be looked at before a commit.
WRITES = os.environ.get("RELAIS_WRITE_GOLDEN") == "yes"
OFFICER = "0131-908.R"
CHIEF = "811-04.K"
CHOICES = ["agent", "12/05/2026", "nom", "agent", "moyen", "EXT"]


def timeless(text):
    text = re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d", "JJ/MM/AAAA HH:MM", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "YYYY-MM-DD HH:MM", text)


class Screen:
    """One terminal, of its own server, with relais in it."""

    def __init__(self, stage, name, home, person, size=(80, 24),
                 language="fr", **environment):
        self.stage, self.server = stage, "relais-%d-%s" % (os.getpid(), name)
        environment = dict({"LC_ALL": "C.UTF-8"}, **environment)
        words = ["env"] + ["%s=%s" % pair for pair in environment.items()]
        words += [stage.program("relais"), "--home", home,
                  "--lang", language]
        words += ["--as", person] if person else []
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "w", "-x",
                  str(size[0]), "-y", str(size[1]),
                  # Whatever is left of it stays to be looked at.
                  " ".join(words) + "; echo ENDED $?; exec cat")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-u", "-L", self.server, *words],
                              capture_output=True, text=True, check=True,
                              timeout=st.PATIENCE_S).stdout

    def press(self, *keys):
        """Names of keys, or text: "Enter", "F5", "agent"."""
        self.tmux("send-keys", "-t", "w", "--", *keys)
        return self

    def text(self):
        return self.tmux("capture-pane", "-p", "-t", "w")

    def wait_for(self, *texts):
        seen = []

        def there():
            seen[:] = [self.text()]
            return all(text in seen[0] for text in texts)
        try:
            st.wait_for("the screen: %s" % (texts,), there)
        except SystemExit:
            print(seen[0])
            raise
        return seen[0]

    def down_to(self, pattern):
        """Down to a line, one at a time as it shows."""
        while not re.search(pattern, self.text()):
            before = self.text()
            self.press("Down")
            st.wait_for("another line", lambda: self.text() != before)

    def kill(self, how):
        """The program, as a power cut or a closed window ends it."""
        shell = self.tmux("display-message", "-p", "-t", "w", "#{pane_pid}")
        for pid in subprocess.run(["pgrep", "-P", shell.strip()], text=True,
                                  capture_output=True).stdout.split():
            os.kill(int(pid), how)
        self.wait_for("ENDED")

    def close(self):
        subprocess.run(["tmux", "-L", self.server, "kill-server"],
                       capture_output=True)


class Story:
    def __init__(self, stage):
        self.stage, self.check = stage, stage.checks
        self.hq = st.Headquarters(stage, st.free_port())
        self.post = st.Machine(stage, "GOG-A")
        self.screens = []

    def open(self, name, person, **how):
        screen = Screen(self.stage, name, self.post.home, person, **how)
        self.screens.append(screen)
        return screen

    def golden(self, name, screen):
        """The screen as it was looked at once, when its last line has come;
        only the moment may differ."""
        path = os.path.join(GOLDEN, name + ".txt")
        if WRITES:
            os.makedirs(GOLDEN, exist_ok=True)
            time.sleep(2)  # for whoever looks at it
            with open(path, "w") as file:
                file.write(timeless(screen.text()))
        with open(path) as file:
            wanted = file.read()
        seen = []

        def as_wanted():
            seen[:] = [timeless(screen.text())]
            return seen[0] == wanted
        try:
            st.wait_for("the screen " + name, as_wanted)
        except SystemExit:
            print(seen[0])
        self.check.that("the screen " + name, seen[0] == wanted)

    def begin(self):
        self.hq.do("init", "--name", "DGD", "--sample")
        self.hq.up()
        code = self.hq.do("device", "code", "--post", "GOG").stdout.strip()
        self.post.up().do("enrol", "--hq", "https://127.0.0.1:%d"
                          % self.hq.port, "--code", code)
        self.post.do("sync", "--wait")

    def record_an_incident(self):
        screen = self.open("incident", OFFICER)
        screen.wait_for("GOG-A  Moctar", "F2 Nouveau", "Volumineux")
        self.golden("home.fr", screen)
        screen.press("F2").wait_for("Signalement")
        screen.press("signal", "Enter").wait_for("Anonyme")
        screen.press("named", "Enter").wait_for("*Canal", "F5 Transmettre")
        # As fast as a terminal can send them: none goes to a wrong screen.
        keys = []
        for choice in CHOICES:
            keys += ["Enter", choice, "Enter"]
        screen.press(*keys).wait_for("(EXT)", "12/05/2026", "Nommé")
        screen.press("Enter", "Escape").wait_for("(EXT)")
        screen.press("Enter").wait_for("[ ] ")
        screen.wait_for("Espace Cocher")
        self.golden("codes.fr", screen)
        screen.press("Escape").wait_for("(EXT)")
        screen.press("Down", "escorte", "Enter", "12/05/2026 07:30", "Enter",
                     "Down", "Down", "gog", "Enter", "Down",
                     "Paiement exigé, ɛ ɔ ŋ ɲ", "Enter")
        screen.wait_for("Gogui", "Paiement exigé, ɛ ɔ ŋ ɲ")
        self.golden("form.fr", screen)
        screen.press("Enter").wait_for("*Déclaration")
        screen.press("Un auxiliaire a demandé de l'argent.", "Tab", "F5")
        screen.wait_for("Un auxiliaire a demandé")
        screen.press("F5").wait_for("F8 mène à chaque manque")
        screen.press("n", "n", "n").wait_for(">  Mesures immédiates")
        screen.press("F8").wait_for("> *Personnes mises en cause")
        screen.press("Enter", "auxi", "Enter", "F5")
        screen.wait_for("Auxiliaire ou bénévole")
        screen.press("F8", "S3", "Enter").wait_for("(S3)")
        screen.press("F8", "C2", "Enter").wait_for("(C2)")
        screen.press("F5").wait_for("Relecture", "Un auxiliaire a demandé")
        self.golden("read-back.fr", screen)
        screen.press("F5").wait_for("lisez d'abord jusqu'à la fin")
        screen.press("F5").wait_for("est enregistré sur cet appareil")
        rows = self.post.json("list", "incident", who=OFFICER)
        self.check.same("one incident, and no draft is left",
                        [row["held"] != "draft" for row in rows], [True])
        screen.press("F4").wait_for("F5 Synchroniser")
        screen.press("F5").wait_for("La session est complète.")
        self.check.same(
            "held by headquarters", self.post.json(
                "list", "incident", who=OFFICER)[0]["held"], "held")
        screen.press("Escape", "F10").wait_for("ENDED 0")

    def lose_power_while_typing(self):
        screen = self.open("cut", OFFICER)
        screen.wait_for("Accueil")
        screen.press("F2").wait_for("Signalement")
        screen.press("signal", "Enter").wait_for("Anonyme")
        screen.press("named", "Enter").wait_for("> *Canal", "Nommé")
        screen.down_to(r"> \*Résumé")
        screen.press("Le courant va tomber").wait_for(
            "Le courant va tomber", "Votre saisie est gardée.")
        screen.kill(signal.SIGKILL)
        self.post.kill()
        self.post.up()
        again = self.open("again", OFFICER)
        again.wait_for("Saisie pas encore enregistrée")
        again.press("Enter")
        text = again.wait_for("Le courant va tomber",
                              "Ce que vous étiez en train de taper")
        self.check.that("the words are back where they stood",
                        "Résumé" in text)
        again.press("Tab").wait_for("INC-GOG-A-26-0002")
        again.close()

    def be_any_terminal(self):
        for name, environment in (
                ("vt100", {"TERM": "vt100"}),
                ("plain", {"LC_ALL": "C", "LANG": "C"}),
                ("mono", {"TERM": "xterm-mono"})):
            screen = self.open(name, OFFICER, **environment)
            text = screen.wait_for("Accueil", "détenues par la direction")
            self.check.that("a terminal " + name, "é" in text)
            screen.close()
        english = self.open("english", OFFICER, language="en")
        text = english.wait_for("GOG-A  Moctar", "Bulk",
                                "INC-GOG-A-26-0002")
        self.golden("home.en", english)
        self.check.that("in English too", "Accueil" not in text)
        english.tmux("resize-window", "-t", "w", "-x", "120", "-y", "40")
        text = english.wait_for("F10 Quit")
        english.press("F3").wait_for("INC-GOG-A-26-0001")
        english.tmux("resize-window", "-t", "w", "-x", "60", "-y", "12")
        english.wait_for("INC-GOG-A-26-0001", "Esc Back")
        english.press("F12").wait_for("Hidden")
        self.check.that("nothing of it is to be seen while it is hidden",
                        "INC-" not in english.text())
        english.press("x").wait_for("INC-GOG-A-26-0001")
        english.press("C-c").wait_for("ENDED 0")

    def play(self):
        self.begin()
        self.record_an_incident()
        self.lose_power_while_typing()
        self.be_any_terminal()

    def clear(self):
        for screen in self.screens:
            screen.close()


def play(kind):
    """A story on a stage of its own, which is cleared whatever happens."""
    stage = st.Stage(sys.argv[1])
    story = kind(stage)
    try:
        story.play()
        return story.check.finish(0)
    finally:
        story.clear()
        stage.clear()


if __name__ == "__main__":
    sys.exit(play(Story))
