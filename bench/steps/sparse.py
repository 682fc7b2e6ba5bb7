"""A sparse 5 GiB file arrives whole, and by ranges beyond 4 GiB, by each copy path.

Marks stand where offsets outgrow 31 and 32 bits. Hashing takes longer than serving.
"""
import hashlib
import http.client
import time

from harness import Failed, Sluice, cells, check, sha256

SIZE = 5 << 30
BUFFER = 1 << 20
SECONDS = 300
MARKS = {
    0: b"the first bytes",
    (2 << 30) - 8: b"across 2 GiB: 31 bits end here",
    (4 << 30) - 8: b"across 4 GiB: 32 bits end here",
    (4 << 30) + (512 << 20) + 1: b"odd offset above 4 GiB",
    SIZE - 14: b"the last bytes",
}


def make(path):
    """Writes the marks; everything else is a hole."""
    with open(path, "wb") as out:
        out.truncate(SIZE)
        for offset, mark in MARKS.items():
            out.seek(offset)
            out.write(mark)


def whole(server):
    """The hash of what arrives."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    connection.request("GET", "/sparse.bin")
    response = connection.getresponse()
    check(response.status == 200, f"whole: {response.status}")
    check(int(response.headers["Content-Length"]) == SIZE, "whole: wrong Content-Length")
    digest, buffer = hashlib.sha256(), bytearray(BUFFER)
    while read := response.readinto(buffer):
        digest.update(memoryview(buffer)[:read])
    connection.close()
    return digest.hexdigest()


def ranges(server, path):
    """Compares ranges around every mark with the file, on one connection; how many there were."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    asked = [(max(0, mark - 100), min(SIZE, mark + 5_000)) for mark in MARKS]
    asked += [(4 << 30, (4 << 30) + (8 << 20)), (SIZE - 1, SIZE)]
    specs = [(f"{begin}-{end - 1}", begin, end) for begin, end in asked]
    specs += [("-70000", SIZE - 70_000, SIZE), (f"{SIZE - 65_536}-", SIZE - 65_536, SIZE)]
    with open(path, "rb") as original:
        for spec, begin, end in specs:
            connection.request("GET", "/sparse.bin", headers={"Range": f"bytes={spec}"})
            response = connection.getresponse()
            body = response.read()
            said = response.headers["Content-Range"]
            original.seek(begin)
            check(response.status == 206, f"range {spec}: {response.status}")
            check(said == f"bytes {begin}-{end - 1}/{SIZE}", f"range {spec}: {said}")
            check(body == original.read(end - begin), f"range {spec}: wrong bytes")
    connection.close()
    return len(specs)


def one_per_copy_path(wanted):
    """Each copy path once, under the first model that has it."""
    chosen = {}
    for model, copy in cells():
        if wanted and f"{model}:{copy}" in wanted:
            chosen[model + ":" + copy] = (model, copy)
        elif not wanted:
            chosen.setdefault(copy, (model, copy))
    return chosen.values()


def run(proof):
    """The step."""
    path = proof.folder / "sparse.bin"
    make(path)
    expected = sha256(path)
    held = path.stat().st_blocks * 512
    proof.say(f"{SIZE >> 30} GiB, {held} bytes on disk, {len(MARKS)} marks")
    failures = []
    for model, copy in one_per_copy_path(proof.cells):
        try:
            with Sluice(proof.folder, "--model", model, "--copy", copy) as server:
                count = ranges(server, path)
                began = time.monotonic()
                check(whole(server) == expected, "whole: wrong bytes")
                rate = SIZE / (1 << 20) / (time.monotonic() - began)
            proof.say(f"{model:9} {copy:12} {count} ranges and the whole equal, {rate:.0f} MiB/s")
        except (Failed, OSError, http.client.HTTPException) as e:
            proof.say(f"{model:9} {copy:12} FAIL: {e!r}")
            failures.append(f"{model}:{copy}")
    check(not failures, f"failed: {', '.join(failures)}")
