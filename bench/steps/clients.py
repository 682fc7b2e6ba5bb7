"""apt, pip, Maven, git, rclone, lftp, wget, zsync, aria2 and httpdirfs get the right bytes.

Each uses a server of every model as it would use any other, and everything that it fetched is
compared with the source. A client that is not installed is skipped and counted as that.
"""
import os
import shutil
import subprocess
import sys
import time

from client_site import POM, make_site
from harness import Failed, Skipped, Sluice, cells, check, need, sha256, start, stop, until

MODELS = ["epoll", "io_uring", "blocking"]
SECONDS = 120  # for one command of a client: some seconds on an idle machine
MOUNT_SECONDS = 20  # a mount takes one
# wget decodes a name twice before it stores the file.
WGET_NAMES = {"folder/a%41.txt": "folder/aA.txt"}
# httpdirfs shows neither empty files nor names whose first character is not a letter or a digit.
HIDDEN_BY_HTTPDIRFS = {"empty", "folder/(a).txt"}
SETTINGS = """<settings><mirrors><mirror>
  <id>proof</id><mirrorOf>*</mirrorOf><url>{url}</url>
</mirror></mirrors></settings>
"""
# Maven resolves a parent and a build extension before any plugin, so nothing else is needed.
PARENT = """
  <parent><groupId>proof</groupId><artifactId>parent</artifactId><version>1.0</version></parent>"""
EXTENSION = """
  <build><extensions><extension>
    <groupId>proof</groupId><artifactId>tiny</artifactId><version>1.0</version>
  </extension></extensions></build>"""


class Place:
    """A server, the folder that it serves, and a folder for what one client leaves."""

    def __init__(self, server, site, work):
        self.url = server.url
        self.site = site
        self.work = work
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}
        self.environment |= {"HOME": str(work), "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, *command):
        """Runs a client's command, which must succeed; what it prints."""
        try:
            done = subprocess.run(
                [str(part) for part in command], cwd=self.work, env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as e:
            raise Failed(f"{command[0]} did not end within {SECONDS} s") from e
        check(done.returncode == 0,
              f"{command[0]} ended with {done.returncode}: {done.stdout.strip()[-600:]}")
        return done.stdout

    def same(self, got, source):
        """Demands that a file is what the site has under that path."""
        check(got.is_file(), f"{source} did not come")
        check(sha256(got) == sha256(self.site / source), f"{source} differs")

    def same_tree(self, got, source, besides=(), without=()):
        """Demands that a folder has the files of one of the site, and no others than `besides`."""
        wanted = set(files(self.site / source)) - set(without)
        found = set(files(got)) - set(besides)
        check(found == wanted, f"missing: {sorted(wanted - found)[:5]}, "
                               f"too much: {sorted(found - wanted)[:5]}")
        for path in wanted:
            self.same(got / path, f"{source}/{path}")
        return len(wanted)


def files(folder):
    """The regular files below a folder, by their paths in it."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]


# The clients

def apt(place):
    """Updates from both repositories and downloads the package from each."""
    need("apt-get", "dpkg-deb")
    for kind, source in (("flat", "flat ./"), ("pool", "pool stable main")):
        home = place.work / kind
        (home / "state/lists/partial").mkdir(parents=True)
        (home / "cache/archives/partial").mkdir(parents=True)
        (home / "etc").mkdir()
        (home / "status").touch()
        (home / "etc/sources.list").write_text(f"deb [trusted=yes] {place.url}/{source}\n")
        options = {
            "Dir::State": home / "state", "Dir::State::status": home / "status",
            "Dir::Cache": home / "cache", "Dir::Etc": home / "etc", "Acquire::Languages": "none",
            "APT::Architecture": "amd64", "APT::Sandbox::User": "root",
            "Acquire::http::Proxy": "DIRECT", "Acquire::Retries": 0}
        common = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        place.run("apt-get", *common, "--error-on=any", "update")
        place.run("apt-get", *common, "-y", "--download-only", "install", "sluice-proof")
        name = "sluice-proof_1.0_all.deb"
        folder = "flat" if kind == "flat" else "pool/pool/main/s"
        place.same(home / "cache/archives" / name, f"{folder}/{name}")
    return "a flat repository and one with a pool"


def pip(place):
    """Installs by an index, whose pages are listings, and downloads by --find-links."""
    command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check",
               "--no-cache-dir"]
    if subprocess.run([*command, "--version"], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL, check=False).returncode:
        raise Skipped("pip is not installed")
    place.run(*command, "install", "--index-url", f"{place.url}/simple/", "--target",
              place.work / "installed", "sluice-proof")
    text = (place.work / "installed/sluice_proof.py").read_text()
    check(text == "WORD = 'sphinx'\n", "the installed file differs")
    place.run(*command, "download", "--no-index", "--find-links",
              f"{place.url}/simple/sluice-proof/", "--dest", place.work / "got", "sluice-proof")
    name = "sluice_proof-1.0-py3-none-any.whl"
    place.same(place.work / "got" / name, f"simple/sluice-proof/{name}")
    return "--index-url and --find-links"


def maven(place):
    """Resolves a parent and an extension into an empty local repository."""
    need("mvn")
    (place.work / "settings.xml").write_text(SETTINGS.format(url=f"{place.url}/maven"))
    (place.work / "pom.xml").write_text(POM.format(
        parent=PARENT, group="proof", name="child", version="1.0", packaging="pom",
        more=EXTENSION))
    place.run("mvn", "-B", "-q", "-s", "settings.xml", "-gs", "settings.xml",
              f"-Dmaven.repo.local={place.work}/repository", "--strict-checksums", "validate")
    for path in ("parent/1.0/parent-1.0.pom", "tiny/1.0/tiny-1.0.pom", "tiny/1.0/tiny-1.0.jar"):
        place.same(place.work / "repository/proof" / path, f"maven/proof/{path}")
    return "a parent and a jar, with their checksums"


def git(place):
    """Clones over the dumb protocol."""
    need("git")
    place.run("git", "clone", "-q", f"{place.url}/history.git", "clone")
    place.run("git", "-C", "clone", "fsck", "--strict", "--full")
    sources = place.site.parent / "history"
    for name in ("file0.bin", "file3.bin"):
        check(sha256(place.work / "clone" / name) == sha256(sources / name), f"{name} differs")
    here, there = (place.run("git", "-C", where, "rev-parse", "HEAD")
                   for where in ("clone", sources))
    check(here == there, "another commit")
    return "a clone over the dumb protocol, fsck"


def rclone(place):
    """Copies the tree, then lets rclone compare it."""
    need("rclone")
    common = ["rclone", "--config", place.work / "rclone.conf", "--http-url",
              f"{place.url}/tree/", "--retries", "1"]
    place.run(*common, "copy", ":http:", "got")
    place.run(*common, "check", "--download", ":http:", "got")
    return f"copy and check of {place.same_tree(place.work / 'got', 'tree')} files"


def lftp(place):
    """Mirrors the tree, and gets a file in pieces."""
    need("lftp")
    settings = "set net:max-retries 1; set xfer:use-temp-file no; set cmd:fail-exit yes; "
    place.run("lftp", "-c", f"{settings}mirror --parallel=4 {place.url}/tree/ got")
    place.run("lftp", "-c",
              f"{settings}pget -n 6 {place.url}/tree/big.bin -o pieces.bin")
    place.same(place.work / "pieces.bin", "tree/big.bin")
    return f"mirror of {place.same_tree(place.work / 'got', 'tree')} files, pget -n 6"


def wget(place):
    """Mirrors the tree, twice: the second time nothing is fetched again."""
    need("wget")
    command = ["wget", "-m", "-np", "-nH", "--no-verbose", "--tries=1", "-e", "robots=off",
               "--restrict-file-names=nocontrol", "--reject", "index.html*", "-P", "got",
               f"{place.url}/tree/"]
    place.run(*command)
    got = place.work / "got/tree"
    count = place.same_tree(got, "tree", WGET_NAMES.values(), WGET_NAMES.keys())
    for name, stored in WGET_NAMES.items():
        place.same(got / stored, f"tree/{name}")
    again = place.run(*command)
    check("big.bin" not in again, "the second run fetched big.bin again")
    return f"-m of {count + len(WGET_NAMES)} files, and again"


def zsync(place):
    """Makes a new version out of an old one and the parts that differ."""
    need("zsync", "zsyncmake")
    folder = place.site / "zsync"
    if not folder.exists():
        folder.mkdir()
        shutil.copy(place.site / "tree/big.bin", folder / "image.bin")
        subprocess.run(["zsyncmake", "-u", "image.bin", "-o", folder / "image.bin.zsync",
                        folder / "image.bin"], check=True, cwd=folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    old = bytearray((folder / "image.bin").read_bytes())
    for at in range(100_000, len(old), 3_000_000):
        old[at:at + 20_000] = bytes(20_000)
    (place.work / "old.bin").write_bytes(old)
    place.run("zsync", "-q", "-i", "old.bin", "-o", "new.bin",
              f"{place.url}/zsync/image.bin.zsync")
    place.same(place.work / "new.bin", "zsync/image.bin")
    return "a new version out of an old one"


def aria2(place):
    """Gets a file over 8 connections, and one that was broken off."""
    need("aria2c")
    url = f"{place.url}/tree/big.bin"
    common = ["aria2c", "-q", "--no-conf", "-k", "1M", "-s", "8", "-x", "8", "-m", "1",
              "--file-allocation=none"]
    place.run(*common, "-o", "whole.bin", url)
    place.same(place.work / "whole.bin", "tree/big.bin")
    broken = subprocess.run(
        [*common, "--stop=2", "--max-download-limit=4M", "-o", "resumed.bin", url],
        cwd=place.work, env=place.environment, timeout=SECONDS, check=False)
    check(broken.returncode != 0 and (place.work / "resumed.bin.aria2").exists(),
          "aria2 was not broken off, so nothing is shown of resuming")
    place.run(*common, "-c", "-o", "resumed.bin", url)
    place.same(place.work / "resumed.bin", "tree/big.bin")
    return "-x 8, and one that was broken off and resumed"


def httpdirfs(place):
    """Mounts the tree and reads it."""
    need("httpdirfs", "fusermount")
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise Skipped("/dev/fuse is missing, or not for us")
    mount = place.work / "mount"
    mount.mkdir()
    process = start(["httpdirfs", "-f", f"{place.url}/tree/", mount], env=place.environment,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        mounted = until(lambda: os.path.ismount(mount) or process.poll() is not None,
                        MOUNT_SECONDS)
        check(mounted and process.poll() is None, "httpdirfs did not mount it")
        count = place.same_tree(mount, "tree", without=HIDDEN_BY_HTTPDIRFS)
        return f"a mount of {count} files"
    finally:
        subprocess.run(["fusermount", "-u", "-z", mount], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stop(process)


CLIENTS = [apt, pip, maven, git, rclone, lftp, wget, zsync, aria2, httpdirfs]


def use(proof, server, site, model, client, counts):
    """One client, one server; what came of it in a line."""
    name = client.__name__
    work = proof.folder / f"{model}-{name}"
    work.mkdir()
    began = time.monotonic()
    try:
        said = client(Place(server, site, work))
        outcome, kind = f"PASS: {said}", "passed"
    except Skipped as e:
        outcome, kind = f"SKIP: {e}", "skipped"
    except (Failed, OSError, subprocess.SubprocessError) as e:
        outcome, kind = f"FAIL: {e}", "failed"
    counts[kind].append(f"{model} {name}")
    proof.say(f"{model:9} {name:10} {outcome}  [{time.monotonic() - began:.1f} s]")
    shutil.rmtree(work, ignore_errors=True)


def run(proof):
    """The step."""
    site = proof.folder / "site"
    site.mkdir()
    make_site(site)
    here = {model for model, _ in cells()}
    counts = {"passed": [], "skipped": [], "failed": []}
    for model in MODELS:
        if model not in here:
            counts["skipped"] += [f"{model} {client.__name__}" for client in CLIENTS]
            proof.say(f"{model:9} SKIP: this machine cannot run it")
            continue
        with Sluice(site, "--model", model) as server:
            for client in CLIENTS:
                use(proof, server, site, model, client, counts)
    proof.say(", ".join(f"{len(names)} {kind}" for kind, names in counts.items()))
    check(not counts["failed"], f"failed: {', '.join(counts['failed'])}")
    if not counts["passed"]:
        raise Skipped("no client is installed")
