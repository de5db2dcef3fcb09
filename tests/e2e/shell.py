#!/usr/bin/env python3
"""What a stranger types at a post and at headquarters: shell.py FOLDER

Wrong use is called so, nothing hangs, an import that was cut is asked again
without doing anything twice. FOLDER holds the programs. Ends with 0 when
everything held.
"""
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(sys.argv[1])
PATIENCE_S = 60
BAD_TEXT = b"a\xff"


def check(holds, what, *shown):
    if not holds:
        sys.exit("shell.py: %s %s" % (what, " ".join(map(str, shown))))
    print("ok: " + what)


class Shell:
    """One program with its home."""

    def __init__(self, program, folder, name):
        self.program = os.path.join(BIN, program)
        self.home = os.path.join(folder, name)

    def line(self, *words):
        return [self.program, "--home", self.home, "--lang", "en",
                "--format", "json", *words]

    def says(self, code, *words):
        """Its stdout as JSON, or else its stderr; the exit code must be so."""
        done = subprocess.run(self.line(*words), capture_output=True,
                              timeout=PATIENCE_S, check=False)
        told = (done.stdout + done.stderr).decode()
        check(done.returncode == code, "%s ends with %d" % (words[:3], code),
              done.returncode, told)
        self.told = done.stderr.decode()
        return json.loads(done.stdout) if done.stdout.strip() else self.told


@contextlib.contextmanager
def serving(shell, *words):
    """A program that serves; its control socket answers inside."""
    with subprocess.Popen([shell.program, "--home", shell.home, *words],
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + PATIENCE_S
            while not os.path.exists(os.path.join(shell.home, "control.sock")):
                check(process.poll() is None and time.monotonic() < end,
                      "it serves")
                select.select([], [], [], 0.05)
            yield process
        finally:
            process.terminate()


def wrong_use(post, hq):
    for words in (["list", "--where", BAD_TEXT],
                  ["new", "incident", "--set", b"summary=" + BAD_TEXT]):
        post.says(2, *words)
        check("UTF-8" in post.told and "\\xFF" in post.told, "it says why",
              post.told)
    hq.says(2, "list", "--where", BAD_TEXT)
    for words in (["new", "incident", "--set", "foo"],
                  ["list", "--where", "amount_demanded >"],
                  ["list", "--where", "nothing = 1"],
                  ["list", "incident", "--where", "subjects.colour = 1"],
                  ["enrol", "--hq", "nowhere", "--code", "1"],
                  ["enrol", "--hq", "https://127.0.0.1:1", "--code", "1"]):
        post.says(2, *words)
    hq.says(2, "list", "--where", "nothing = 1")
    check("nothing" in hq.told, "the field is named", hq.told)
    hq.says(2, "serve", "--listen", "foo")
    hq.says(1, "restore", __file__)
    check("no backup" in hq.told, "what is restored must be a backup", hq.told)


def drafts(post):
    made = post.says(0, "new", "incident", "--set", "summary=Sacs de riz")
    name = made["reference"]
    title = post.says(0, "list")[0]["title"]
    check(title == "Sacs de riz", "a draft has a title", title)
    check(list(made)[0] == "reference", "the reference comes first", made)
    shown = post.says(0, "show", name)
    check(shown["transitions"] == ["submit", "abandon"], "it may be abandoned")
    post.says(3, "edit", name, "--set", "subjects[5].kind=inconnu")
    post.says(3, "edit", name, "--annul", "subjects[5]", "--reason", "x")
    check("subjects[5]" in post.told, "the row is named", post.told)
    post.says(1, "do", name, "abandon")
    post.says(0, "do", name, "abandon", "--reason", "Saisi deux fois")
    check("erased" in post.told, "it says what becomes of it", post.told)
    post.says(3, "show", name)
    check("Saisi deux fois" in post.told, "and why, later", post.told)
    post.says(3, "submit", name)


def imports(post, folder, number):
    """Cut by a signal, asked again: each line once."""
    path = os.path.join(folder, "many%d.jsonl" % number)
    lines = 3000
    with open(path, "w", encoding="utf-8") as file:
        for i in range(lines):
            file.write(json.dumps({"summary": "Sacs de riz %d" % i}) + "\n")
    before = len(post.says(0, "list"))
    with subprocess.Popen(post.line("import", "incident", path),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as cut:
        end = time.monotonic() + PATIENCE_S
        while len(post.says(0, "list", "--limit", str(before + 1))) <= before:
            check(time.monotonic() < end, "lines come in")
        cut.send_signal(number)
        said = cut.communicate(timeout=PATIENCE_S)[1]
    if number == signal.SIGINT:
        check(cut.returncode == 130 and "Stopped after line" in said
              and "same command again" in said, "Ctrl-C gives an account",
              cut.returncode, said)
    again = post.says(0, "import", "incident", path)
    check(again["already"] > 0 and again["already"] + again["drafts"] == lines,
          "the rest is taken", again)
    check(len(post.says(0, "list")) == before + lines, "each line once")
    with open(path, "a", encoding="utf-8") as file:
        file.write('{"summary": 1, "colour": 2}\n')
    post.says(1, "import", "incident", path)
    check("FILE.rejects" not in post.told
          and post.told.count(path[:-6] + ".rejects.csv") == 1,
          "the file of refused lines is named once", post.told)


def refused_lines(shell, folder):
    """What was refused is corrected where it was put, and imported."""
    path = os.path.join(folder, "bad.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"summary": "Sacs de riz", "colour": 1}\n')
        file.write('{"summary": "' + "x" * 300_000 + '"}\n')
        file.write('{"summary": "' + "x" * 600_000 + '"}\n')
        file.write('{"summary":' + "[" * 100_000 + "]" * 100_000 + "}\n")
    shell.says(1, "import", "incident", path)
    check("refused: 4" in shell.told and "was cut" in shell.told,
          "each of them counts", shell.told[-400:])
    rejects = path[:-6] + ".rejects.csv"
    with open(rejects, encoding="utf-8", newline="") as file:
        text = file.read()
    check("x" * 300_000 in text and "x" * 600_000 not in text,
          "a line is kept whole, within a bound")
    first = "".join(text.splitlines(keepends=True)[:2])
    with open(rejects, "w", encoding="utf-8", newline="") as file:
        file.write(first.replace(', ""colour"": 1', ""))
    done = shell.says(0, "import", "incident", rejects)
    check(done["drafts"] == 1, "a corrected line is taken", done)
    shell.says(1, "import", "incident", path)
    check("bad.rejects-2.csv" in shell.told, "no file is written over",
          shell.told[-400:])
    header = os.path.join(folder, "latin.csv")
    with open(header, "wb") as file:
        file.write(b"summary,r\xe9sum\xe9\r\nRiz,x\r\n")
    shell.says(1, "import", "incident", header)
    check("column 2, is not UTF-8" in shell.told, "the column is named",
          shell.told)
    with open(header, "w", encoding="utf-8") as file:
        file.write("summary,summary\na,b\n")
    shell.says(1, "import", "incident", header)
    check("summary twice" in shell.told, "a column stands once", shell.told)


def answers(post, hq):
    """Whoever changed a record reads that it is saved."""
    made = post.says(0, "new", "incident", "--set",
                     "summary=Sacs de mil", "--set", "summary=Sacs de riz")
    check(made["held"] == "draft" and made["state"], "it is a draft", made)
    said = post.says(0, "edit", made["reference"], "--set",
                     "summary=Sacs de blé")
    check(said == made, "an edit says so too", said)
    said = hq.says(0, "new", "incident", "--set",
                     "summary=Sacs de mil")
    edited = hq.says(0, "edit", said["reference"], "--set",
                     "summary=Sacs de riz")
    check(edited == said, "at headquarters too", edited)
    check(post.says(0, "verify")["faults"] == 0, "verify gives an account")
    check(hq.says(0, "verify")["faults"] == 0, "at headquarters too")
    post.says(2, "list", "--limit", "none")
    check("See relais list --help" in post.told, "its own help", post.told)
    post.says(2, "list", "--where", 'summary = "b"')
    check("single quotes" in post.told, "it says how texts are written",
          post.told)
    post.says(2, "--lang", "de", "status")
    done = subprocess.run(
        [post.program, "--home", post.home, "--format", "csv", "list",
         "--where", "summary = 'none'"],
        capture_output=True, timeout=PATIENCE_S, check=False)
    check(done.stdout.startswith(b"record,reference,"),
          "an empty list has its heading", done.stdout, done.stderr)


def pasted(folder, hq):
    """The next line comes before the daemon of this one listens."""
    post = Shell("relais", folder, "pasted")
    for program, next_line in (
            ((Shell("relaisd", folder, "pasted"),), (post, "status")),
            ((hq, "serve", "--listen", "127.0.0.1:0"), (hq, "post", "list"))):
        shell, *words = program
        asker, *verb = next_line
        with subprocess.Popen(
                [shell.program, "--home", shell.home, *words],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL) as process:
            try:
                asker.says(0, *verb)
                check(process.poll() is None, "and it still serves")
            finally:
                process.terminate()


def main():
    with tempfile.TemporaryDirectory() as folder:
        post = Shell("relais", folder, "post")
        daemon = Shell("relaisd", folder, "post")
        hq = Shell("relais-hq", folder, "hq")
        invitation = os.path.join(folder, "invite")
        with serving(daemon):
            hq.says(0, "init", "--name", "Siège", "--sample")
            hq.says(0, "device", "code", "--post", "DIB", "--file", invitation)
            post.says(0, "enrol", "--file", invitation)
            wrong_use(post, hq)
            drafts(post)
            answers(post, hq)
            refused_lines(post, folder)
            imports(post, folder, signal.SIGINT)
            imports(post, folder, signal.SIGKILL)
        with serving(hq, "serve", "--listen", "127.0.0.1:0"):
            hq.says(2, "list", "--where", BAD_TEXT)
            hq.says(4, "list", "--as", "NOBODY")
        pasted(folder, hq)


if __name__ == "__main__":
    main()
