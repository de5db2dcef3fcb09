"""The stage of the demo: processes, a road that can be cut, and a table of
checks. Nothing here knows what Relais means by a record."""
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE_S = 60
# A process that has no network at all, not even loopback.
NO_NETWORK = ["unshare", "--net"] if os.geteuid() == 0 else [
    "unshare", "--map-root-user", "--net"]


class Checks:
    """What was claimed and whether it held."""

    def __init__(self):
        self.rows = []

    def that(self, claim, holds, detail=""):
        self.rows.append((claim, bool(holds), detail))
        print("      %s %s%s" % ("✔" if holds else "✘", claim,
                                 " (%s)" % detail if detail else ""),
              flush=True)
        return holds

    def same(self, claim, got, wanted):
        detail = "" if got == wanted else "%r instead of %r" % (got, wanted)
        return self.that(claim, got == wanted, detail)

    def finish(self, seconds):
        failed = [row for row in self.rows if not row[1]]
        print("\n" + "-" * 72)
        for claim, holds, detail in self.rows:
            print("%s %s" % ("ok    " if holds else "FAILED", claim))
        print("-" * 72)
        print("%d checks, %d failed, %.0f s" % (len(self.rows), len(failed),
                                                seconds))
        return 1 if failed else 0


class Stage:
    """Where everything lies and runs; takes it all away at the end."""

    def __init__(self, bin_folder):
        self.bin = os.path.abspath(bin_folder)
        self.folder = tempfile.mkdtemp(prefix="relais-demo-")
        self.running = []
        self.syncs = []
        self.checks = Checks()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def program(self, name):
        return os.path.join(self.bin, name)

    def start(self, command, log):
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=open(log, "ab"),
            stdin=subprocess.DEVNULL, start_new_session=True, text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.running.append(process)
        return process

    def print_syncs(self):
        print("\n%-7s %5s %10s %10s %8s" % ("machine", "syncs", "bytes up",
                                           "bytes down", "seconds"))
        for name in sorted({one[0] for one in self.syncs}):
            of = [one[1:] for one in self.syncs if one[0] == name]
            print("%-7s %5d %10d %10d %8.1f" % (
                name, len(of), *(sum(column) for column in zip(*of))))

    def clear(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
        if os.environ.get("RELAIS_DEMO_KEEP"):
            print("kept: " + self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def run(command, wanted=0, stdin=None):
    """Runs a program to its end; gives stdout. Another exit code ends the demo:
    the story cannot go on."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True,
                          timeout=PATIENCE_S * 5,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    wanted = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
    if done.returncode not in wanted:
        print("\n$ %s\nexit %d\n%s%s" % (" ".join(command), done.returncode,
                                         done.stdout, done.stderr))
        raise SystemExit("the demo cannot go on")
    done.said = done.stdout + done.stderr
    return done


def wait_for(what, condition):
    """Polls a condition; the only clock of the demo."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        select.select([], [], [], 0.05)
    raise SystemExit("waited in vain: " + what)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """A post's machine: a home, its relaisd, and the words of `relais`."""

    def __init__(self, stage, name, network=True):
        self.stage, self.name = stage, name
        self.home = stage.path(name)
        self.daemon = None
        self.alone = [] if network else NO_NETWORK

    def up(self):
        self.daemon = self.stage.start(
            self.alone + [self.stage.program("relaisd"), "--home", self.home],
            self.stage.path(self.name + ".log"))
        wait_for(self.name + " answers", lambda: os.path.exists(
            os.path.join(self.home, "control.sock")) and self.answers())
        return self

    def answers(self):
        if self.daemon.poll() is not None:
            with open(self.stage.path(self.name + ".log")) as log:
                raise SystemExit(self.name + " did not start:\n" + log.read())
        return subprocess.run(self.command("status"), capture_output=True,
                              timeout=PATIENCE_S).returncode == 0

    def down(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(PATIENCE_S)

    def kill(self):
        os.kill(self.daemon.pid, signal.SIGKILL)
        self.daemon.wait(PATIENCE_S)

    def command(self, *words, who=None):
        line = [self.stage.program("relais"), "--home", self.home,
                "--lang", "fr"]
        if who:
            line += ["--as", who]
        return line + list(words)

    def do(self, *words, who=None, wanted=0):
        return run(self.command(*words, who=who), wanted)

    def json(self, *words, who=None, wanted=0):
        return json.loads(
            self.do("--format", "json", *words, who=who, wanted=wanted).stdout)

    def sync(self, wanted=0):
        """Its bytes and seconds are remembered for the demo's last table."""
        began = time.monotonic()
        done = self.do("--format", "json", "sync", "--wait", wanted=wanted)
        row = json.loads(done.stdout)
        self.stage.syncs.append((self.name, row["bytes_up"], row["bytes_down"],
                                 time.monotonic() - began))
        return done

    def show(self, record, who=None):
        return self.json("show", record, who=who)

    def counts(self):
        """saved, sent, held over all lanes."""
        total = {"saved": 0, "sent": 0, "held": 0}
        for lane in self.json("status")["lanes"]:
            for word in total:
                total[word] += lane[word]
        return total

    def import_until(self, form, path, saved, who):
        """Imports on a terminal and kills the daemon as soon as it has called
        `saved` records saved; gives the last number that it called so."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            self.command("import", form, path, "--submit", who=who),
            stdout=slave, stderr=slave, stdin=slave, start_new_session=True,
            env=dict(os.environ, LC_ALL="C.UTF-8", TERM="dumb"))
        os.close(slave)
        said, last = "", 0
        end = time.monotonic() + PATIENCE_S
        while last < saved and time.monotonic() < end:
            ready = select.select([master], [], [], 1)[0]
            if not ready:
                if process.poll() is not None:
                    break
                continue
            try:
                said += os.read(master, 4096).decode("utf-8", "replace")
            except OSError:
                break
            numbers = re.findall(r"(\d+) (?:enregistr|saved)", said)
            last = max([last] + [int(one) for one in numbers])
        self.kill()
        process.wait(PATIENCE_S)
        os.close(master)
        return last


class Headquarters:
    """relais-hq: its home, its server, and the words of its shell."""

    def __init__(self, stage, port):
        self.stage, self.port = stage, port
        self.home = stage.path("hq")
        self.server = None

    def command(self, *words, who=None):
        line = [self.stage.program("relais-hq"), "--home", self.home,
                "--lang", "fr"]
        if who:
            line += ["--as", who]
        return line + list(words)

    def do(self, *words, who=None, wanted=0):
        return run(self.command(*words, who=who), wanted)

    def json(self, *words, who=None, wanted=0):
        return json.loads(
            self.do("--format", "json", *words, who=who, wanted=wanted).stdout)

    def up(self):
        self.server = self.stage.start(
            self.command("serve", "--listen", "127.0.0.1:%d" % self.port),
            self.stage.path("hq.log"))
        line = self.server.stdout.readline()
        if not line:
            with open(self.stage.path("hq.log")) as log:
                raise SystemExit("headquarters did not start:\n" + log.read())
        return self

    def down(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(PATIENCE_S)


class Road(threading.Thread):
    """A road on loopback that carries bytes, counts them, and can be cut after
    a number of bytes towards headquarters."""

    def __init__(self, to_port):
        super().__init__(daemon=True)
        self.to_port = to_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.up = self.down = 0
        self.closed = False
        self.cut_after = None
        self.cuts = 0
        self.start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            if self.closed:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to_port))
            except OSError:
                near.close()
                continue
            threading.Thread(target=self.carry, args=(near, far, True),
                             daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, False),
                             daemon=True).start()

    def carry(self, source, target, upward):
        try:
            while True:
                data = source.recv(4096)
                if not data:
                    break
                if upward:
                    self.up += len(data)
                    if self.cut_after is not None and self.up > self.cut_after:
                        self.cut_after = None
                        self.cuts += 1
                        break
                else:
                    self.down += len(data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


def title(number, text):
    print("\n%s. %s" % (number, text), flush=True)


def tell(text):
    print("   " + text, flush=True)


if __name__ == "__main__":
    sys.exit("run ./dev demo")
