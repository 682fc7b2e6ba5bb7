"""Figures of the documents that take seconds to measure are measured again; those that moved fail.

Each stands in CHEAP with the words that state it, its value and its tolerance; a document that no
longer has these words fails too. Only counts, bytes and ratios are among them, since times depend
on what else the machine does. What takes minutes is listed with its command and not run.
"""
import dataclasses
import json
import pathlib
import subprocess
import sys

import counting
from harness import (
    ROOT, Sluice, answered, check, cpu_seconds, memory_kib, need, random_file,
    start, stop, until, wrk)

SECONDS = 2
CONNECTIONS = 64
WARM_CPU_SECONDS = 8  # by then the JIT compiler has compiled the loop
WARM_TURNS = 10  # at most, on a busy machine
IDLE_CONNECTIONS = 10_000  # fewer drown in what the JVM itself takes meanwhile
IDLE_SECONDS = 50
STARTS = 3
# The least of some is the figure: while other programs rename files, RESOLVE_CACHED fails now and
# then (openat2(2)), and a worker looks up the name by more calls.
COUNTS = 3
KNOWN_AFTER_SECONDS = 5  # after which an access log has a response that was sent
SIZES = {"1k.bin": 1 << 10, "30k.bin": 30_000, "100k.bin": 100 << 10, "text.txt": 1 << 10,
         "256m.bin": 256 << 20}


@dataclasses.dataclass
class Figure:
    """A figure of a document: by how much it may differ is `tolerance`."""

    name: str
    document: str
    words: str
    value: float
    tolerance: float


COPY_PATHS, BENCHMARKS, SUPPORTED = (
    "docs/copy-paths.md", "docs/benchmarks.md", "docs/supported-http.md")

# Calls are exact. Bytes allocated: a slice of the JDK's is 40, and the compiler leaves up to three.
# Resident memory: what the JVM itself takes meanwhile is among it, so the least of some servers is
# the figure. A busy machine makes the JIT compiler later, and one server in four had 2,006.
CHEAP = [
    Figure("calls, a small file", COPY_PATHS, "A small file costs a loop `epoll_wait`", 3, 0),
    Figure("calls, 30,000 bytes", COPY_PATHS, "or `pread64` and two", 6, 0),
    Figure("calls, 100 KiB", COPY_PATHS, "costs `sendfile`", 6, 0),
    Figure("calls, --fresh 0", SUPPORTED, "six more system calls (three", 9, 0),
    Figure("calls, --fresh 0, a text", SUPPORTED, "A text costs three more", 12, 0),
    Figure("bytes allocated, a small file", BENCHMARKS, "0 to 120 bytes per request", 60, 65),
    Figure("bytes allocated, 100 KiB", BENCHMARKS, "0 to 120 bytes per request", 60, 65),
    Figure("bytes allocated, async-channel", "docs/io-models.md", "147 bytes per request", 147, 45),
    Figure("bytes per idle connection", BENCHMARKS, "890 to 940 bytes", 915, 300),
    Figure("CPU of a start, with cache / without", "sluice", "about half of the CPU time",
           0.5, 0.2),
    Figure("sends copied, epoll", COPY_PATHS, "each of the 2,054 sends", 2_054, 100),
    Figure("sends copied, io_uring", COPY_PATHS, "each of 2,062 under", 2_062, 100),
]

# Command, and the document that has the figures.
DEAR = [
    ("./sluice lab peers --only 1k,100k,1m --full", BENCHMARKS),
    ("bench/jmh RequestHead -prof gc", BENCHMARKS),
    ("bench/prove idle", BENCHMARKS),
    ("./sluice lab --only waiting --full", "docs/io-models.md"),
    ("bench/prove cold", COPY_PATHS),
    ("./sluice doctor --calibrate", COPY_PATHS),
    ("bench/prove verify", "bench/README.md"),
]


def load(server, name, connections=1):
    """Requests that were answered."""
    return answered(wrk(f"{server.url}/{name}", connections, SECONDS))


def warm_up(server, name):
    """Loads a server until its JVM has compiled what it runs."""
    for _ in range(WARM_TURNS):
        if cpu_seconds(server.pid) >= WARM_CPU_SECONDS:
            return
        load(server, name, CONNECTIONS)


def calls(proof, site):
    """System calls per request, without those that other threads make now and then."""
    found = {}
    for flags, kinds in (
            ([], {"1k.bin": "a small file", "30k.bin": "30,000 bytes", "100k.bin": "100 KiB"}),
            (["--fresh", "0"], {"1k.bin": "--fresh 0", "text.txt": "--fresh 0, a text"})):
        with Sluice(site, "--loops", "1", *flags) as server:
            for name, kind in kinds.items():
                load(server, name)
                found["calls, " + kind] = min(
                    sum(round(count) for count in counting.system_calls(
                        server, lambda: load(server, name), proof.folder).values())
                    for _ in range(COUNTS))
    return found


def allocation(site):
    """Bytes that the JVM allocates per request of 64 connections."""
    found = {}
    for name, kind, model in (("1k.bin", "a small file", "epoll"), ("100k.bin", "100 KiB", "epoll"),
                              ("1k.bin", "async-channel", "async-channel")):
        with Sluice(site, "--loops", "1", "--model", model) as server:
            warm_up(server, name)
            found["bytes allocated, " + kind] = counting.allocated(
                server, server.java, lambda: load(server, name, CONNECTIONS))
    return found


def idle_once(site):
    """Resident memory of one server per idle connection."""
    with Sluice(site) as server:
        warm_up(server, "1k.bin")
        before = memory_kib(server.pid, "Rss")
        client = start([sys.executable, ROOT / "bench/idle_client.py", str(server.port),
                        str(IDLE_CONNECTIONS), str(IDLE_SECONDS)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            said = client.stdout.readline().strip()
            check(said.startswith("ok"), f"the idle client: {said or 'ended'}")
            return (memory_kib(server.pid, "Rss") - before) * 1024 / IDLE_CONNECTIONS
        finally:
            stop(client)


def idle(proof, site):
    """Resident memory of the server per idle connection, the least of some."""
    found = [idle_once(site) for _ in range(COUNTS)]
    proof.say("bytes per idle connection of each server: "
              + ", ".join(f"{count:.0f}" for count in found))
    return {"bytes per idle connection": min(found)}


def cpu_of_start(site, *environment):
    """CPU seconds until the server says that it serves, the least of some starts; and whether the
    launcher's cache was used.
    """
    least = float("inf")
    for _ in range(STARTS):
        with Sluice(site, before=["env", *environment]) as server:
            command = pathlib.Path(f"/proc/{server.pid}/cmdline").read_text(encoding="utf-8")
            least = min(least, cpu_seconds(server.pid))
    return least, "-XX:AOTCache=" in command


def starts(proof, site):
    """CPU time of a start with the launcher's cache, and without: the launcher leaves it out if the
    environment names another archive.
    """
    without, _ = cpu_of_start(site, "JDK_JAVA_OPTIONS=-Xshare:auto")
    cpu, cached = cpu_of_start(site)
    if not cached:
        proof.say("no cache for the start: remove cli/target and run ./sluice to have one")
        return {}
    return {"CPU of a start, with cache / without": cpu / without}


def copied_sends(proof, site, model):
    """Sends of 256 MiB by MSG_ZEROCOPY that the kernel copied after all, from the access log."""
    log = proof.folder / f"{model}.log"
    with Sluice(site, "--model", model, "--copy", "zerocopy", "--access-log", log) as server:
        subprocess.run(["curl", "-sS", "--fail", "-o", "/dev/null", server.url + "/256m.bin"],
                       check=True, timeout=60)
        check(until(lambda: log.read_text().endswith("\n"), KNOWN_AFTER_SECONDS), "no log")
    return {f"sends copied, {model}": json.loads(log.read_text())["kernel_copies"]}


def run(proof):
    """The step."""
    need("wrk", "strace", "curl", "taskset")
    site = proof.folder / "site"
    site.mkdir()
    for name, size in SIZES.items():
        random_file(site / name, size)
    measured = {**calls(proof, site), **allocation(site), **idle(proof, site),
                **starts(proof, site)}
    for model in ("epoll", "io_uring"):
        measured |= copied_sends(proof, site, model)
    moved = []
    for figure in CHEAP:
        found = measured.get(figure.name)
        if found is None:
            proof.say(f"{figure.name}: not measured")
            continue
        text = (ROOT / figure.document).read_text(encoding="utf-8")
        stated = figure.words in " ".join(text.split())
        near = abs(found - figure.value) <= figure.tolerance
        proof.say(f"{figure.name}: {found:.6g}; {figure.document} {figure.value:.6g} "
                  f"± {figure.tolerance:.6g}{'' if near else ': MOVED'}"
                  f"{'' if stated else ': NOT STATED'}")
        if not (near and stated):
            moved.append(figure.name)
    proof.say("takes minutes, not run:")
    for command, document in DEAR:
        proof.say(f"  {command}  ({document})")
    check(not moved, f"moved, or not stated: {'; '.join(moved)}")
