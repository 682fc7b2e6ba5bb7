"""Three nodes behind haproxy with one store: one is killed, one added, one upgraded under load.

The store is S3Proxy, the load balancer is configured as docs/scale-out.md says. While clients load
all nodes, one is killed, one comes, and one is replaced by a new process. No client may get a wrong
byte, and only the connections of the killed node may break. Then each object is asked for once
more, to see how many of them have another node than before.
"""
import hashlib
import http.client
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

from harness import (MAVEN_SECONDS, ROOT, Skipped, Sluice, check, free_port, need, start, stop,
                     until)

OBJECTS = 300
SIZES = (2 << 10, 400 << 10)
CLIENTS = 6
SECONDS_OF_LOAD = 3
# A third of the keys is the share of a node that comes or goes among three.
MOVED_MOST = 1 / 3 + 0.05
TIER = "64M"

PROXY = """
global
  stats socket {socket} mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  retries 2
  option redispatch
  retry-on conn-failure empty-response
frontend files
  bind 127.0.0.1:{port}
  default_backend sluice
backend sluice
  balance uri whole
  hash-type consistent sdbm avalanche
  hash-balance-factor 150
  http-response set-header X-Node %s
  default-server check inter 300ms weight 100
"""

STORE = """
s3proxy.authorization=none
s3proxy.endpoint=http://127.0.0.1:{port}
jclouds.provider=filesystem-nio2
jclouds.identity=a
jclouds.credential=b
jclouds.filesystem.basedir={folder}
"""


def store(folder):
    """Starts S3Proxy, from the class path of the tests of module s3; its URL."""
    path = folder / "class-path"
    done = subprocess.run(
        ["mvn", "-B", "-q", "-pl", "s3", "-am", "test-compile", "dependency:build-classpath",
         f"-Dmdep.outputFile={path}"],
        cwd=ROOT, capture_output=True, text=True, timeout=MAVEN_SECONDS, check=False)
    if done.returncode or not path.exists():
        raise Skipped(f"no class path of S3Proxy: {done.stdout.strip()[-300:]}")
    data = folder / "store"
    data.mkdir()
    port = free_port()
    settings = folder / "s3proxy.conf"
    settings.write_text(STORE.format(port=port, folder=data))
    log = open(folder / "s3proxy.log", "w", encoding="utf-8")
    start(["java", "-Xmx256m", "-cp", path.read_text().strip(), "org.gaul.s3proxy.Main",
           "--properties", settings], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    check(until(lambda: answers(url), 120), f"S3Proxy: {(folder / 's3proxy.log').read_text()}")
    return url


def answers(url):
    """Whether somebody speaks HTTP there."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def put(url, body=b""):
    """Puts a bucket or an object. What urllib says of a body otherwise makes it a form."""
    request = urllib.request.Request(
        url, data=body, method="PUT", headers={"Content-Type": "application/octet-stream"})
    urllib.request.urlopen(request, timeout=30).close()


def fill(url):
    """The objects by their names: SHA-256."""
    generator = random.Random(7)
    put(f"{url}/bucket")
    found = {}
    for i in range(OBJECTS):
        body = generator.randbytes(generator.randint(*SIZES))
        put(f"{url}/bucket/site/{i}.bin", body)
        found[f"/{i}.bin"] = hashlib.sha256(body).digest()
    return found


class Balancer:
    """haproxy with the nodes that were started."""

    def __init__(self, folder, nodes):
        self.port = free_port()
        self.socket = folder / "haproxy.sock"
        lines = [PROXY.format(socket=self.socket, port=self.port)]
        lines += [f"  server {name} 127.0.0.1:{node.port if node else 9}"
                  + ("" if node else " disabled") for name, node in nodes.items()]
        settings = folder / "haproxy.cfg"
        settings.write_text("\n".join(lines) + "\n")
        self.log = open(folder / "haproxy.log", "w", encoding="utf-8")
        start(["haproxy", "-db", "-f", settings], stdout=self.log, stderr=self.log)
        check(until(lambda: self.isup("a"), 20), (folder / "haproxy.log").read_text())

    def say(self, command):
        """A command of its socket; what it answers."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            try:
                line.connect(str(self.socket))
            except OSError:
                return ""
            line.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: line.recv(4096), b"")).decode()

    def isup(self, name):
        """Whether a node gets requests."""
        rows = [row.split(",") for row in self.say("show stat").splitlines()]
        return any(row[:2] == ["sluice", name] and row[17].startswith("UP") for row in rows
                   if len(row) > 17)

    def admit(self, name, node):
        """Has a node get requests."""
        self.say(f"set server sluice/{name} addr 127.0.0.1 port {node.port}")
        self.say(f"set server sluice/{name} state ready")
        check(until(lambda: self.isup(name), 20), f"{name} does not come up")


def ask(port, path):
    """One GET on a connection of its own: node and body."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("GET", path)
        response = line.getresponse()
        node = response.headers.get("X-Node", "")
        try:
            body = response.read()
        except (OSError, http.client.HTTPException):
            return node, response.status, None
        return node, response.status, body
    finally:
        line.close()


class Load(threading.Thread):
    """A client that asks for one object after another until it is told to stop."""

    def __init__(self, port, objects, seed):
        super().__init__(daemon=True)
        self.port, self.objects = port, objects
        self.random = random.Random(seed)
        self.over = False
        self.right = 0
        self.wrong = 0
        self.broken = []

    def run(self):
        paths = list(self.objects)
        while not self.over:
            path = self.random.choice(paths)
            try:
                node, status, body = ask(self.port, path)
            except (OSError, http.client.HTTPException) as e:
                self.broken.append(("", repr(e)))
                continue
            if body is None or status != 200:
                self.broken.append((node, f"{status}, {'cut' if body is None else 'whole'}"))
            elif hashlib.sha256(body).digest() == self.objects[path]:
                self.right += 1
            else:
                self.wrong += 1


def loaded(port, objects, during):
    """Runs something while clients ask; what they got: right answers, wrong ones, broken ones."""
    clients = [Load(port, objects, seed) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(SECONDS_OF_LOAD)
    during()
    time.sleep(SECONDS_OF_LOAD)
    for client in clients:
        client.over = True
    for client in clients:
        client.join(120)
        check(not client.is_alive(), "a client still waits")
    return (sum(client.right for client in clients), sum(client.wrong for client in clients),
            [one for client in clients for one in client.broken])


def nodes_of(port, objects):
    """Which node has each object, while nothing else is asked; all bodies have to be right.

    On one connection: haproxy has then ended each request before it gets the next. Two at a time
    are enough for its bound to send one to another node.
    """
    found = {}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path, digest in objects.items():
        line.request("GET", path)
        response = line.getresponse()
        body = response.read()
        right = response.status == 200 and hashlib.sha256(body).digest() == digest
        check(right, f"{path}: {response.status}")
        found[path] = response.headers["X-Node"]
    line.close()
    return found


def moved(before, after):
    """The share of objects that have another node."""
    return sum(before[path] != after[path] for path in before) / len(before)


def run(proof):
    """The step."""
    need("haproxy", "mvn", "java")
    url = store(proof.folder)
    objects = fill(url)

    def node(name):
        tier = pathlib.Path(proof.folder / f"tier-{name}")
        return Sluice(
            "s3://bucket/site", "--tier", tier, "--tier-max", TIER, "--allow-host", "127.0.0.1",
            before=("env", f"AWS_ENDPOINT_URL_S3={url}", "AWS_ACCESS_KEY_ID=a",
                    "AWS_SECRET_ACCESS_KEY=b", "AWS_REGION=us-east-1"))

    nodes = {name: node(name) for name in "abc"}
    balancer = Balancer(proof.folder, {**nodes, "d": None})
    check(until(lambda: all(balancer.isup(name) for name in "abc"), 20), "not all nodes are up")

    first = nodes_of(balancer.port, objects)
    shares = [sum(place == name for place in first.values()) / OBJECTS for name in "abc"]
    proof.say("shares of three nodes: " + ", ".join(f"{share:.2f}" for share in shares))
    check(nodes_of(balancer.port, objects) == first, "objects move though nothing happens")

    def report(what, got, own=""):
        right, wrong, broken = got
        proof.say(f"{what}: {right} right, {wrong} wrong, {len(broken)} broken"
                  + "".join(f"; {where or 'no head'}: {how}" for where, how in broken[:5]))
        check(wrong == 0, "wrong bytes")
        check(right > 0, "nothing was answered")
        others = [one for one in broken if not own or one[0] not in ("", own)]
        check(not others, f"connections of other nodes broke: {others[:5]}")

    report("b is killed", loaded(
        balancer.port, objects, lambda: stop(nodes["b"].process, signal.SIGKILL)), own="b")
    check(until(lambda: not balancer.isup("b"), 10), "b is still up")
    second = nodes_of(balancer.port, objects)
    proof.say(f"without b {moved(first, second):.3f} of the objects have another node")
    check(moved(first, second) <= MOVED_MOST, "too many objects moved")
    check(all(first[path] == "b" for path in first if first[path] != second[path]),
          "objects of other nodes moved")

    def add():
        nodes["d"] = node("d")
        balancer.admit("d", nodes["d"])

    report("d comes", loaded(balancer.port, objects, add))
    third = nodes_of(balancer.port, objects)
    proof.say(f"with d {moved(second, third):.3f} of the objects have another node")
    check(moved(second, third) <= MOVED_MOST, "too many objects moved")

    def upgrade():
        balancer.say("set server sluice/c state drain")
        code = stop(nodes["c"].process)
        check(code == 0, f"c ended with {code}: {nodes['c'].messages()}")
        nodes["c"] = node("c")
        balancer.admit("c", nodes["c"])

    report("c is upgraded", loaded(balancer.port, objects, upgrade))
    check(moved(third, nodes_of(balancer.port, objects)) == 0, "objects moved for good")
    for name in "acd":
        stop(nodes[name].process)
    shutil.rmtree(proof.folder / "store", ignore_errors=True)
