#!/usr/bin/env python3
"""A headquarters, by its real programs: headquarters.py FOLDER_OF_PROGRAMS

Made, served, asked over its socket and without it; a post enrolled over HTTPS;
a conflict decided and undone; backup, restore and verify. Ends with 0 when
everything held.
"""
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

BIN = os.path.abspath(sys.argv[1])
DEADLINE = 60
CHIEF, OFFICER = "811-04.K", "924-31.C"
HERE = "Résultats tenus au poste malgré l'absence d'électricité."
THERE = "Résultats tenus, d'après la lettre du directeur régional."


def check(holds, what, *shown):
    if not holds:
        sys.exit("headquarters.py: %s %s" % (what, " ".join(map(str, shown))))
    print("ok: " + what)


def ask(program, home, *words, code=0, text=None):
    """What stands on stdout; the exit code must be as said."""
    done = subprocess.run(
        [os.path.join(BIN, program), "--home", home, "--lang", "en", *words],
        input=text, capture_output=True, text=True, timeout=DEADLINE,
        check=False)
    said = "%s %s ends with %d" % (program, " ".join(words[:3]), code)
    check(done.returncode == code, said, done.returncode, done.stdout,
          done.stderr)
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A program that runs until it is told to end."""

    def __init__(self, line, environment=None):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE,
                                        text=True, env=environment)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=DEADLINE)
        check(self.process.returncode == 0, "it ends on SIGTERM")


def serve(home, port):
    server = Process([os.path.join(BIN, "relais-hq"), "serve", "--home", home,
                      "--listen", "127.0.0.1:%d" % port])
    url = server.process.stdout.readline().strip()
    check(url == "https://127.0.0.1:%d" % port, "it says where it serves", url)
    return server


def start_post(home):
    notices = home + ".notices"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(notices)
    listener.settimeout(DEADLINE)
    daemon = Process([os.path.join(BIN, "relaisd"), "--home", home],
                     dict(os.environ, NOTIFY_SOCKET=notices))
    check(listener.recv(256) == b"READY=1", "relaisd says that it is ready")
    return daemon


def http(port, path):
    context = ssl._create_unverified_context()  # pylint: disable=W0212
    try:
        with urllib.request.urlopen("https://127.0.0.1:%d%s" % (port, path),
                                    context=context) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, ""


class World:
    def __init__(self, folder):
        self.folder = folder
        self.home = os.path.join(folder, "hq")
        self.post = os.path.join(folder, "post")
        self.port = free_port()

    def path(self, name):
        return os.path.join(self.folder, name)

    def hq(self, *words, code=0, text=None):
        answer = ask("relais-hq", self.home, "--format", "json", *words,
                     code=code, text=text)
        return json.loads(answer) if answer.strip() else None

    def at_post(self, *words, code=0):
        answer = ask("relais", self.post, "--format", "json", "--as", CHIEF,
                     *words, code=code)
        return json.loads(answer) if answer.strip() else None

    def make(self):
        self.hq("post", "list", code=3)
        self.hq("init", "--name", "Siège", "--sample")
        self.hq("init", "--name", "Siège", code=3)
        check(os.stat(os.path.join(self.home, "relais.db")).st_mode & 0o077
              == 0, "the database is its owner's")
        self.hq("frobnicate", code=2)
        posts = len(self.hq("post", "list"))
        self.hq("post", "add", "TST", "--label", "Poste d'essai")
        self.hq("post", "add", "TST", "--label", "Poste d'essai")
        check(len(self.hq("post", "list")) == posts + 1, "one post more")
        self.hq("device", "code", "--post", "NOWHERE", code=3)

    def ask_while_serving(self):
        check(http(self.port, "/healthz")[0] == 200, "/healthz says 200")
        check("relais_machines" in http(self.port, "/metrics")[1], "/metrics")
        check(http(self.port, "/other")[0] == 404, "anything else: 404")
        self.hq("user", "add", "hr1", "--role", "hr_manager",
                "--role", "sync_resolver_hr", "--label", "RH")
        self.hq("user", "add", "hr1", "--role", "field_officer", code=1)
        check(self.hq("user", "list")[0]["roles"] ==
              ["hr_manager", "sync_resolver_hr"], "a person with two roles")
        table = self.path("region.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("code,label_fr,label_en\nDN,Nationale,National\n")
        self.hq("reference", "import", "region", table)
        self.hq("reference", "import", "region", table, code=3)
        self.hq("forms", "publish", table, code=1)

    def enrol(self):
        code = ask("relais-hq", self.home, "device", "code", "--post",
                   "DIB").strip()
        check(len(code.replace("-", "").replace(" ", "")) == 26,
              "a code of 26 characters, alone", code)
        ask("relais", self.post, "enrol", "--hq",
            "https://127.0.0.1:%d" % self.port, "--code", code)
        self.at_post("sync", "--wait")
        machine = self.hq("device", "list")[0]
        check(machine["name"] == "DIB-A" and machine["last_contact"],
              "the machine is on the roster", machine)

    def conflict(self):
        made = self.at_post("new", "commendation", "--set",
                            "officer_id=" + OFFICER)
        made = made[0] if isinstance(made, list) else made
        name = made["reference"]
        self.at_post("sync", "--wait")
        check(self.at_post("show", name)["held"] == "held", "it is held")
        said = self.hq("--as", "hr1", "edit", name, "--set",
                       "reasons=" + THERE)
        check(said["held"] == "held",
              "what headquarters writes, it holds", said)
        self.at_post("edit", name, "--set", "reasons=" + HERE)
        self.at_post("sync", "--wait")
        conflicts = self.hq("conflicts", "list")
        check(len(conflicts) == 1, "one conflict", conflicts)
        values = {one["value"] for one in conflicts[0]["values"]}
        check(values == {HERE, THERE}, "both values are there", values)
        short = conflicts[0]["conflict"][:10]
        ask("relais-hq", self.home, "--format", "table", "conflicts", "show",
            short)
        self.hq("conflicts", "decide", short, "--value", HERE, code=2)
        self.hq("conflicts", "decide", short, "--value", HERE,
                "--reason", "Vu au poste", "--as", "hr1")
        check(self.hq("conflicts", "list") == [], "the queue is empty")
        self.hq("conflicts", "undo", short, "--reason", "Trop vite",
                "--as", "hr1")
        again = self.hq("conflicts", "list")
        check(again[0]["conflict"] == conflicts[0]["conflict"],
              "undone: the old conflict, with its old name")
        self.hq("conflicts", "decide", short, "--value", THERE,
                "--reason", "La lettre fait foi", "--as", "hr1")
        self.at_post("sync", "--wait")
        shown = self.at_post("show", name)
        check(shown["fields"]["reasons"] == THERE, "the post reads what was "
              "kept", shown["fields"])
        check(any(one["reason"] == "La lettre fait foi"
                  for one in shown["decisions"]), "and why")

    def keep(self):
        copy = self.path("copy.db")
        self.hq("backup", copy)
        check(os.stat(copy).st_mode & 0o077 == 0, "a backup is its owner's")
        self.hq("verify")
        made = self.at_post("new", "commendation", "--set",
                            "officer_id=" + OFFICER)
        made = made[0] if isinstance(made, list) else made
        self.at_post("sync", "--wait")
        return copy, made["reference"]

    def admit_later(self):
        """A machine that the backup does not know."""
        late = self.path("late")
        daemon = start_post(late)
        code = ask("relais-hq", self.home, "device", "code", "--post",
                   "DIB").strip()
        ask("relais", late, "enrol", "--hq",
            "https://127.0.0.1:%d" % self.port, "--code", code)
        made = json.loads(ask("relais", late, "--format", "json", "--as",
                              CHIEF, "new", "commendation", "--set",
                              "officer_id=" + OFFICER))
        made = made[0] if isinstance(made, list) else made
        ask("relais", late, "sync", "--wait")
        return daemon, late, made["reference"]

    def restore(self, copy, name, late, of_late):
        """What the backup did not know comes back from the posts."""
        self.hq("restore", copy)
        self.hq("show", name, code=3)
        server = serve(self.home, self.port)
        self.at_post("sync", "--wait")
        check(self.hq("show", name)["reference"] == name, "the post gave it "
              "back by itself")
        new = self.hq("device", "code", "--post", "DIB")
        new = new[0] if isinstance(new, list) else new
        check(new["letter"] not in "AB", "a new machine gets another letter",
              new)
        ask("relais", late, "sync", "--wait")
        check(self.hq("show", of_late)["reference"] == of_late,
              "so did a machine that the backup does not know")
        names = sorted(one["name"] for one in self.hq("device", "list"))
        check(names[:2] == ["DIB-A", "DIB-B"] and
              len(set(names)) == len(names), "each under its letter", names)
        self.hq("device", "retire", "DIB-A", "--reason", "essai")
        self.hq("device", "retire", "DIB-A", code=3)
        self.at_post("sync", "--wait", code=4)
        server.end()
        self.hq("verify")


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        world.make()
        server = serve(world.home, world.port)
        world.hq("serve", code=1)
        world.ask_while_serving()
        post = start_post(world.post)
        world.enrol()
        world.conflict()
        copy, name = world.keep()
        later, late, of_late = world.admit_later()
        server.end()
        world.restore(copy, name, late, of_late)
        later.end()
        post.end()


if __name__ == "__main__":
    main()
