"""10,000 idle keep-alive connections are held while 64 others load the server, without an error.

They belong to a process of their own (bench/idle_client.py), as descriptors are limited per
process; wrk is the load.
"""
import re
import resource
import subprocess
import sys

from harness import ROOT, Skipped, Sluice, check, memory_kib, need, random_file, start

CONNECTIONS = 10_000
DESCRIPTORS = CONNECTIONS + 5_500  # with what the server keeps for files and for itself
LOAD_SECONDS = 5
CLIENT_SECONDS = 50  # less than the 75 s after which the server ends an idle connection


def load(server):
    """64 busy connections; requests per second."""
    done = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{LOAD_SECONDS}s", "--timeout", "10s", server.url + "/1k.bin"],
        capture_output=True, text=True, timeout=60, check=True)
    complaint = re.search(r"(Socket errors|Non-2xx).*", done.stdout)
    check(not complaint, f"wrk: {complaint and complaint.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))


def answer(client):
    """The next line that the client says."""
    line = client.stdout.readline().strip()
    check(line.startswith("ok"), f"the idle client: {line or 'ended'}")
    return line


def run(proof):
    """The step."""
    need("wrk")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < DESCRIPTORS:
        raise Skipped(f"{hard} descriptors per process are allowed, {DESCRIPTORS} are needed")
    site = proof.folder / "site"
    site.mkdir()
    random_file(site / "1k.bin", 1 << 10)
    with Sluice(site) as server:
        load(server)  # the JIT compiler takes memory too: not to be counted below
        alone = load(server)
        before = memory_kib(server.pid, "Rss")
        client = start([sys.executable, ROOT / "bench/idle_client.py", str(server.port),
                        str(CONNECTIONS), str(CLIENT_SECONDS)],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        proof.say(answer(client))
        idle = memory_kib(server.pid, "Rss")
        beside = load(server)
        after = memory_kib(server.pid, "Rss")
        client.stdin.write("check\n")
        client.stdin.flush()
        proof.say(answer(client))
        client.wait(CLIENT_SECONDS)
        messages = server.messages()
        per = (idle - before) * 1024 / CONNECTIONS
        proof.say(f"resident: {before} KiB without, {idle} KiB with, {after} KiB under load beside "
                  f"them: {per:.0f} bytes per idle connection, sockets in the kernel not counted")
        proof.say(f"64 busy connections: {alone:.0f} requests/s alone, {beside:.0f} beside them")
    check("reset" not in messages and "WARN" not in messages, f"the server says: {messages}")
