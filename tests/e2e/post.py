#!/usr/bin/env python3
"""A post with no network, by its real programs: post.py FOLDER_OF_PROGRAMS

Enrolment by a file, records, a kill in the middle, a full disk, and the USB
road both ways to a headquarters that serves nobody. Ends with 0 when
everything held.
"""
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

BIN = os.path.abspath(sys.argv[1])
CHANNELS = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
DEADLINE = 60

INCIDENT = {
    "report_channel": "agent",
    "reported_on": "2026-06-12",
    "reporter_mode": "named",
    "reporter_category": "agent",
    "retaliation_risk": "low",
    "category_primary": "EXT",
    "customs_process": "transit",
    "occurred_from": "2026-05-12T06:10:00Z",
    "occurred_precision": "hour",
    "place_post": "DIB",
    "summary": "Sacs de riz retenus",
    "narrative": [{"text": "Trois agents ont retenu six sacs.",
                   "given_by": "reporter", "language": "bam"}],
    "subjects": [{"kind": "inconnu", "description": "Trois agents",
                  "alleged_role": "principal"}],
    "ongoing": False,
    "danger_to_life": False,
    "evidence_at_risk": False,
    "hierarchy_concerned": False,
    "severity_proposed": "S2",
    "confidentiality": "C1",
}


def check(holds, what, *shown):
    if not holds:
        sys.exit("post.py: %s %s" % (what, " ".join(map(str, shown))))
    print("ok: " + what)


class Daemon:
    """relaisd; ready, or ended, when the constructor returns."""

    def __init__(self, home):
        notices = home + ".notices"
        if os.path.exists(notices):
            os.unlink(notices)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(notices)
        listener.settimeout(DEADLINE)
        environment = dict(os.environ, NOTIFY_SOCKET=notices, LANG="en_US")
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [os.path.join(BIN, "relaisd"), "--home", home], env=environment,
            **CHANNELS)
        said = listener.recv(256).decode()
        check(said == "READY=1", "relaisd says that it is ready", said)

    def end(self, number):
        self.process.send_signal(number)
        self.process.communicate(timeout=DEADLINE)
        return self.process.returncode


def run(program, home, *words, code=0, text=None):
    """Rows of the answer as JSON; the exit code must be as said."""
    done = subprocess.run(
        [os.path.join(BIN, program), "--home", home, "--format", "json",
         "--lang", "en", *words],
        input=text, capture_output=True, text=True, timeout=DEADLINE,
        check=False)
    said = "%s %s ends with %d" % (program, " ".join(words[:3]), code)
    check(done.returncode == code, said, done.returncode, done.stdout,
          done.stderr)
    answer = done.stdout.strip()
    return json.loads(answer) if answer else None


@contextlib.contextmanager
def full_disk(process):
    """Every write of the process to a file fails meanwhile: no space left."""
    with subprocess.Popen(
            ["strace", "-f", "-p", str(process.pid), "-e", "trace=pwrite64",
             "-e", "inject=pwrite64:error=ENOSPC"],
            stderr=subprocess.PIPE, text=True) as tracer:
        check("attached" in tracer.stderr.readline(), "the disk is full")
        yield
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=DEADLINE)


def totals(home):
    lanes = run("relais", home, "status")["lanes"]
    return tuple(sum(lane[word] for lane in lanes)
                 for word in ("saved", "sent", "held"))


def new_incident(home):
    record = json.dumps(INCIDENT)
    return run("relais", home, "new", "incident", "--from", "-", "--submit",
               text=record)["reference"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = os.path.join(folder, "post")
        headquarters = os.path.join(folder, "hq")
        invitation = os.path.join(folder, "invite")
        to_headquarters = os.path.join(folder, "up.relais")
        to_post = os.path.join(folder, "down.relais")

        run("relais", home, "status", code=1)
        daemon = Daemon(home)
        second = subprocess.run(
            [os.path.join(BIN, "relaisd"), "--home", home],
            capture_output=True, text=True, timeout=DEADLINE, check=False)
        check(second.returncode == 1 and second.stderr,
              "a second relaisd says why it does not start")
        run("relais", home, "sync", "--wait", code=1)

        run("relais-hq", headquarters, "init", "--name", "Siège", "--sample")
        run("relais-hq", headquarters, "device", "code", "--post", "DIB",
            "--file", invitation)
        run("relais", home, "enrol", "--file", invitation)
        run("relais", home, "enrol", "--file", invitation, code=3)

        first = new_incident(home)
        one = totals(home)[0]  # changes of one incident: one a part
        check(totals(home) == (one, 0, 0) and one > 0, "saved, none sent")
        check(daemon.end(signal.SIGKILL) == -signal.SIGKILL, "killed")
        daemon = Daemon(home)
        new_incident(home)
        check(totals(home) == (2 * one, 0, 0), "what was saved is there")

        with full_disk(daemon.process):
            run("relais", home, "new", "incident", "--from", "-", "--submit",
                code=1, text=json.dumps(INCIDENT))
            check(totals(home) == (2 * one, 0, 0), "nothing was half saved")
        new_incident(home)
        check(totals(home) == (3 * one, 0, 0), "there is room again")

        run("relais", home, "packet", "export", to_headquarters)
        check(totals(home) == (0, 3 * one, 0), "on the stick: sent")
        run("relais-hq", headquarters, "packet", "import", to_headquarters)
        devices = run("relais-hq", headquarters, "device", "list")
        machine = next(one for one in devices if one["post"] == "DIB")
        run("relais-hq", headquarters, "packet", "export", "--device",
            machine["device"], to_post)
        run("relais", home, "packet", "import", to_post)
        check(totals(home) == (0, 0, 3 * one), "headquarters holds them")
        shown = run("relais", home, "show", first)
        check(shown["held"] == "held", "and the record says so")

        run("relais", home, "verify")
        check(daemon.end(signal.SIGTERM) == 0, "relaisd ends on SIGTERM")


if __name__ == "__main__":
    main()
