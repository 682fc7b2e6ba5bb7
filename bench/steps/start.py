"""In a fresh clone the first ./sluice serve builds, the second starts without building.
"""
from harness import MAVEN_SECONDS, ROOT, Skipped, Sluice, check, need, output


def clone(folder):
    """The commit that is checked out, in a work tree of its own."""
    copy = folder / "clone"
    said = output("git", "clone", "-q", ROOT, copy)
    if not (copy / "sluice").is_file():
        raise Skipped(f"no clone can be made of {ROOT}: {said.strip()}")
    return copy


def run(proof):
    """The step."""
    need("git", "mvn")
    launcher = clone(proof.folder) / "sluice"
    site = proof.folder / "site"
    site.mkdir()
    seconds, building = [], []
    for _ in range(3):
        with Sluice(site, launcher=launcher, limit=MAVEN_SECONDS) as server:
            seconds.append(server.start_seconds)
            building.append("building" in server.messages())
    proof.say(f"first start, with the build: {seconds[0]:.1f} s to the ready line")
    proof.say(f"second and third: {seconds[1]:.2f} s and {seconds[2]:.2f} s")
    check(building == [True, False, False], f"built on starts 1, 2, 3: {building}")
