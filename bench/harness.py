"""What the commands of bench share: starting servers, looking at their processes, files.

Everything listens on loopback, every wait has a limit, and only processes started here are ended,
by their own process id.
"""
import atexit
import hashlib
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "sluice"
TICK = os.sysconf("SC_CLK_TCK")
# Servers of Debian lie where only root looks.
os.environ["PATH"] += ":/usr/sbin:/sbin"

MAVEN_SECONDS = 900  # a build into an empty local repository, on two busy cores
START_SECONDS = 60  # a JVM on a machine that compiles something else at the same time
STOP_SECONDS = 15

READY = re.compile(r"Sluice serving .* at https?://([^:/]+|\[[^]]+]):(\d+)/")

_running = set()


class Failed(Exception):
    """What was to be shown is not so."""


class Skipped(Exception):
    """This machine cannot show it."""


def check(condition, otherwise):
    """Demands a condition."""
    if not condition:
        raise Failed(otherwise)


def need(*programs):
    """Skips a step that needs a program which is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            raise Skipped(f"{program} is not installed")


def output(*command, timeout=60):
    """What a command prints, with its errors; empty if it cannot be run."""
    try:
        done = subprocess.run(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=timeout, check=False)
        return done.stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def ensure_built(launcher=LAUNCHER):
    """Builds Sluice if its sources are newer than what was built."""
    done = subprocess.run([launcher, "--version"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=MAVEN_SECONDS, check=False)
    check(done.returncode == 0, f"{launcher} --version: {done.stdout.strip()}")


def cells():
    """Pairs of --model and --copy that this machine can run, as `sluice doctor` says."""
    said = json.loads(output(LAUNCHER, "doctor", "--json", timeout=MAVEN_SECONDS))
    found = [(row["name"], copy) for row in said["findings"]
             if row["section"].startswith("Models and their copy paths") and row["verdict"] == "ok"
             for copy in row["value"].split()]
    check(found, "sluice doctor tells no models and copy paths")
    return found


def wrk(url, connections, seconds, *more):
    """Loads a server from CPU 1 for that long; what wrk prints. Fails if an answer was no success.
    """
    said = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
         "--timeout", "10s", *more, url],
        capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    trouble = re.search(r"(Socket errors|Non-2xx).*", said)
    check(not trouble, f"wrk: {trouble and trouble.group(0)}")
    return said


def answered(said):
    """Requests that wrk got answered, from what it prints."""
    return int(re.search(r"(\d+) requests in", said).group(1))


def until(condition, seconds):
    """Waits until a condition holds; whether it does within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


# Processes

def start(command, **options):
    """Starts a process that is ended with this one at the latest."""
    process = subprocess.Popen([str(part) for part in command], start_new_session=True, **options)
    _running.add(process)
    return process


def _end(number, _):
    """Ends this command as an error would, so that whatever it started is ended, too."""
    sys.exit(128 + number)


# The default action of these ends Python at once, and nothing registered with atexit runs.
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, _end)


def stop(process, sig=signal.SIGTERM):
    """Ends a process that was started here, and what it started; its exit code."""
    descendants = tree(process.pid)[1:]
    if process.poll() is None:
        process.send_signal(sig)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for pid in descendants:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    _running.discard(process)
    return process.returncode


@atexit.register
def _stop_all():
    for process in list(_running):
        stop(process)


def tree(pid):
    """A process and its descendants."""
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        found.append(parent)
        for task in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                todo += [int(child) for child in task.read_text().split()]
            except OSError:
                pass
    return found


def command(pid):
    """The name of a process; empty if it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def cpu_seconds(pid):
    """User and system time of a process and its descendants."""
    ticks = 0
    for member in tree(pid):
        try:
            stat = pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(stat[11]) + int(stat[12])
        except OSError:
            pass
    return ticks / TICK


def memory_kib(pid, kind):
    """Rss or Pss of a process and its descendants."""
    total = 0
    for member in tree(pid):
        try:
            text = pathlib.Path(f"/proc/{member}/smaps_rollup").read_text()
            total += int(re.search(kind + r":\s+(\d+)", text).group(1))
        except (OSError, AttributeError):
            pass
    return total


def free_port():
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    """Whether somebody accepts connections at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Sluice:
    """A running Sluice: `with Sluice(directory, "--model", "epoll") as server`."""

    def __init__(self, directory, *flags, before=(), launcher=LAUNCHER, limit=START_SECONDS):
        self.log = tempfile.TemporaryFile("w+")
        began = time.monotonic()
        self.process = start(
            [*before, launcher, "serve", directory, "--port", "0", *flags],
            stdout=subprocess.PIPE, stderr=self.log)
        line = self._line(limit)
        self.start_seconds = time.monotonic() - began
        ready = READY.search(line)
        if not ready:
            stop(self.process)
            raise Failed(f"no ready line within {limit} s: {line.strip()} {self.messages()}")
        self.port = int(ready.group(2))
        self.url = f"http://127.0.0.1:{self.port}"

    def _line(self, limit):
        deadline = time.monotonic() + limit
        text = b""
        while not text.endswith(b"\n") and time.monotonic() < deadline:
            if select.select([self.process.stdout], [], [], 0.5)[0]:
                read = os.read(self.process.stdout.fileno(), 4096)
                if not read:
                    break
                text += read
        return text.decode(errors="replace")

    @property
    def pid(self):
        """The JVM: a tracer may stand between it and us."""
        for pid in tree(self.process.pid):
            if command(pid) == "java":
                return pid
        raise Failed("the server is gone: " + self.messages())

    @property
    def java(self):
        """The java that the launcher has chosen."""
        return os.readlink(f"/proc/{self.pid}/exe")

    def messages(self):
        """What it wrote on stderr."""
        self.log.seek(0)
        return self.log.read().strip()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        code = stop(self.process)
        if exception[0] is None:
            check(code == 0, f"the server ended with {code}: {self.messages()}")


class PeakConnections:
    """The most connections that a port had at one time, sampled while a block runs."""

    def __init__(self, port):
        self.local = f":{port:04X}"
        self.peak = 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._sample, daemon=True)

    def _sample(self):
        while not self.done.wait(0.02):
            # java.nio listens by IPv6 sockets at addresses of IPv4 as well.
            now = sum(self._established(f"/proc/net/{table}") for table in ("tcp", "tcp6"))
            self.peak = max(self.peak, now)

    def _established(self, table):
        with open(table, encoding="ascii") as lines:
            rows = [line.split() for line in lines]
        return sum(1 for row in rows if row[1].endswith(self.local) and row[3] == "01")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.done.set()
        self.thread.join()


# Files

def random_file(path, size, seed=7):
    """A file of that size whose blocks all differ, the same for the same seed."""
    generator = random.Random(seed)
    with open(path, "wb") as out:
        left = size
        while left:
            block = generator.randbytes(min(left, 1 << 20))
            out.write(block)
            left -= len(block)
    return path


def sha256(path):
    """The hash of a file's content."""
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def machine():
    """The processor and the load, as a line."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return (f"machine {model.group(1) if model else os.uname().machine}, {os.cpu_count()} CPUs, "
            f"load {os.getloadavg()[0]:.1f} when it began")


def about():
    """The circumstances every figure depends on, as lines."""
    said = json.loads(output(LAUNCHER, "doctor", "--json", timeout=MAVEN_SECONDS))
    machine_is = [row["value"] for row in said["findings"] if row["section"] == "Machine"]
    commit = output("git", "-C", ROOT, "log", "-1", "--format=%h %cs").strip()
    changed = output("git", "-C", ROOT, "status", "--porcelain").strip()
    return [
        f"date {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        f"commit {commit or 'unknown'}" + (", with local changes" if changed else ""),
        machine(),
        "Java " + ", ".join(machine_is[:2]),
    ]
