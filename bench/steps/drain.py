"""SIGTERM during a 1 GiB download finishes it and then exits 0; --drain-timeout bounds that.
"""
import re
import signal
import socket
import subprocess
import time

from harness import Sluice, check, need, random_file, sha256, start

SIZE = 1 << 30
RATE = "90M"  # about twelve seconds for the whole
SLOW = "20M"  # about fifty: more than the bound
TIMEOUT = 2
GRACE = 2  # beyond the bound, for a busy machine


def download(server, folder, rate):
    """A curl that is under way, with some megabytes already there."""
    target = folder / "got.bin"
    target.unlink(missing_ok=True)
    curl = start(["curl", "-sS", "--fail", "--limit-rate", rate, "-o", target,
                  server.url + "/1g.bin"], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not target.exists() or target.stat().st_size < 20 << 20:
        check(time.monotonic() < deadline and curl.poll() is None, "the download did not begin")
        time.sleep(0.05)
    return curl, target


def terminate(server):
    """SIGTERM; the time of it."""
    server.process.send_signal(signal.SIGTERM)
    return time.monotonic()


def refuses(port):
    """Whether a new connection finds nobody, soon."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return True
        time.sleep(0.05)
    return False


def finishes(proof, site):
    """The download is whole, then the server ends with 0."""
    with Sluice(site) as server:
        curl, target = download(server, proof.folder, RATE)
        told = terminate(server)
        got = target.stat().st_size
        refused = refuses(server.port)
        _, errors = curl.communicate(timeout=90)
        finished = time.monotonic()
        code = server.process.wait(30)
        ended = time.monotonic()
    proof.say(f"SIGTERM after {got >> 20} MiB; curl ended with {curl.returncode} "
              f"{finished - told:.1f} s later, the server with {code} after {ended - told:.1f} s")
    check(curl.returncode == 0, f"curl: {errors}")
    check(finished - told > 1, "the download was over before it could be disturbed")
    check(sha256(target) == sha256(site / "1g.bin"), "the download is not whole")
    check(code == 0, f"exit code {code}")
    check(refused, "new connections are still accepted")


def is_bounded(proof, site):
    """A download that would take too long is torn when the time is over."""
    with Sluice(site, "--drain-timeout", str(TIMEOUT)) as server:
        curl, target = download(server, proof.folder, SLOW)
        told = terminate(server)
        code = server.process.wait(60)
        seconds = time.monotonic() - told
        _, errors = curl.communicate(timeout=90)
        messages = server.messages()
    size = target.stat().st_size
    reset = re.search(r".*were reset.*", messages)
    proof.say(f"--drain-timeout {TIMEOUT}: ended with {code} after {seconds:.1f} s; curl ended "
              f"with {curl.returncode} after {size >> 20} MiB: {errors.strip()}")
    check(code == 0, f"exit code {code}: {messages}")
    check(TIMEOUT - 0.5 < seconds < TIMEOUT + GRACE, f"it took {seconds:.1f} s")
    check(curl.returncode != 0 and size < SIZE, "curl took a part for the whole")
    check(reset, f"the server does not report the reset connection: {messages}")


def run(proof):
    """The step."""
    need("curl")
    site = proof.folder / "site"
    site.mkdir()
    random_file(site / "1g.bin", SIZE)
    finishes(proof, site)
    is_bounded(proof, site)
