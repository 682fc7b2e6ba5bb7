"""A folder of 40 GB comes as one tar, broken ten times and resumed, and the kernel moves it.

The files are sparse, so the disk holds little. What arrives is unpacked by Python's tarfile and
compared with the files, piece by piece. Then `sluice get` fetches a smaller folder, is killed three
times, and leaves the same tree.
"""
import filecmp
import http.client
import io
import json
import os
import signal
import subprocess
import tarfile
import time

from harness import LAUNCHER, Sluice, check, random_file, start, stop, until

FILES = 8
SIZE = 5 << 30
BREAKS = 10
PIECE = 4 << 20
SECONDS = 300
SMALL_FILES = 300
# One file of more than 8 GiB, whose size does not fit into a ustar head.
BIG = (8 << 30) + 12_345
KERNEL_LEAST = 0.999
GET_FILES = 6
GET_SIZE = 64 << 20
KILLS = 3


def make(top):
    """Plants the folder; how many octets its files have."""
    deep = top / "a folder" / "größer"
    deep.mkdir(parents=True)
    (top / "empty").mkdir()
    sizes = [SIZE + i for i in range(FILES - 2)] + [BIG]
    for i, size in enumerate(sizes):
        with open((deep if i % 2 else top) / f"{i}.bin", "wb") as out:
            out.truncate(size)
            for at in (0, size // 3, size - 20):
                out.seek(at)
                out.write(b"mark %d at %d" % (i, at))
    for i in range(SMALL_FILES):
        (deep / f"{i:03}{'n' * (i % 200)}.txt").write_text(f"small {i}\n")
    return sum(file.stat().st_size for file in top.rglob("*") if file.is_file())


class Resumed(io.RawIOBase):
    """The tar as a stream, whose connection is broken at some offsets and made again."""

    def __init__(self, port, target):
        super().__init__()
        self.port, self.target = port, target
        self.at, self.breaks, self.tag, self.length = 0, 0, None, None
        self.connection = self.response = None
        self._connect()

    def _connect(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        lines = {"Range": f"bytes={self.at}-", "If-Range": self.tag} if self.tag else {}
        self.connection.request("GET", self.target, headers=lines)
        self.response = self.connection.getresponse()
        if self.tag is None:
            check(self.response.status == 200, f"status {self.response.status}")
            self.tag = self.response.headers["ETag"]
            self.length = int(self.response.headers["Content-Length"])
        else:
            check(self.response.status == 206, f"resumed: status {self.response.status}")
            said = self.response.headers["Content-Range"]
            check(said == f"bytes {self.at}-{self.length - 1}/{self.length}", f"resumed: {said}")

    def readable(self):
        return True

    def readinto(self, buffer):
        if self.breaks < BREAKS and self.at > self.length * (self.breaks + 0.7) / (BREAKS + 1):
            self.breaks += 1
            self.connection.close()
            self._connect()
        read = self.response.readinto(buffer)
        self.at += read
        return read


def compare(stream, top):
    """Unpacks the stream beside the files; how many entries there were."""
    seen = set()
    buffer = io.BufferedReader(stream, PIECE)
    with tarfile.open(fileobj=buffer, mode="r|", bufsize=PIECE) as tar:
        for member in tar:
            path = top.parent / member.name
            seen.add(path)
            check(int(path.stat().st_mtime) == member.mtime, f"{member.name}: wrong time")
            if member.isdir():
                check(path.is_dir(), f"{member.name} is no directory")
                continue
            check(member.size == path.stat().st_size, f"{member.name}: wrong size")
            with open(path, "rb") as original:
                content = tar.extractfile(member)
                while piece := content.read(PIECE):
                    check(piece == original.read(PIECE), f"{member.name}: wrong bytes")
    while buffer.read(PIECE):
        pass
    expected = {top, *top.rglob("*")}
    check(seen == expected, f"other entries: {sorted(map(str, seen ^ expected))[:3]}")
    return len(seen)


def shares(log, target):
    """Octets by the kernel and through user space of the responses to a target."""
    kernel = user = responses = 0
    for line in log.read_text().splitlines():
        entry = json.loads(line)
        if entry.get("target") == target:
            responses += 1
            kernel += entry["kernel_bytes"]
            user += entry["user_bytes"]
    return responses, kernel, user


def big(proof):
    """The folder of 40 GB."""
    site = proof.folder / "site"
    top = site / "photos"
    top.mkdir(parents=True)
    octets = make(top)
    held = sum(file.stat().st_blocks for file in top.rglob("*")) * 512
    proof.say(f"{octets / (1 << 30):.1f} GiB in {SMALL_FILES + FILES - 1} files, "
              f"{held >> 20} MiB on disk")
    log = proof.folder / "log"
    with Sluice(site, "--access-log", log) as server:
        began = time.monotonic()
        stream = Resumed(server.port, "/photos/?tar")
        entries = compare(stream, top)
        seconds = time.monotonic() - began
        check(stream.at == stream.length, f"{stream.at} of {stream.length} octets")
        check(stream.breaks == BREAKS, f"{stream.breaks} breaks")
        stream.connection.close()
        until(lambda: shares(log, "/photos/?tar")[0] == BREAKS + 1, 10)
    responses, kernel, user = shares(log, "/photos/?tar")
    check(responses == BREAKS + 1, f"{responses} responses in the log")
    share = kernel / (kernel + user)
    proof.say(f"{entries} entries equal, {BREAKS} breaks resumed, "
              f"{stream.length / (1 << 20) / seconds:.0f} MiB/s with the comparison; the kernel "
              f"moved {100 * share:.4f} % of {(kernel + user) / (1 << 30):.1f} GiB")
    check(share > KERNEL_LEAST, f"the kernel moved {100 * share:.4f} % only")


def same(one, other):
    """Whether two trees have the same files, with the same content and time."""
    paths = sorted(path.relative_to(one) for path in one.rglob("*"))
    if paths != sorted(path.relative_to(other) for path in other.rglob("*")):
        return False
    return all(
        int((one / path).stat().st_mtime) == int((other / path).stat().st_mtime)
        and ((one / path).is_dir() or filecmp.cmp(one / path, other / path, shallow=False))
        for path in paths)


def get(proof):
    """`sluice get` of a folder, killed and given again."""
    site, into = proof.folder / "get", proof.folder / "into"
    top = site / "tree"
    (top / "sub" / "empty").mkdir(parents=True)
    into.mkdir()
    for i in range(GET_FILES):
        random_file(top / f"{i}.bin", GET_SIZE + i, seed=i)
    for i in range(SMALL_FILES):
        (top / "sub" / f"{i}.txt").write_text(f"small {i}\n")

    def arrived():
        return sum(file.stat().st_size for file in into.rglob("*") if file.is_file())

    with Sluice(site) as server:
        command = [LAUNCHER, "get", f"{server.url}/tree/"]
        for i in range(KILLS):
            client = start(command, cwd=into, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            goal = GET_FILES * GET_SIZE * (i + 1) // (KILLS + 2)
            until(lambda: arrived() > goal or client.poll() is not None, SECONDS)
            os.killpg(client.pid, signal.SIGKILL)
            stop(client)
        said = [
            subprocess.run(command, cwd=into, capture_output=True, text=True, timeout=SECONDS,
                           check=True).stdout.strip()
            for _ in range(2)]
    check(same(top, into / "tree"), "the trees differ")
    check([file.name for file in into.iterdir()] == ["tree"], "something was left behind")
    for line in said:
        proof.say(line)


def run(proof):
    """The step."""
    big(proof)
    get(proof)
