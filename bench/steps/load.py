"""`sluice load` costs at most 1.3 times the CPU time of wrk, which checks no body.

Both load the same nginx from one thread on CPU 1, in turns. The JVM of `load` is warm when it
measures; its own figure counts every thread of it.
"""
import json
import resource
import statistics
import subprocess

import peers
from harness import (
    LAUNCHER, answered, check, free_port, listens, need, random_file, start, stop, until, wrk)

LOADS = [("1k.bin", 1 << 10, 64), ("10k.bin", 10 << 10, 512), ("100k.bin", 100 << 10, 64)]
ROUNDS = 5
SECONDS = 5
WARM_UP = "12s"
MOST = 1.3


def microseconds_of_wrk(url, connections):
    """CPU time of wrk per request."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    requests = answered(wrk(url, connections, SECONDS))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1e6 / requests


def microseconds_of_load(url, connections, file):
    """CPU time of `sluice load` per request."""
    subprocess.run(
        ["taskset", "-c", "1", LAUNCHER, "load", "--warm-up", WARM_UP, "--duration", f"{SECONDS}s",
         "--connections", str(connections), "--json", file, url],
        stdout=subprocess.DEVNULL, check=True, timeout=SECONDS + 60)
    return json.loads(file.read_text())["clientCpu"]


def spread(values):
    """Median, lowest and highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def run(proof):
    """The step."""
    need("nginx", "wrk", "taskset")
    site = proof.folder / "site"
    site.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    proof.folder.chmod(0o755)
    server = start(["taskset", "-c", "0", *peers.nginx(proof.folder, site, port)])
    check(until(lambda: listens(port), 10), "nginx does not listen")
    missed = []
    for name, size, connections in LOADS:
        random_file(site / name, size)
        pairs = [(microseconds_of_wrk(f"{url}/{name}", connections),
                  microseconds_of_load(f"{url}/{name}", connections, proof.folder / "load.json"))
                 for _ in range(ROUNDS)]
        ratios = [ours / theirs for theirs, ours in pairs]
        proof.say(f"{name}, {connections} connections: wrk {spread([pair[0] for pair in pairs])} "
                  f"us, load {spread([pair[1] for pair in pairs])} us: {spread(ratios)} times")
        if statistics.median(ratios) > MOST:
            missed.append(name)
    stop(server)
    check(not missed, f"more than {MOST} times: {', '.join(missed)}")
