"""Attacks by HTTP/2 cost the server little memory, and other clients little time.

Each attack runs on many connections for some seconds, again and again where the server ends them,
while another client asks for a small file. What a connection adds to the memory of the server and
the 99th percentile of the other client are printed. The memory is checked always. The time is
checked if the machine has nothing else to do: the attackers, written in Python, take a processor.
"""
import socket
import struct
import threading
import time

from harness import Sluice, check, memory_kib, random_file, until

CONNECTIONS = 40
ATTACK_SECONDS = 4
KIB_PER_CONNECTION = 2 << 10
CALM_SAMPLES = 600
# With less than this much of its time a program that only computes shares its processor.
ALONE = 0.9

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING = 0, 1, 2, 3, 4, 6
WINDOW_UPDATE, CONTINUATION, PRIORITY_UPDATE = 8, 9, 16
BATCH = 50
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
STREAMS = range(1, 20_000, 2)


def frame(kind, flags, stream, payload=b""):
    """A frame, RFC 9113 section 4.1."""
    return struct.pack(">IBI", len(payload) << 8 | kind, flags, stream) + payload


def number(value):
    """The payload of RST_STREAM and WINDOW_UPDATE."""
    return struct.pack(">I", value)


def request(stream, target=b"/big.bin", flags=5, method=b"\x82", more=b""):
    """HEADERS: fields of the static table, and literals that are not indexed."""
    block = method + b"\x86\x04" + bytes([len(target)]) + target + b"\x01\x09localhost" + more
    return frame(HEADERS, flags, stream, block)


def windows(size):
    """SETTINGS_INITIAL_WINDOW_SIZE."""
    return frame(SETTINGS, 0, 0, struct.pack(">HI", 4, size))


def each(*makers):
    """Something for each stream that a client could open, many at a time."""
    for begin in range(0, len(STREAMS), BATCH):
        yield b"".join(maker(stream) for stream in STREAMS[begin:begin + BATCH]
                       for maker in makers)


def again(octets, times=64):
    """The same for ever."""
    while True:
        yield octets * times


def hpack_bomb():
    """A field of 4,000 octets in the table, named by one octet, thousands of times a request."""
    field = b"\x40\x01x\x7f" + bytes([0xA0 - 127 + 0x80 & 0xFF | 0x80, 0x1E]) + b"y" * 3_969
    yield windows(0) + request(1, more=field)
    yield from (request(stream, more=b"\xbe" * 8_000) for stream in STREAMS[1:])


def header_bomb():
    """Small fields by one octet each, with windows that hold the responses back."""
    yield windows(0) + request(1, more=b"\x40\x06cookie\x01c")
    yield from (request(stream, more=b"\xbe" * 90) for stream in STREAMS[1:])


def slow_reader():
    """One octet of a window now and then."""
    yield windows(1) + b"".join(request(stream) for stream in STREAMS[:100])
    while True:
        time.sleep(0.05)
        yield b"".join(frame(WINDOW_UPDATE, 0, stream, number(1)) for stream in STREAMS[:100])


def continuation_flood():
    """A header block without an end."""
    yield request(1, flags=1)
    yield from again(frame(CONTINUATION, 0, 1, b"\x00\x01a\x01b" * 100))


def window_games():
    """All windows change, again and again."""
    yield b"".join(request(stream) for stream in STREAMS[:100])
    yield from (windows(size % 1_000) for size in range(1 << 30))


def first(octets, then):
    """Something once, then the rest."""
    yield octets
    yield from then


ATTACKS = {
    "rapid reset": lambda: each(request, lambda s: frame(RST_STREAM, 0, s, number(8))),
    "MadeYouReset, window": lambda: each(
        request, lambda s: frame(WINDOW_UPDATE, 0, s, number(0))),
    "MadeYouReset, data": lambda: each(request, lambda s: frame(DATA, 0, s, b"x")),
    "MadeYouReset, priority": lambda: each(
        request, lambda s: frame(PRIORITY, 0, s, b"1234")),
    "CONTINUATION flood": continuation_flood,
    "HPACK bomb": hpack_bomb,
    "header bomb, no window": header_bomb,
    "no window": lambda: first(
        windows(0) + b"".join(map(request, STREAMS[:100])), again(b"", 1)),
    "slow reader": slow_reader,
    "SETTINGS flood": lambda: again(frame(SETTINGS, 0, 0)),
    "PING flood": lambda: again(frame(PING, 0, 0, b"12345678")),
    "PRIORITY flood": lambda: again(frame(PRIORITY, 0, 1, b"\0\0\0\0\1")),
    "PRIORITY_UPDATE flood": lambda: again(frame(PRIORITY_UPDATE, 0, 0, number(1) + b"u=1")),
    "WINDOW_UPDATE flood": lambda: again(frame(WINDOW_UPDATE, 0, 0, number(1))),
    "empty DATA flood": lambda: first(
        request(1, flags=4, method=b"\x83"), again(frame(DATA, 0, 1))),
    "windows that change": window_games,
    "unknown frames": lambda: again(frame(0xBB, 0, 0, b"x" * 100)),
    "half a frame": lambda: first(frame(SETTINGS, 0, 0)[:5], again(b"", 1)),
}


class Attackers:
    """Threads that each keep one connection busy; none of them reads."""

    def __init__(self, port, attack):
        self.over = threading.Event()
        self.connections = 0
        self.threads = [threading.Thread(target=self._run, args=(port, attack), daemon=True)
                        for _ in range(CONNECTIONS)]

    def _run(self, port, attack):
        while not self.over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    self.connections += 1
                    connection.sendall(PREFACE + frame(SETTINGS, 0, 0))
                    for octets in attack():
                        if self.over.is_set():
                            break
                        connection.sendall(octets)
                        self.over.wait(0.01)
            except OSError:
                self.over.wait(0.05)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.over.set()
        for thread in self.threads:
            thread.join()


def ask(connection):
    """Seconds that the other client waits for its file."""
    began = time.perf_counter()
    connection.sendall(b"GET /small.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = connection.recv(1 << 16)
    check(answer.startswith(b"HTTP/1.1 200 "), answer[:60].decode(errors="replace"))
    return time.perf_counter() - began


def p99(samples):
    """In milliseconds."""
    return 1_000 * sorted(samples)[len(samples) * 99 // 100]


def share_of_a_processor():
    """Of what this thread could compute, how much it gets: 1 on a machine that does nothing."""
    wall, used = time.perf_counter(), time.thread_time()
    while time.perf_counter() - wall < 0.5:
        pass
    return (time.thread_time() - used) / (time.perf_counter() - wall)


def suffer(server, attack):
    """What one attack does: connections made, KiB for each that is open, 99th percentile."""
    before = memory_kib(server.pid, "Rss")
    samples, most = [], before
    with socket.create_connection(("127.0.0.1", server.port)) as other:
        ask(other)
        with Attackers(server.port, attack) as attackers:
            end = time.monotonic() + ATTACK_SECONDS
            while time.monotonic() < end:
                samples.append(ask(other))
                most = max(most, memory_kib(server.pid, "Rss"))
                time.sleep(0.005)
    return attackers.connections, (most - before) / CONNECTIONS, p99(samples)


def run(proof):
    """The step."""
    site = proof.folder / "site"
    site.mkdir()
    random_file(site / "big.bin", 8 << 20)
    (site / "small.txt").write_text("small\n", encoding="utf-8")
    alone = share_of_a_processor() > ALONE
    with Sluice(site, "--h2c") as server:
        with socket.create_connection(("127.0.0.1", server.port)) as other:
            calm = p99([ask(other) for _ in range(CALM_SAMPLES)])
        suffer(server, ATTACKS["rapid reset"])  # what the JVM takes once is not to be counted
        proof.say(f"without an attack: p99 {calm:.2f} ms{'' if alone else ' on a busy machine'}")
        broken = []
        for name, attack in ATTACKS.items():
            connections, kib, late = suffer(server, attack)
            proof.say(f"{name}: {connections} connections, {kib:.0f} KiB each, p99 {late:.2f} ms")
            if kib > KIB_PER_CONNECTION:
                broken.append(f"{name}: {kib:.0f} KiB for a connection")
            if alone and late > max(2 * calm, 1):
                broken.append(f"{name}: p99 {late:.2f} ms, {calm:.2f} without")
        check(not broken, "; ".join(broken))
        check(until(lambda: b"200" in probe(server.port), 5), "the server does not answer")


def probe(port):
    """The status line of an answer afterwards."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"HEAD /small.txt HTTP/1.0\r\n\r\n")
        return connection.recv(100)
