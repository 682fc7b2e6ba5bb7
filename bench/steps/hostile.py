"""5,000 hostile connections, and a good client's 99th percentile stays below 100 ms.

They belong to a process of their own (bench/hostile_client.py), as descriptors are limited per
process. The good client asks for a small file on one connection, and on a new one for each request.
"""
import resource
import socket
import subprocess
import sys
import time

from harness import ROOT, Skipped, Sluice, check, cpu_seconds, memory_kib, random_file, start

CONNECTIONS = 5_000
DESCRIPTORS = CONNECTIONS + 5_500  # with what the server keeps for files and for itself
REQUESTS = 1_500
PAUSE_SECONDS = 0.02
HOSTILE_SECONDS = 300
MOST_MILLIS = 100
BODY = 1 << 10
REQUEST = b"GET /1k.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"


def ask(connection):
    """One request, one whole answer."""
    connection.sendall(REQUEST)
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer) - answer.index(b"\r\n\r\n") - 4 < BODY:
        read = connection.recv(4096)
        check(read, "the server closed the connection of a good client")
        answer += read
    check(answer.startswith(b"HTTP/1.1 200 "), f"a good client got {answer[:30]}")


def connect(port):
    """A connection of a good client."""
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def times(port):
    """Sorted milliseconds of requests, every second one on a connection of its own."""
    found = []
    with connect(port) as kept:
        for i in range(REQUESTS):
            began = time.perf_counter()
            if i % 2:
                ask(kept)
            else:
                with connect(port) as new:
                    ask(new)
            found.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE_SECONDS)
    return sorted(found)


def words(found):
    """The percentiles."""
    return ", ".join(f"p{part} {found[min(len(found) - 1, len(found) * part // 100)]:.1f} ms"
                     for part in (50, 90, 99, 100))


def answer(client):
    """The next line that the hostile client says."""
    line = client.stdout.readline().strip()
    check(line.startswith("ok"), f"the hostile client: {line or 'ended'}")
    return line


def run(proof):
    """The step."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < DESCRIPTORS:
        raise Skipped(f"{hard} descriptors per process are allowed, {DESCRIPTORS} are needed")
    site = proof.folder / "site"
    site.mkdir()
    random_file(site / "1k.bin", BODY)
    random_file(site / "8m.bin", 8 << 20)
    with Sluice(site) as server:
        times(server.port)  # the JIT compiler is not to be measured
        alone = times(server.port)
        proof.say(f"a good client alone: {words(alone)}")
        before = memory_kib(server.pid, "Rss")
        client = start([sys.executable, ROOT / "bench/hostile_client.py", str(server.port),
                        str(CONNECTIONS), str(HOSTILE_SECONDS)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        proof.say(answer(client))
        cpu, began = cpu_seconds(server.pid), time.monotonic()
        found = []
        while time.monotonic() - began < 130:  # two of the longest limits, 60 s each
            found += times(server.port)
        found.sort()
        used = (cpu_seconds(server.pid) - cpu) / (time.monotonic() - began)
        after = memory_kib(server.pid, "Rss")
        client.stdin.write("end\n")
        client.stdin.flush()
        ended = answer(client)
        proof.say(ended)
        client.wait(HOSTILE_SECONDS)
        check(", slow reads 0," not in ended, f"no slow reader was ended: {ended}")
        proof.say(f"beside {CONNECTIONS} hostile connections: {words(found)}; "
                  f"{len(found)} requests")
        proof.say(f"CPU of the server {used:.2f} of one core; resident {before} KiB before, "
                  f"{after} KiB after")
    late = found[len(found) * 99 // 100]
    check(late < MOST_MILLIS, f"the 99th percentile is {late:.1f} ms")
