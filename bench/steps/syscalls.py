"""strace sees openat2, epoll_wait and sendfile, and of the file no read but of a few bytes.

The file is above the small-file limit. Every system call that touches its descriptor is counted;
the whole trace is left in bench/target/prove/strace.txt.
"""
import collections
import re
import subprocess

from harness import STOP_SECONDS, Failed, Skipped, Sluice, check, need, random_file, sha256, stop

SIZE = 3 << 20
START_SECONDS = 180  # a JVM stops at every call of every thread
# What could carry content into user space, or by another way than sendfile.
READING = {"read", "pread64", "readv", "preadv", "preadv2", "mmap", "splice", "copy_file_range",
           "io_uring_enter"}
# The cold guard's question whether a page is in memory takes one byte, to nowhere.
PROBE = "preadv2 of one byte with RWF_NOWAIT"
# A few bytes of each opened version tell a file that grew from one that was rewritten.
SAMPLE = "preadv2 of 64 bytes with RWF_NOWAIT"
SAMPLES_MOST = 8
WAITING = {"epoll_wait", "epoll_pwait", "epoll_pwait2"}


def kind(call, rest):
    """The name of a call, or what it is if it reads a few bytes without waiting."""
    if call == "preadv2" and "RWF_NOWAIT" in rest:
        if ", iov_len=1}], 1, " in rest:
            return PROBE
        if ", iov_len=64}], 1, " in rest:
            return SAMPLE
    return call


def calls_on(trace, path):
    """System calls that name the file or a descriptor of it, and the bytes sendfile moved."""
    calls, sent = collections.Counter(), 0
    pending = {}
    line_form = re.compile(r"^(?:\[pid +)?(\d+)\]? +(?:<\.\.\. )?(\w+)(.*)$")
    for line in trace.splitlines():
        form = line_form.match(line)
        if not form:
            continue
        thread, call, rest = form.groups()
        resumed = rest.startswith(" resumed>")
        if resumed:
            touches = pending.pop((thread, call), False)
        else:
            touches = f"<{path}>" in rest or call == "openat2" and path.name in rest
        if not touches:
            continue
        if rest.endswith("<unfinished ...>"):
            pending[thread, call] = True
            continue
        calls[kind(call, rest)] += 1
        result = re.search(r"= (\d+)", rest.rsplit(")", 1)[-1])
        if call == "sendfile" and result:
            sent += int(result.group(1))
    return calls, sent


def summary(text):
    """What strace counted in all: calls by name."""
    counts = {}
    for line in text.splitlines():
        row = re.match(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", line)
        if row:
            counts[row.group(2)] = int(row.group(1))
    return counts


def fetch(server, path, times):
    """Gets the file several times over one connection."""
    got = path.with_suffix(".got")
    for _ in range(times):
        subprocess.run(["curl", "-sS", "--fail", "-o", got, f"{server.url}/{path.name}"],
                       check=True, timeout=60)
        check(sha256(got) == sha256(path), "wrong bytes")


def run(proof):
    """The step."""
    need("strace", "curl")
    site = proof.folder / "site"
    site.mkdir()
    path = random_file(site / "large.bin", SIZE)
    log = proof.kept / "strace.txt"
    strace = ["strace", "-f", "-C", "-yy", "-o", log]
    try:
        server = Sluice(site, before=strace, limit=START_SECONDS)
    except Failed as e:
        if "ptrace" in str(e):
            raise Skipped(f"tracing is not permitted here: {e}") from e
        raise
    with server:
        fetch(server, path, 3)
        # The tracer passes no signals on: its child is told, and then both end.
        subprocess.run(["kill", "-TERM", str(server.pid)], check=True)
        server.process.wait(STOP_SECONDS)
    trace = log.read_text(errors="replace")
    counted = summary(trace)
    calls, sent = calls_on(trace, path)
    told = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))
    proof.say(f"calls that touch the file of {SIZE} bytes, fetched 3 times: {told}")
    proof.say(f"sendfile moved {sent} bytes of it")
    waits = {name: counted[name] for name in sorted(WAITING) if name in counted}
    proof.say(f"in all: openat2 {counted.get('openat2', 0)}, sendfile "
              f"{counted.get('sendfile', 0)}, " + ", ".join(f"{n} {c}" for n, c in waits.items()))
    proof.say(f"trace and counts: {log}")
    stop(server.process)
    check(calls["openat2"] >= 1, "openat2 did not open it")
    check(waits, "epoll_wait was not called")
    check(sent == 3 * SIZE, f"sendfile moved {sent} bytes, not {3 * SIZE}")
    most = SAMPLES_MOST * calls["openat2"]
    check(calls[SAMPLE] <= most, f"{calls[SAMPLE]} samples were read, more than {most}")
    found = sorted(READING & set(calls))
    check(not found, f"its contents were read: {', '.join(found)}")
