#!/usr/bin/env python3
"""Deterministic records of the field, on the published forms and tables.

  records.py FORM --post DIB --count N --seed S [--sessions REF,REF...]

prints JSON lines as `relais import FORM FILE.jsonl` takes them. The same seed
gives the same bytes on every machine: the only entropy is the splitmix64 below
(no `random`, no clock). Codes and officers come from proto/reference, so what
headquarters publishes decides what is generated.
"""
import argparse
import csv
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
MASK = (1 << 64) - 1
CYCLES = ("2025", "2026")
PERIODS = (2, 3, 4, 5, 6, 7, 8, 9)
SLOTS = ["2026-05-%02d/%s" % (day, half)
         for day in range(11, 16) for half in ("AM", "PM")]

WORDS = (
    "le la les un une des du au aux ce cette son sa ses leur qui que dont et "
    "mais agent brigade poste contrôle véhicule camion remorque chauffeur "
    "passager marchandise cartons sacs carburant riz sucre tissu pièces "
    "bétail déclaration manifeste facture quittance saisie scellé balance "
    "fouille piste village marché pont rivière barrière nuit matin heures "
    "près derrière vers constaté intercepté refusé présenté remis informé "
    "reconnu abandonné sans avec sous pour contre entre après avant pendant "
    "absence présence document plaque étrangère valeur quantité hiérarchie "
    "bureau recette adjoint patrouille renfort témoin riverain tension calme "
    "menace pression dialogue Nɛnɛ barrage péage convoi sésame").split()
OPENINGS = ("Le chauffeur déclare que", "Un riverain rapporte que",
            "Je soussigné constate que", "L'agent de quart signale que",
            "Selon le transitaire,", "Le témoin affirme que")


class Dice:
    """splitmix64."""

    def __init__(self, seed):
        self.state = seed & MASK

    def below(self, count):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % count

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, things):
        return things[self.below(len(things))]

    def chance(self, percent):
        return self.below(100) < percent


def table(name):
    for folder in ("proto/reference/sample", "proto/reference"):
        path = os.path.join(ROOT, folder, name + ".csv")
        if os.path.exists(path):
            with open(path, encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
    sys.exit("there is no table " + name)


def codes(name):
    return [row["code"] for row in table(name) if not row["valid_to"]]


def prose(dice, low, high):
    want = dice.between(low, high)
    text = dice.pick(OPENINGS)
    while len(text) < want:
        text += " " + dice.pick(WORDS)
        if dice.chance(6):
            text += ","
    return text[:want].rstrip(" ,") + "."


def day(dice, month):
    return "2026-%02d-%02d" % (month, dice.between(1, 28))


def incident(dice, context):
    reported = day(dice, 6)
    record = {
        "report_channel": dice.pick(context["channel"]),
        "reported_on": reported,
        "reporter_mode": "named",
        "reporter_category": dice.pick(context["reporter_category"]),
        "retaliation_risk": dice.pick(("low", "low", "medium", "high")),
        "category_primary": dice.pick(context["incident_category"]),
        "customs_process": dice.pick(context["customs_process"]),
        "occurred_from": "%sT%02d:%02d:00Z" % (
            day(dice, 5), dice.below(24), dice.below(60)),
        "occurred_precision": dice.pick(("hour", "day")),
        "place_post": context["post"],
        "summary": prose(dice, 30, 90).rstrip("."),
        "narrative": [{"text": prose(dice, 200, 600),
                       "given_by": dice.pick(("reporter", "witness")),
                       "language": dice.pick(context["language"])}],
        "ongoing": dice.chance(20),
        "danger_to_life": dice.chance(3),
        "evidence_at_risk": dice.chance(10),
        "subjects": [{"kind": dice.pick(("auxiliaire", "prive", "inconnu")),
                      "description": prose(dice, 20, 60),
                      "alleged_role": "principal"}],
        "hierarchy_concerned": False,
        "severity_proposed": dice.pick(("S1", "S2", "S3", "S4")),
        "confidentiality": dice.pick(("C1", "C2")),
    }
    if dice.chance(60):
        record["amount_demanded"] = dice.between(2, 200) * 500
    if dice.chance(40):
        record["vehicle_refs"] = [{"plate": "%s %04d MD" % (
            dice.pick(("AB", "CK", "DM")), dice.below(10000))}]
    if dice.chance(30):
        record["declaration_refs"] = [{
            "type": "t1", "number": "T1 %06d" % dice.below(1000000)}]
    return record


def training_session(dice, context):
    return {
        "module_code": dice.pick(context["module"]),
        "mode": dice.pick(("face_to_face", "on_the_job")),
        "place_post": context["post"],
        "starts_on": "2026-05-11",
        "ends_on": "2026-05-15",
        "slots": [{"row": slot, "planned_hours": "3.0"}
                  for slot in SLOTS[:dice.between(2, len(SLOTS))]],
        "trainers": [dice.pick(context["officers"])],
    }


def attendance(dice, context):
    index = context["next"]
    context["next"] += 1
    sessions, everybody = context["sessions"], context["everybody"]
    officer = everybody[index // len(sessions) % len(everybody)]
    marks = []
    for slot in SLOTS[:dice.between(1, 6)]:
        status = dice.pick("PPPPPPRXEA")
        mark = {"row": slot, "status": status, "planned_hours": "3.0",
                "taken_by": context["chief"]}
        if status == "X":
            mark["minutes"] = dice.between(15, 170)
        marks.append(mark)
    return {"session_id": sessions[index % len(sessions)],
            "attendee_key": officer, "officer_id": officer,
            "enrolment": "registered", "marks": marks}


def evaluation(dice, context):
    index = context["next"]
    context["next"] += 1
    staff = context["staff"]
    cycle = CYCLES[index // len(staff) % len(CYCLES)]
    period = PERIODS[index // len(staff) // len(CYCLES) % len(PERIODS)]
    rating = dice.pick(("2", "3", "3", "3", "4", "4", "5"))
    return {"cycle_id": cycle, "officer_id": staff[index % len(staff)],
            "period_number": period,
            "position_code": "SURV",
            "n1_rating": rating,
            "n1_justification": prose(dice, 60, 240),
            "interview_on": day(dice, 6)}


FORMS = {"incident": incident, "training_session": training_session,
         "attendance": attendance, "evaluation": evaluation}


def context_of(post, sessions):
    officers = [row for row in table("officer") if row["position"]]
    here = [row["code"] for row in officers if row["post"] == post]
    chief = next(row["code"] for row in officers
                 if row["post"] == post and row["position"] in
                 ("CBS", "CBP", "CPC", "CPR", "CBMI"))
    staff = [row["officer"] for row in table("hierarchy")
             if row["n1"] == chief and row["officer"] in here]
    context = {name: codes(name) for name in (
        "channel", "reporter_category", "incident_category",
        "customs_process", "language", "module")}
    context.update(post=post, sessions=sessions, officers=here, chief=chief,
                   staff=staff, next=0,
                   everybody=[row["code"] for row in officers])
    return context


def records(form, post, count, seed, sessions=()):
    dice = Dice(seed)
    context = context_of(post, list(sessions))
    return [FORMS[form](dice, context) for _ in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("form", choices=sorted(FORMS))
    parser.add_argument("--post", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sessions", default="")
    given = parser.parse_args()
    sessions = [one for one in given.sessions.split(",") if one]
    for record in records(given.form, given.post, given.count, given.seed,
                          sessions):
        print(json.dumps({"fields": record}, ensure_ascii=False,
                         separators=(",", ":")))


if __name__ == "__main__":
    main()
