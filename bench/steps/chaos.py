"""Files change, peers misbehave and calls fail while answers are sent, on every cell.

What is demanded: an answer that arrives with its promised length is one version of the file; where
that is impossible the connection is torn; nothing spins, nothing leaks, and the server goes on.
"""
import collections
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import time

from harness import Failed, Sluice, cells, check, cpu_seconds, start, stop

SIZE = 24 << 20  # more than the sockets of both sides hold, with the small buffer below
BUFFER = 64 << 10
READ_FIRST = 1 << 20
SETTLE_SECONDS = 10
STALL_SECONDS = 0.5
# What spins is seen to spin at each look; a compiler ends.
STALL_LOOKS = 4
# A model may look at its sockets now and then, but not burn the processor for a peer that rests.
STALL_CPU = 0.3
# Mappings come and go with the JVM's own; a leak of one per answer would be more than that.
MAPS_MORE = 60
# Kept for the next answer by copy path splice: a leak would be two for every scene.
PIPES_MORE = 4
TIMEOUT = 30


def version(letter):
    """A whole file in which every block tells its version and its place."""
    block = b"".join(f"{letter}{i:07d}".encode() * 512 for i in range(SIZE // 4096))
    return block[:SIZE]


OLD, NEW = version("a"), version("b")


class Answer:
    """A download that is read as slowly as the test wants."""

    def __init__(self, port, path="/small", request=None):
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(request or f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.body, self.length, self.status = bytearray(), 0, 0

    def head(self):
        """Reads the head, and what came of the body with it."""
        read = b""
        while b"\r\n\r\n" not in read:
            more = self.socket.recv(BUFFER)
            if not more:
                raise ConnectionError("no answer")
            read += more
        head, body = read.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        self.length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        self.body += body
        return self

    def some(self, count=READ_FIRST):
        """Reads that much of the body."""
        while len(self.body) < count:
            more = self.socket.recv(BUFFER)
            check(more, "the connection ended early")
            self.body += more
        return self

    def rest(self):
        """Reads until the promised length or the end; whether all of it came."""
        try:
            while len(self.body) < self.length:
                more = self.socket.recv(1 << 20)
                if not more:
                    return False
                self.body += more
            return True
        except ConnectionError:
            return False

    def again(self):
        """Whether the connection serves one more request."""
        try:
            self.socket.sendall(b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.body = bytearray()
            return self.head().rest() and bytes(self.body) == b"small"
        except ConnectionError:
            return False

    def close(self, reset=False):
        """Ends it, by RST if that is wanted."""
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@contextlib.contextmanager
def begun(file, server):
    """A download whose first MiB has been read."""
    answer = Answer(server.port, "/" + file.name)
    try:
        yield answer.head().some()
    finally:
        answer.close()


def plant(site, numbers=itertools.count()):
    """A file of its own for each scene: a name is believed for a second."""
    file = site / f"file{next(numbers)}"
    file.write_bytes(OLD)
    return file


def whole(answer, wanted, what):
    """Demands one version of the file and a connection that goes on."""
    check(answer.rest(), f"{what}: torn after {len(answer.body)} bytes")
    check(answer.body == wanted, f"{what}: wrong bytes")
    check(answer.again(), f"{what}: the connection serves no more")


def torn_or_whole(answer, what):
    """Demands that what came whole is one version, and that only then the connection goes on."""
    if answer.rest():
        one = answer.body in (OLD, NEW)
        check(one or not answer.again(), f"{what}: a mixture came, and the connection goes on")
        return "whole" if one else "torn after its last byte"
    return "torn"


# Scenes: each begins with fresh files


def replaced(file, server):
    """Another file takes the name."""
    with begun(file, server) as answer:
        fresh = file.with_name(".next")
        fresh.write_bytes(NEW)
        fresh.rename(file)
        whole(answer, OLD, "replaced")


def deleted(file, server):
    """The name is gone."""
    with begun(file, server) as answer:
        file.unlink()
        whole(answer, OLD, "deleted")


def truncated(file, server):
    """The file is cut."""
    with begun(file, server) as answer:
        os.truncate(file, 2 * READ_FIRST)
        check(not answer.rest(), "truncated: the whole promised length came")


def rewritten(file, server):
    """The file is written in place."""
    with begun(file, server) as answer:
        with open(file, "r+b") as opened:
            opened.write(NEW)
        return torn_or_whole(answer, "rewritten")


def grown(file, server):
    """The file becomes longer."""
    with begun(file, server) as answer:
        with open(file, "ab") as opened:
            opened.write(b"more")
        return torn_or_whole(answer, "grown")


def reset(file, server):
    """The peer breaks the connection, at three places."""
    for count in (0, READ_FIRST, SIZE // 2):
        answer = Answer(server.port, "/" + file.name)
        if count:
            answer.head().some(count)
        answer.close(reset=True)


def half_closed(file, server):
    """The peer sends no more: it gets its answer."""
    with begun(file, server) as answer:
        answer.socket.shutdown(socket.SHUT_WR)
        check(answer.rest() and answer.body == OLD, "half-closed: not the whole file")


def dripped(_, server):
    """A request comes byte by byte."""
    answer = Answer(server.port, request=b"G")
    answer.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in b"ET /small HTTP/1.1\r\nHost: localhost\r\n\r\n":
        answer.socket.sendall(bytes([byte]))
    check(answer.head().rest() and answer.body == b"small", "dripped: not the file")
    answer.close()


def stalled(file, server):
    """The peer reads nothing for a while: that costs no CPU time, once the JIT compiler is done."""
    with begun(file, server) as answer:
        for _ in range(STALL_LOOKS):
            before = cpu_seconds(server.pid)
            time.sleep(STALL_SECONDS)
            used = cpu_seconds(server.pid) - before
            if used <= STALL_CPU:
                break
        check(used <= STALL_CPU, f"stalled: {used:.2f} s of CPU time in {STALL_SECONDS} s")
        whole(answer, OLD, "stalled")


SCENES = [replaced, deleted, truncated, rewritten, grown, reset, half_closed, dripped, stalled]

# What strace(1) makes fail, in a server that runs already: `when` counts a thread's calls.
FAULTS = [
    ("sendfile", "EINTR", "1+2"), ("sendfile", "EAGAIN", "2+3"), ("sendfile", "EIO", "3"),
    ("sendfile", "ENOMEM", "2"), ("recvfrom", "EINTR", "1+2"), ("recvfrom", "ECONNRESET", "1"),
    ("sendto", "EINTR", "1+2"), ("sendto", "EPIPE", "1"), ("statx", "EIO", "2"),
    ("accept4", "EMFILE", "1"), ("accept4", "ECONNABORTED", "1"), ("accept4", "ENOMEM", "1"),
    ("epoll_wait", "EINTR", "1+2"), ("pread64", "EIO", "2"), ("openat2", "EMFILE", "1"),
    ("openat2", "EAGAIN", "1+2"), ("splice", "EAGAIN", "2+3"), ("splice", "EINTR", "1+2"),
]


def fault(site, server, call, error, when):
    """A failing call: what came of a download meanwhile; and that the next one is right."""
    inject = start(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(server.pid), "-e", f"trace={call}",
         "-e", f"inject={call}:error={error}:when={when}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_tracer(server.pid)
        outcome = attempt(plant(site), server)
    finally:
        stop(inject)
    after = attempt(plant(site), server)
    check(after == "whole", f"after {call} {error}: the next download is {after}")
    return outcome


def await_tracer(pid):
    """Until all threads are under the tracer's eyes."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        states = [status.read_text() for status in pathlib.Path(f"/proc/{pid}/task").glob(
            "*/status")]
        if all("TracerPid:\t0\n" not in state for state in states):
            return
        time.sleep(0.01)
    raise Failed("strace did not attach")


def attempt(file, server):
    """A download: whole, torn, or refused."""
    answer = None
    try:
        answer = Answer(server.port, "/" + file.name)
        answer.head()
        if answer.status != 200:
            return str(answer.status)
        if not answer.rest():
            return "torn"
        check(answer.body == OLD, "wrong bytes")
        return "whole"
    except ConnectionError:
        return "torn"
    finally:
        file.unlink()
        if answer:
            answer.close()


def held(pid):
    """Descriptors of the server but for those of files, by kind, and its mappings."""
    kinds = collections.Counter()
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            target = os.readlink(f"/proc/{pid}/fd/{name}")
            if not target.startswith("/"):
                kinds[target.split(":[")[0]] += 1
    return kinds, pathlib.Path(f"/proc/{pid}/maps").read_text().count("\n")


def settle(server, before):
    """Waits until no more descriptors are open than before. Files are kept open for a while."""
    deadline = time.monotonic() + SETTLE_SECONDS
    before[0]["pipe"] += PIPES_MORE
    while (more := held(server.pid)[0] - before[0]) and time.monotonic() < deadline:
        time.sleep(0.05)
    check(not more, f"descriptors leak: {dict(more)}")
    maps = held(server.pid)[1] - before[1]
    check(maps <= MAPS_MORE, f"{maps} mappings leak")


def one_cell(site, flags, faults):
    """All scenes on one server."""
    told = []
    with Sluice(site, *flags) as server:
        for scene in (replaced, reset):  # what is opened once and stays open
            scene(plant(site), server)
        check(attempt(plant(site), server) == "whole", "the first download is not right")
        before = held(server.pid)
        for scene in SCENES:
            outcome = scene(plant(site), server)
            told += [f"{scene.__name__} {outcome}"] if outcome else []
        for call, error, when in faults:
            told.append(f"{call} {error} {fault(site, server, call, error, when)}")
        check(attempt(plant(site), server) == "whole", "the last download is not right")
        settle(server, before)
        check("internal error" not in server.messages(), server.messages())
    for file in site.glob("file*"):
        file.unlink()
    return ", ".join(told)


def run(proof):
    """The step."""
    site = proof.folder / "site"
    site.mkdir()
    (site / "small").write_bytes(b"small")
    failures = []
    for model, copy in cells():
        cell = f"{model}:{copy}"
        if proof.cells and cell not in proof.cells:
            continue
        faults = FAULTS if model == "epoll" and shutil.which("strace") else []
        try:
            # Threads with one connection each have no reactor to choose.
            loops = [] if model in ("blocking", "virtual") else ["--reactor", "single"]
            told = one_cell(site, ["--model", model, "--copy", copy, *loops], faults)
            proof.say(f"{cell:26} {told}")
        except (Failed, OSError) as e:
            proof.say(f"{cell:26} FAIL: {e}")
            failures.append(cell)
    if not shutil.which("strace"):
        proof.say("failing calls: skipped, strace is not installed")
    check(not failures, f"failed: {', '.join(failures)}")
