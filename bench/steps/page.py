"""Headless Chromium loads a page with everything a page has, seeks in its video, reports no error.

Stylesheet, script, PNG, SVG, web font, and a video of which the end is shown before the middle has
come: that takes ranges. The screenshot is left in bench/target/prove/page.png.
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

import harness
from harness import Failed, Skipped, Sluice, check, need

SECONDS = 60  # for Chromium to start and for the page to report
SEEK_TO = 80  # seconds into a video of 90
MARK_FROM = 60  # from here on a corner of the picture is green
FONTS = pathlib.Path("/usr/share/fonts")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sluice serves a page</title>
<link rel="icon" href="drawing.svg">
<link rel="stylesheet" href="style.css">
<h1>Sluice serves a page</h1>
<p class="sample">Web font: Sphinx of black quartz, judge my vow.</p>
<img id="photo" src="photo.png" alt="PNG"><img id="drawing" src="drawing.svg" alt="SVG">
<video id="film" src="film.FORMAT" muted preload="metadata" width="480" height="270"></video>
<pre id="report">the script has not run</pre>
<script src="script.js"></script>
</html>
"""

STYLE = """@font-face { font-family: Proof; src: url(font.ttf); }
body { margin: 24px; background: rgb(240, 248, 255); font-family: sans-serif; }
.sample { font: 28px Proof; }
img, video { height: 270px; margin-right: 12px; }
"""

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="270" height="270">
<rect width="270" height="270" rx="24" fill="#2a6f97"/>
<path d="M40 90h190M40 135h190M40 180h190" stroke="#fff" stroke-width="18"/>
</svg>
"""

SCRIPT = """const film = document.getElementById('film');
const once = name => new Promise((done, fail) => {
  film.addEventListener(name, done, {once: true});
  film.addEventListener('error', () => fail(film.error.message), {once: true});
});
async function report() {
  if (film.readyState < 1) await once('loadedmetadata');
  film.currentTime = SEEK;
  await once('seeked');
  const canvas = document.createElement('canvas');
  canvas.width = film.videoWidth;
  canvas.height = film.videoHeight;
  const context = canvas.getContext('2d');
  context.drawImage(film, 0, 0);
  const faces = await document.fonts.load('28px Proof');
  const result = {
    style: getComputedStyle(document.body).backgroundColor,
    png: document.getElementById('photo').naturalWidth,
    svg: document.getElementById('drawing').naturalWidth,
    font: faces.map(face => face.status).join(),
    time: film.currentTime,
    duration: film.duration,
    corner: [...context.getImageData(40, 40, 1, 1).data],
  };
  document.getElementById('report').textContent = JSON.stringify(result, null, 1);
  return result;
}
window.reported = report();
"""


class Chromium:
    """A browser over its debugging pipe: JSON messages with a NUL behind each."""

    def __init__(self, binary, profile, *flags):
        to_browser, self.commands = os.pipe()
        self.events, from_browser = os.pipe()
        # The browser reads descriptor 3 and writes 4: a shell puts them there.
        script = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = harness.start(
            ["sh", "-c", script, binary, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
             "--window-size=1200,900", "--remote-debugging-pipe", f"--user-data-dir={profile}",
             *flags, "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.seen = []

    def call(self, method, session=None, **parameters):
        """Sends a command and waits for its result; events that come first are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self.next(deadline)
            if answer.get("id") == self.number:
                check("result" in answer, f"Chromium {method}: {answer.get('error')}")
                return answer["result"]
            self.seen.append(answer)

    def next(self, deadline):
        """The next message."""
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.events], [], [], left)[0]:
                raise Failed(f"Chromium said nothing for {SECONDS} s")
            read = os.read(self.events, 1 << 20)
            check(read, "Chromium ended")
            self.buffer += read
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def events_named(self, name):
        """Parameters of all events of that name so far."""
        return [event["params"] for event in self.seen if event.get("method") == name]


def ffmpeg(*arguments):
    """Makes a picture or a film."""
    done = subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *map(str, arguments)],
                          capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0:
        raise Skipped(f"ffmpeg: {done.stderr.strip()[:200]}")


def make_site(folder):
    """Writes the page; returns the size of the video."""
    fonts = sorted(FONTS.rglob("*.ttf"))
    if not fonts:
        raise Skipped(f"no .ttf font below {FONTS}")
    serif = [font for font in fonts if "Serif" in font.name]
    shutil.copy((serif or fonts)[0], folder / "font.ttf")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=480x270", "-frames:v", "1", folder / "photo.png")
    mark = f"drawbox=w=80:h=80:color=lime:t=fill:enable='gte(t,{MARK_FROM})'"
    # Noise, so that it is large enough for Chromium not to hold all of it before it seeks.
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=90",
           "-vf", f"noise=alls=30:allf=t,{mark}", "-c:v", "libvpx", "-deadline", "realtime",
           "-cpu-used", "16", "-b:v", "3M", "-g", "20", folder / "film.webm")
    texts = {"index.html": PAGE.replace("FORMAT", "webm"), "style.css": STYLE, "drawing.svg": SVG,
             "script.js": SCRIPT.replace("SEEK", str(SEEK_TO))}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return (folder / "film.webm").stat().st_size


def load(chromium, url):
    """Opens the page, waits for its report, takes the picture."""
    target = chromium.call("Target.createTarget", url="about:blank")["targetId"]
    session = chromium.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Network", "Log"):
        chromium.call(f"{domain}.enable", session)
    chromium.call("Page.navigate", session, url=url)
    deadline = time.monotonic() + SECONDS
    while not chromium.events_named("Page.loadEventFired"):
        chromium.seen.append(chromium.next(deadline))
    report = chromium.call("Runtime.evaluate", session, expression="window.reported",
                           awaitPromise=True, returnByValue=True)
    check("exceptionDetails" not in report, f"the page's script: {report}")
    picture = chromium.call("Page.captureScreenshot", session, format="png")
    return report["result"]["value"], base64.b64decode(picture["data"])


def complaints(chromium):
    """Whatever a person would see in the console, and requests that failed."""
    found = [event["entry"]["text"] for event in chromium.events_named("Log.entryAdded")]
    found += [json.dumps(event["args"]) for event in
              chromium.events_named("Runtime.consoleAPICalled")]
    found += [event["exceptionDetails"]["text"] for event in
              chromium.events_named("Runtime.exceptionThrown")]
    found += [f"{event['response']['url']}: {event['response']['status']}" for event in
              chromium.events_named("Network.responseReceived")
              if event["response"]["status"] >= 400]
    found += [f"request failed: {event['errorText']}" for event in
              chromium.events_named("Network.loadingFailed") if not event.get("canceled")]
    return found


def film_ranges(chromium):
    """The ranges of the film that were answered with 206."""
    responses = [event["response"] for event in chromium.events_named("Network.responseReceived")]
    films = [r for r in responses if r["url"].endswith("film.webm") and r["status"] == 206]
    return [next(value for name, value in film["headers"].items()
                 if name.lower() == "content-range") for film in films]


def run(proof):
    """The step."""
    need("chromium", "ffmpeg")
    site = proof.folder / "site"
    site.mkdir()
    size = make_site(site)
    with Sluice(site) as server:
        chromium = Chromium(shutil.which("chromium"), proof.folder / "profile")
        try:
            report, picture = load(chromium, server.url + "/")
            errors = complaints(chromium)
            ranges = film_ranges(chromium)
            loaded = {event["response"]["url"].rsplit("/", 1)[1]: event["response"]["mimeType"]
                      for event in chromium.events_named("Network.responseReceived")}
        finally:
            harness.stop(chromium.process)
    (proof.kept / "page.png").write_bytes(picture)
    kinds = [f"{name or 'index'} ({kind})" for name, kind in sorted(loaded.items())]
    proof.say(f"loaded: {', '.join(kinds)}")
    proof.say(f"film of {size / (1 << 20):.0f} MiB, ranges answered: {'; '.join(ranges)}")
    proof.say(f"page says: {json.dumps(report)}")
    proof.say(f"screenshot: {proof.kept / 'page.png'}")
    check(not errors, f"the console says: {errors}")
    check(report["style"] == "rgb(240, 248, 255)", "the stylesheet does not apply")
    check(report["png"] == 480 and report["svg"] == 270, "a picture was not decoded")
    check(report["font"] == "loaded", "the font was not loaded")
    check(abs(report["time"] - SEEK_TO) < 1, "the film did not seek")
    red, green, blue, _ = report["corner"]
    check(green > 150 and red < 100 and blue < 100, "the frame is not that of the time sought")
    begins = [int(r.removeprefix("bytes ").split("-")[0]) for r in ranges]
    check(max(begins, default=0) > size // 2, "the end of the film was not asked for by range")
