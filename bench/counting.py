"""Counts per request of a running server: bytes that its JVM allocates, and system calls.

A load is a function that sends requests for some seconds and returns how many were answered.
"""
import re
import signal
import subprocess

import harness

ALLOCATED = harness.ROOT / "bench/src/main/java/sluice/bench/AllocatedBytes.java"
ATTACH_SECONDS = 30


def allocated(server, java, load):
    """Bytes that all threads of the JVM allocate per request."""
    asker = harness.start([java, ALLOCATED, server.pid], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True)

    def total():
        asker.stdin.write("\n")
        asker.stdin.flush()
        return int(asker.stdout.readline())

    try:
        total()  # the first answers load classes
        total()
        before = total()
        unloaded = total()
        requests = load()
        return (total() - unloaded - (unloaded - before)) / requests
    except ValueError as e:
        raise harness.Failed(f"no figure from {ALLOCATED.name}: {e}") from e
    finally:
        asker.stdin.close()
        harness.stop(asker)


def system_calls(server, load, folder):
    """System calls per request, by name. The load should use one connection: with more, how many
    of them one epoll_wait finds ready depends on timing.
    """
    summary, messages = folder / "strace.txt", folder / "strace.err"
    with open(messages, "w", encoding="utf-8") as err:
        tracer = harness.start(["taskset", "-c", "1", "strace", "-c", "-f", "-o", summary,
                                "-p", server.pid], stderr=err)
    try:
        attached = harness.until(lambda: "attached" in messages.read_text()
                                 or tracer.poll() is not None, ATTACH_SECONDS)
        harness.check(attached and tracer.poll() is None, messages.read_text().strip())
        requests = load()
    finally:
        harness.stop(tracer, signal.SIGINT)
    rows = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?([a-z]\w*)$",
                      summary.read_text(), re.MULTILINE)
    return {name: int(count) / requests for count, name in rows if name != "total"}
