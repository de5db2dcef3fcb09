#!/usr/bin/env python3
"""Everything at once on the real programs: at_once.py BIN SECONDS. Writers,
readers, syncs, doctor and verify side by side on relaisd and relais-hq, then
SIGTERM. For programs built with ThreadSanitizer (`./dev check`); fails when a
program ends with something else than 0, or a verb fails.
"""
import collections
import random
import shutil
import signal
import sys
import threading
import time

import kill
from wire import Wire

SAVE = ("new", {"arguments": ["commendation"], "options": {
    "set": "officer_id=0112-447.T\x1fdeed_on=2026-05-12"}})
LIST = ("list", {"arguments": ["commendation"]})
SYNC = ("sync", {"options": {"wait": "true"}})
VERIFY = ("verify", {})


def speak(home, verbs, who, until, counts):
    wire = Wire(home, kill.PATIENCE)
    while time.monotonic() < until:
        for verb, more in verbs:
            code, _ = wire.ask(*verb.split(), who=who, **more)
            counts["%s of %s: %d" % (verb, who, code)] += 1
    wire.close()


def main():
    counts = collections.Counter()
    world = kill.World(sys.argv[1], random.Random(1), collections.Counter())
    until = time.monotonic() + float(sys.argv[2])
    at_post, at_office = (world.post.home, kill.CHIEF), (world.hq.home,
                                                         kill.OFFICE)
    threads = [
        threading.Thread(target=speak, args=(home, verbs, who, until, counts))
        for (home, who), verbs in ((at_post, [SAVE, LIST]), (at_post, [SYNC]),
                                   (at_post, [VERIFY, ("doctor", {})]),
                                   (at_office, [SAVE, LIST]),
                                   (at_office, [VERIFY, ("device list", {})]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = [what for what in counts if not what.endswith(": 0")]
    for program in (world.post, world.hq):
        program.process.send_signal(signal.SIGTERM)
        code = program.process.wait(kill.PATIENCE)
        if code != 0:
            wrong.append("%s ended with %d" % (program.ready, code))
    shutil.rmtree(world.folder, ignore_errors=True)
    for what, count in sorted(counts.items()):
        print("%6d %s" % (count, what))
    return "\n".join(wrong) or None


if __name__ == "__main__":
    sys.exit(main())
