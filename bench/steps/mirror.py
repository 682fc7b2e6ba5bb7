"""curl and java.net.http fetch a whole local Maven repository over 64 connections, byte for byte.

Every back end with every copy path that can exist serves it once to each client.
"""
import concurrent.futures
import subprocess
import time
import urllib.parse

from harness import (
    ROOT, Failed, PeakConnections, Skipped, Sluice, cells, check, need, output, sha256)

CLIENT = ROOT / "bench/src/main/java/sluice/bench/MirrorClient.java"
CONNECTIONS = 64
SECONDS = 300  # for one client and the whole repository; some seconds are usual
NAMED = 5  # differences that are told in full


class Original:
    """A file as it was before it was served."""

    def __init__(self, root, path):
        self.path = path
        self.url = "/" + urllib.parse.quote(str(path.relative_to(root)))
        self.stat = self.version()
        self.sha256 = sha256(path)

    def version(self):
        """What changes when somebody writes."""
        stat = self.path.stat()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns

    @property
    def changed(self):
        """Whether it is another file now: a build may be at work beside us."""
        return not self.path.is_file() or self.version() != self.stat


def originals(root):
    """All regular files, hashed."""
    paths = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return list(pool.map(lambda path: Original(root, path), paths))


def judge(files, got):
    """Demands that what came is what is there, but for files that were written meanwhile."""
    wrong = [file for file, hash_ in zip(files, got, strict=True) if file.sha256 != hash_]
    changed = [file for file in wrong if file.changed]
    broken = [str(file.path) for file in wrong if not file.changed]
    check(not broken, f"{len(broken)} of {len(files)} differ: {', '.join(broken[:NAMED])}")
    return f", {len(changed)} changed meanwhile" if changed else ""


def by_curl(proof, server, files):
    """One curl, as many transfers at a time as connections."""
    folder = proof.folder / "fetched"
    folder.mkdir()
    names = [folder / str(i) for i in range(len(files))]
    listing = proof.folder / "curl.txt"
    with open(listing, "w", encoding="utf-8") as out:
        for file, name in zip(files, names, strict=True):
            out.write(f'url = "{server.url}{file.url}"\noutput = "{name}"\n')
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--globoff", "--path-as-is", "--parallel",
         "--parallel-immediate", "--parallel-max", str(CONNECTIONS), "-K", listing],
        capture_output=True, text=True, timeout=SECONDS, check=False)
    check(done.returncode == 0, f"curl ended with {done.returncode}: {done.stderr[:500]}")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        got = list(pool.map(lambda name: sha256(name) if name.is_file() else "", names))
    for name in names:
        name.unlink(missing_ok=True)
    folder.rmdir()
    return got


def by_java(proof, server, files):
    """A java.net.http client in a JVM of its own, that hashes what comes."""
    listing = proof.folder / "java.txt"
    listing.write_text("".join(file.url + "\n" for file in files), encoding="utf-8")
    done = subprocess.run(
        [server.java, CLIENT, server.url, listing, str(CONNECTIONS)],
        capture_output=True, text=True, timeout=SECONDS, check=False)
    check(done.returncode == 0, f"the client ended with {done.returncode}: {done.stderr[:500]}")
    return done.stdout.split()


def run(proof):
    """The step."""
    need("curl")
    if not proof.repository.is_dir():
        raise Skipped(f"there is no {proof.repository}; name another one by --repository")
    files = originals(proof.repository)
    size = sum(file.stat[1] for file in files)
    check(files, f"no files in {proof.repository}")
    proof.say(f"{len(files)} files, {size / (1 << 20):.0f} MiB")
    failures = []
    for model, copy in cells():
        if proof.cells and f"{model}:{copy}" not in proof.cells:
            continue
        flags = ["--model", model, "--copy", copy, "--dotfiles"]
        try:
            with Sluice(proof.repository, *flags) as server:
                for client in (by_curl, by_java):
                    fetch(proof, server, f"{model:9} {copy:12}", client, files)
        except (Failed, subprocess.TimeoutExpired) as e:
            proof.say(f"{model:9} {copy:12} FAIL: {e}")
            failures.append(f"{model}:{copy}")
    proof.say(output("curl", "--version").split(" (", maxsplit=1)[0])
    check(not failures, f"failed: {', '.join(failures)}")


def fetch(proof, server, cell, client, files):
    """One client, one server, all files."""
    began = time.monotonic()
    with PeakConnections(server.port) as connections:
        got = client(proof, server, files)
    seconds = time.monotonic() - began
    note = judge(files, got)
    proof.say(f"{cell} {client.__name__:8} {len(got)} equal{note}, "
              f"at most {connections.peak} connections, {seconds:.1f} s")
