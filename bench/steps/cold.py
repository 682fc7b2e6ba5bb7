"""A slow disk stops nobody who wants what is in memory; nginx, with and without threads, beside it.

A blkio cgroup lets a server read 8 MiB/s from its disk. 32 clients fetch cold files of 64 MiB from
it, and 32 others a small file that is in memory: these are measured alone and then beside the cold
downloads. Needs root and cgroup v1.
"""
import os
import pathlib
import re
import socket
import subprocess
import threading
import time

import peers
from harness import (
    Skipped, Sluice, check, free_port, listens, need, start, stop, tree, until)

CGROUPS = pathlib.Path("/sys/fs/cgroup/blkio")
BYTES_PER_SECOND = 8 << 20
COLD_CLIENTS = 32
COLD_SIZE = 64 << 20
WARM_CLIENTS = 32
SECONDS = 6
TRIES = 3  # a machine that does something else as well is not what is measured
WORSE = 2  # times the latency alone: what is still "not stopped"


def disk(path):
    """The whole disk that holds a file, as major:minor: only those can be throttled."""
    number = os.stat(path).st_dev
    device = pathlib.Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not device.exists():
        raise Skipped(f"{path} is on no disk of its own ({number:#x})")
    device = device.resolve()
    if (device / "partition").exists():
        device = device.parent
    return (device / "dev").read_text().strip()


class SlowDisk:
    """A cgroup whose members read slowly."""

    def __init__(self, device):
        self.device = device
        self.group = CGROUPS / f"sluice-cold-{os.getpid()}"

    def __enter__(self):
        try:
            self.group.mkdir()
        except OSError as e:
            raise Skipped(f"no cgroup of version 1 can be made: {e}") from e
        return self

    def limit(self, rate):
        """Bytes per second; 0 lifts it."""
        try:
            (self.group / "blkio.throttle.read_bps_device").write_text(f"{self.device} {rate}")
        except OSError as e:
            raise Skipped(f"this disk cannot be throttled: {e}") from e

    def take(self, pid):
        """A process and those it started."""
        for member in tree(pid):
            (self.group / "cgroup.procs").write_text(str(member))

    def __exit__(self, *exception):
        deadline = time.monotonic() + 10
        while True:
            for pid in (self.group / "cgroup.procs").read_text().split():
                (CGROUPS / "cgroup.procs").write_text(pid)
            try:
                self.group.rmdir()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


class ColdClients:
    """Downloads that end when the block does."""

    def __init__(self, port):
        self.port = port
        self.sockets = []
        self.bytes = 0

    def _fetch(self, number):
        client = socket.create_connection(("127.0.0.1", self.port), 10)
        self.sockets.append(client)
        client.sendall(f"GET /cold{number}.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        try:
            while got := client.recv(1 << 16):
                self.bytes += len(got)
        except OSError:
            pass  # the end of the block

    def __enter__(self):
        self.threads = [threading.Thread(target=self._fetch, args=(number,), daemon=True)
                        for number in range(COLD_CLIENTS)]
        for thread in self.threads:
            thread.start()
        time.sleep(1)  # what the disk lets pass at first is gone
        return self

    def __exit__(self, *exception):
        for client in self.sockets:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            client.close()
        for thread in self.threads:
            thread.join(10)


def evict(site):
    """Nothing of the cold files stays in memory."""
    for number in range(COLD_CLIENTS):
        with open(site / f"cold{number}.bin", "rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def plant(site):
    """The files; written, because a hole is no matter of the disk."""
    block = os.urandom(1 << 20)
    for number in range(COLD_CLIENTS):
        with open(site / f"cold{number}.bin", "wb") as file:
            for _ in range(COLD_SIZE // len(block)):
                file.write(block)
            os.fsync(file.fileno())
    (site / "warm.bin").write_bytes(block[:4096])


def load(port):
    """The warm clients: requests per second and the 99th percentile in milliseconds."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{WARM_CLIENTS}", f"-d{SECONDS}s", "--timeout", "30s", "--latency",
         f"http://127.0.0.1:{port}/warm.bin"],
        capture_output=True, text=True, timeout=90, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
    found = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", done.stdout)
    unit = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}
    p99 = float(found.group(1)) * unit[found.group(2)] if found else 0
    return rate, p99 if rate > 0 else float("inf")


def measure(slow, site, pid, port):
    """Warm clients alone and beside cold ones."""
    evict(site)
    load(port)  # the JIT compiler
    slow.take(pid)
    slow.limit(BYTES_PER_SECOND)
    try:
        alone = load(port)
        with ColdClients(port) as cold:
            before, began = cold.bytes, time.monotonic()
            beside = load(port)
            rate = (cold.bytes - before) / (time.monotonic() - began)
    finally:
        slow.limit(0)
    return alone, beside, rate


def sluice(slow, site, _folder, *flags):
    """One loop."""
    with Sluice(site, "--reactor", "single", *flags, "--drain-timeout", "1") as server:
        return measure(slow, site, server.pid, server.port)


def nginx(slow, site, folder, more=""):
    """One worker."""
    port = free_port()
    command = peers.nginx(folder, site, port)
    conf = folder / "nginx.conf"
    conf.write_text(conf.read_text().replace("sendfile on;", f"sendfile on; {more}"))
    process = start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        check(until(lambda: listens(port), 10), "nginx does not listen")
        return measure(slow, site, process.pid, port)
    finally:
        stop(process)


def told(proof, name, result):
    """Prints a line; whether the warm clients were not stopped."""
    (rate, p99), (beside, beside99), disk_rate = result
    proof.say(f"{name:22} alone {rate:8.0f}/s p99 {p99:7.2f} ms   beside {beside:8.0f}/s "
              f"p99 {beside99:8.2f} ms   disk {disk_rate / (1 << 20):4.1f} MiB/s")
    return beside99 <= WORSE * p99 and beside * WORSE >= rate


def run(proof):
    """The step."""
    need("wrk")
    if os.geteuid() != 0 or not (CGROUPS / "cgroup.procs").exists():
        raise Skipped("needs root and the blkio controller of cgroup v1")
    site = proof.folder / "site"
    site.mkdir()
    plant(site)
    with SlowDisk(disk(site)) as slow:
        slow.limit(0)
        for _ in range(TRIES):
            kept = told(proof, "sluice", sluice(slow, site, proof.folder))
            if kept:
                break
        bare = told(proof, "sluice, guard off",
                    sluice(slow, site, proof.folder, "--cold-guard", "off"))
        try:
            need("nginx")
            told(proof, "nginx", nginx(slow, site, proof.folder))
            told(proof, "nginx, aio threads", nginx(slow, site, proof.folder, "aio threads;"))
        except Skipped as e:
            proof.say(f"nginx: {e}")
    check(kept, "warm clients were held up by cold ones")
    check(not bare, "without the guard nothing was held up: this disk is not slow")
