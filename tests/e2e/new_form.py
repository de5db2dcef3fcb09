#!/usr/bin/env python3
"""A form that no program knows: new_form.py FOLDER_OF_PROGRAMS

Headquarters starts without `policy_acknowledgement`; a post enrols; the form
is published while headquarters runs; after one sync the post records on it and
headquarters reads the record. Then version 2 adds a field in the same way.
"""
import os
import re
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "demo"))

import stage as st  # noqa: E402

FORM = "policy_acknowledgement"
READER = "0112-447.T"
FIELD = """
field {
  id: "place" section: "main"
  label { fr: "Lieu" en: "Place" }
  type: TYPE_LINE
  policy: POLICY_LWW
  write: ["reader", "post_chief", "hr_manager"]
}
"""


def published(stage):
    """The folder that headquarters is made from, without the form."""
    folder = stage.path("share")
    for name in ("forms", "reference"):
        shutil.copytree(os.path.join(ROOT, "proto", name),
                        os.path.join(folder, name))
    os.remove(os.path.join(folder, "forms", FORM + ".textproto"))
    return folder


def second_version(stage, path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"^version: 1$", "version: 2", text, flags=re.MULTILINE)
    newer = stage.path("newer.textproto")
    with open(newer, "w", encoding="utf-8") as file:
        file.write(text + FIELD)
    return newer


def story(stage):
    check = stage.checks
    os.environ["RELAIS_SHARE"] = published(stage)
    hq = st.Headquarters(stage, st.free_port())
    hq.do("init", "--name", "DGD", "--sample")
    hq.up()
    post = st.Machine(stage, "DIB-A").up()
    code = hq.do("device", "code", "--post", "DIB").stdout.strip()
    post.do("enrol", "--hq", "https://127.0.0.1:%d" % hq.port, "--code", code)
    post.do("sync", "--wait")
    words = ("new", FORM, "--set", "officer_id=" + READER,
             "--set", "policy_text=code_of_conduct",
             "--set", "policy_version=2026-1")
    check.same("unknown before: exit 3",
               post.do(*words, who=READER, wanted=(0, 1, 3)).returncode, 3)
    path = os.path.join(ROOT, "proto", "forms", FORM + ".textproto")
    hq.do("forms", "publish", path)
    check.same("published twice: exit 3",
               hq.do("forms", "publish", path, wanted=(0, 1, 3)).returncode, 3)
    post.do("sync", "--wait")
    made = post.json(*words, who=READER)
    made = made[0] if isinstance(made, list) else made
    post.do("sync", "--wait")
    check.that("headquarters has a record of the new form",
               made["record"] in [row["record"] for row in hq.json(
                   "list", FORM)])
    hq.do("forms", "publish", second_version(stage, path))
    post.do("sync", "--wait")
    post.do("edit", made["reference"], "--set", "place=Diboli", who=READER)
    check.same("a new field is written and read",
               post.show(made["reference"], READER)["fields"].get("place"),
               "Diboli")
    return check.finish(0)


def main():
    stage = st.Stage(sys.argv[1])
    try:
        return story(stage)
    finally:
        stage.clear()


if __name__ == "__main__":
    sys.exit(main())
