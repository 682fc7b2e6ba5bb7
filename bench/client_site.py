"""What bench/prove clients serves: a tree, and repositories of Debian, Python, Maven and git."""
import gzip
import hashlib
import shutil
import subprocess
import zipfile

from harness import random_file, sha256

BIG = 24 << 20
# Names that a listing has to encode; ":" would make "a:b.txt" look like the scheme "a".
ODD_NAMES = ["a b.txt", "a:b.txt", "a+b.txt", "a&b.txt", "a%41.txt", "a#b.txt", "a;b.txt",
             "ä.txt", "a'b.txt", "(a).txt", "a=b,c.txt"]
CONTROL = """Package: sluice-proof
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@example.invalid>
Description: a package with one file
"""
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>{parent}
  <groupId>{group}</groupId><artifactId>{name}</artifactId>
  <version>{version}</version><packaging>{packaging}</packaging>{more}
</project>
"""


def make_tree(site):
    """Folders and files with names that are easy to get wrong."""
    tree = site / "tree"
    (tree / "folder/deeper").mkdir(parents=True)
    for name in ODD_NAMES:
        (tree / "folder" / name).write_text(f"content of {name}\n", encoding="utf-8")
    (tree / "empty").touch()
    random_file(tree / "folder/deeper/small.bin", 5000, seed=1)
    random_file(tree / "medium.bin", 300_000, seed=2)
    random_file(tree / "big.bin", BIG)


def make_debian(site):
    """One package in a flat repository and in one with a pool."""
    contents = site.parent / "package"
    (contents / "DEBIAN").mkdir(parents=True)
    (contents / "DEBIAN/control").write_text(CONTROL)
    random_file(contents / "proof.bin", 100_000, seed=3)
    for repository, lists, name in (
            ("flat", ".", "./sluice-proof_1.0_all.deb"),
            ("pool", "dists/stable/main/binary-amd64", "pool/main/s/sluice-proof_1.0_all.deb")):
        package = site / repository / name
        package.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", contents, package],
                       check=True, stdout=subprocess.DEVNULL)
        folder = site / repository / lists
        folder.mkdir(parents=True, exist_ok=True)
        index = (f"{CONTROL}Filename: {name}\nSize: {package.stat().st_size}\n"
                 f"SHA256: {sha256(package)}\n").encode()
        (folder / "Packages").write_bytes(index)
        (folder / "Packages.gz").write_bytes(gzip.compress(index, mtime=0))
        release = folder if lists == "." else site / repository / "dists/stable"
        lines = [f" {sha256(path)} {path.stat().st_size} {path.relative_to(release)}"
                 for path in (folder / "Packages", folder / "Packages.gz")]
        (release / "Release").write_text(
            "Suite: stable\nCodename: stable\nComponents: main\nArchitectures: amd64\n"
            "Date: Sat, 01 Jan 2022 00:00:00 UTC\nSHA256:\n" + "\n".join(lines) + "\n")


def make_python(site):
    """A wheel, below a folder whose listing is its page of the index."""
    folder = site / "simple/sluice-proof"
    folder.mkdir(parents=True)
    info = "sluice_proof-1.0.dist-info"
    with zipfile.ZipFile(folder / "sluice_proof-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("sluice_proof.py", "WORD = 'sphinx'\n")
        wheel.writestr(f"{info}/METADATA",
                       "Metadata-Version: 2.1\nName: sluice-proof\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: proof\n"
                       "Root-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"sluice_proof.py,,\n{info}/METADATA,,\n"
                       f"{info}/WHEEL,,\n{info}/RECORD,,\n")


def make_maven(site):
    """A repository with a parent POM and an empty jar, and with another that Maven adds to it."""
    for group, name, version, packaging in (
            ("proof", "parent", "1.0", "pom"), ("proof", "tiny", "1.0", "jar"),
            ("org.codehaus.plexus", "plexus-utils", "1.1", "jar")):
        folder = site / "maven" / group.replace(".", "/") / name / version
        folder.mkdir(parents=True)
        (folder / f"{name}-{version}.pom").write_text(POM.format(
            parent="", group=group, name=name, version=version, packaging=packaging, more=""))
        if packaging == "jar":
            with zipfile.ZipFile(folder / f"{name}-{version}.jar", "w") as jar:
                jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        for path in list(folder.iterdir()):
            digest = hashlib.sha1(path.read_bytes()).hexdigest()
            (folder / f"{path.name}.sha1").write_text(digest)


def make_git(site):
    """A bare repository with packed and loose objects, for the dumb protocol."""
    work = site.parent / "history"
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.invalid"]

    def git(folder, *arguments):
        subprocess.run(["git", "-C", folder, *identity, *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    work.mkdir()
    git(work, "init", "-b", "main")
    bare = site / "history.git"
    for number in range(4):
        random_file(work / f"file{number}.bin", 20_000, seed=number)
        git(work, "add", "-A")
        git(work, "commit", "-m", f"file {number}")
        if number == 1:
            git(work, "gc")
    git(work, "clone", "--bare", "--no-hardlinks", work, bare)
    git(bare, "update-server-info")


def make_site(site):
    """What the installed clients need."""
    make_tree(site)
    make_python(site)
    make_maven(site)
    if shutil.which("dpkg-deb"):
        make_debian(site)
    if shutil.which("git"):
        make_git(site)
