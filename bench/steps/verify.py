"""mvn verify, in a fresh clone, is green in under 8 minutes.
"""
import re
import subprocess
import time

from harness import MAVEN_SECONDS, check, need
from steps.start import clone

LIMIT_SECONDS = 480


def run(proof):
    """The step."""
    need("git", "mvn")
    log = proof.kept / "verify.txt"
    began = time.monotonic()
    with open(log, "w", encoding="utf-8") as out:
        done = subprocess.run(
            ["mvn", "--batch-mode", "-Dstyle.color=never", "verify"], cwd=clone(proof.folder),
            stdout=out, stderr=subprocess.STDOUT, timeout=MAVEN_SECONDS, check=False)
    seconds = time.monotonic() - began
    text = log.read_text(errors="replace")
    totals = re.findall(
        r"^\[(?:INFO|WARNING|ERROR)\] Tests run: (\d+), Failures: (\d+), Errors: (\d+), "
        r"Skipped: (\d+)$", text, re.MULTILINE)
    tests, failures, errors, skipped = (sum(map(int, column)) for column in zip(*totals))
    proof.say(f"{seconds:.0f} s, {tests} tests, {failures + errors} failed, {skipped} skipped; "
              f"log: {log}")
    check(done.returncode == 0, f"mvn verify ended with {done.returncode}")
    check(seconds < LIMIT_SECONDS, f"it took {seconds:.0f} s")
