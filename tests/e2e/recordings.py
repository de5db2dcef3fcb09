#!/usr/bin/env python3
"""An evaluation, an attendance sheet and a decision that comes back, on the
chief's screen: recordings.py FOLDER_OF_PROGRAMS

The rest of what the screen promises: screen.py.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import screen as scr  # noqa: E402

st = scr.st
CHIEF = "835-62.D"
RATED = "0131-908.R"
RATING = "Écrit des procès-verbaux complets et forme les nouveaux venus."
REASON = "Le procès-verbal signé dit 4"


class Chief(scr.Story):
    def begin(self):
        super().begin()
        self.other = st.Machine(self.stage, "GOG-B")
        code = self.hq.do("device", "code", "--post", "GOG").stdout.strip()
        self.other.up().do("enrol", "--hq", "https://127.0.0.1:%d"
                           % self.hq.port, "--code", code)
        self.other.do("sync", "--wait")

    def evaluate(self):
        screen = self.open("evaluation", CHIEF)
        screen.wait_for("GOG-A  Sambala", "F2 Nouveau")
        screen.press("F2").wait_for("Signalement")
        screen.press("valuation", "Enter").wait_for("> *Campagne")
        screen.press("Enter", "2026", "Enter", "Enter", RATED, "Enter", "1",
                     "Enter", "Enter", "SURV", "Enter", "F5")
        screen.wait_for("EVA-2026-%s" % RATED, "F6 Niveaux")
        screen.press("F6").wait_for("Requis", "Niveau observé", "Écart")
        screen.press("2", "4").wait_for("Fait observé", "obligatoire")
        screen.press("Down", "A refusé un cadeau.", "Tab", "F5")
        screen.wait_for("-1 *", "+1", "F4 Action")
        self.golden("levels.fr", screen)
        screen.press("Up", "F4").wait_for("Compétence", "V01", "F5 Valider")
        screen.press("Enter", "forma", "Enter", "F5").wait_for("F4 Action")
        screen.press("Escape").wait_for("EVA-2026-%s" % RATED)
        self.post.do("sync", "--wait")
        self.other.do("sync", "--wait")
        seen = self.other.show("EVA-2026-%s" % RATED, CHIEF)["fields"]
        self.check.same(
            "levels and their fact, at the other machine",
            sorted((row["row"], row["level"], row.get("fact"))
                   for row in seen["n1_competency"]),
            [("V01", 2, None), ("V02", 4, "A refusé un cadeau.")])
        self.check.same("the gap leads to an action", [
            row["competency"] for row in seen["growth_actions"]], ["V01"])
        screen.press("C-c").wait_for("ENDED 0")

    def contest(self):
        """The rated officer answers himself, on the same machine."""
        name = "EVA-2026-%s" % RATED
        for who, words in (
                (CHIEF, ("do", name, "draft_objectives")),
                (CHIEF, ("edit", name, "--set", "objectives[+].text=Former",
                         "--set", "objectives[+].weight=100")),
                (CHIEF, ("do", name, "agree_objectives")),
                (RATED, ("do", name, "agree_objectives")),
                (RATED, ("do", name, "skip_mid_year", "--reason", "mission")),
                (RATED, ("do", name, "self_assess")),
                (CHIEF, ("edit", name, "--set", "assessment_complete=true")),
                (CHIEF, ("do", name, "assess")),
                (CHIEF, ("edit", name, "--set", "interview_on=12/05/2026",
                         "--set", "communicated_rating=4")),
                (CHIEF, ("do", name, "interview"))):
            self.post.do(*words, who=who)
        screen = self.open("contest", RATED)
        screen.wait_for("GOG-A  Moctar", "F3 Fiches")
        screen.press("F3").wait_for(name)
        screen.press("Enter").wait_for("Entretien tenu", "F4 Modifier")
        screen.press("F6").wait_for("Prendre connaissance", "Contester")
        screen.press("contester", "Enter").wait_for(
            ">  Motifs de contestation", "Remplissez d'abord ceci")
        screen.press("Le niveau 4 ne dit rien des ", "procès-verbaux.", "Tab",
                     "F5").wait_for("Enregistré sur cet appareil")
        screen.press("Escape").wait_for("F6 Étape")
        screen.press("F6").wait_for("Contester")
        screen.press("contester", "Enter").wait_for("Contester",
                                                    "enregistré sur cet")
        self.check.same("contested by the officer himself",
                        self.post.show(name, CHIEF)["state"], "contested")
        screen.press("C-c").wait_for("ENDED 0")

    def mark_attendance(self):
        screen = self.open("attendance", CHIEF)
        screen.wait_for("GOG-A  Sambala", "F2 Nouveau")
        screen.press("F2").wait_for("Signalement")
        screen.press("session", "Enter").wait_for("> *Module")
        screen.press("Enter", "SEC-100", "Enter", "F5")
        screen.wait_for("FOR-GOG-A-26-001", "F6 Présences")
        screen.press("F6").wait_for("Aucune demi-journée")
        screen.press("F4", "12/05/2026 matin", "Enter", "F4",
                     "12/05/2026 soir", "Enter").wait_for("AM", "PM")
        for officer in ("949-38.D", "0115-677.T", "0106-261.H"):
            screen.press("F2", officer, "Enter")
        screen.wait_for("WAGUÉ", "DICKO", "CISSÉ")
        screen.press("p", "r", "a", "Up", "Up", "Right", "P")
        screen.wait_for("P1R1A1", "6.0")
        self.golden("marks.fr", screen)
        screen.press("C-c").wait_for("ENDED 0")

    def hear_the_decision(self):
        name = "EVA-2026-%s" % RATED
        for machine, rating in ((self.post, "4"), (self.other, "3")):
            machine.do("edit", name, "--set", "n1_rating=" + rating, "--set",
                       "n1_justification=" + RATING, who=CHIEF)
        for machine in (self.post, self.other, self.post):
            machine.do("sync", "--wait")
        screen = self.open("decision", CHIEF)
        screen.wait_for("Divergences et décisions", name)
        conflict = self.hq.json("conflicts", "list")[0]["conflict"]
        self.hq.do("conflicts", "decide", conflict, "--value", "4",
                   "--reason", REASON)
        self.post.do("sync", "--wait")
        # It comes by itself: nobody presses a key.
        text = screen.wait_for("Divergences et décisions",
                               "Supérieur (4) est retenu")
        self.check.that("what was kept and why, on the first screen",
                        name in text)
        screen.press("Enter").wait_for(name, "4", REASON)
        screen.press("C-c").wait_for("ENDED 0")

    def play(self):
        self.begin()
        self.evaluate()
        self.contest()
        self.mark_attendance()
        self.hear_the_decision()


if __name__ == "__main__":
    sys.exit(scr.play(Chief))
