"""Clients of other people fetch thousands of files over TLS by both protocols, byte for byte.

curl fetches all of them by HTTP/1.1 and by HTTP/2. openssl s_client, gnutls-cli, nghttp, Python's
h2 and h2load fetch some. Chromium loads a page of 200 pictures by HTTP/2; its screenshot is left in
bench/target/prove/https.png.
"""
import hashlib
import random
import re
import shutil
import socket
import ssl
import subprocess

import harness
from harness import Sluice, check, need, random_file, sha256
from steps.page import Chromium, complaints, load

FILES = 3_000
SIZES = (0, 1, 1_023, 16_374, 16_375, 16_376, 16_384, 32_768, 40_960, 65_535, 65_536, 300_000)
BIG = 20 << 20
SOME = 25  # files for a client that is started for each
PICTURES = 200
SECONDS = 300

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">
<rect width="40" height="40" fill="hsl({hue} 70% 50%)"/><text x="6" y="25">{number}</text></svg>
"""
SCRIPT = """window.reported = (async () => {
  const pictures = [...document.images];
  await Promise.all(pictures.map(picture => picture.decode()));
  const names = performance.getEntriesByType('resource').map(entry => entry.nextHopProtocol);
  return {shown: pictures.filter(picture => picture.naturalWidth === 40).length,
          h2: names.filter(name => name === 'h2').length, all: names.length};
})();
"""


def make_site(site):
    """Files of sizes at which something changes, and of sizes by chance; their hashes by name."""
    sizes = random.Random(7)
    (site / "files").mkdir(parents=True)
    hashes = {}
    for number in range(FILES):
        path = site / "files" / f"{number}.bin"
        size = SIZES[number] if number < len(SIZES) else sizes.randrange(60_000)
        random_file(path, size, seed=number)
        hashes[f"files/{number}.bin"] = sha256(path)
    random_file(site / "big.bin", BIG)
    hashes["big.bin"] = sha256(site / "big.bin")
    for number in range(PICTURES):
        text = SVG.format(hue=number * 360 // PICTURES, number=number)
        (site / f"{number}.svg").write_text(text, encoding="utf-8")
    pictures = "".join(f'<img src="{number}.svg" alt="">' for number in range(PICTURES))
    (site / "page.html").write_text(
        f"<!doctype html><title>200 pictures</title>{pictures}<script src='page.js'></script>",
        encoding="utf-8")
    (site / "page.js").write_text(SCRIPT, encoding="utf-8")
    return hashes


def run_client(*command, text=None, timeout=SECONDS):
    """What a client writes; it may end with any code, since its output is hashed."""
    return subprocess.run([str(part) for part in command], input=text, capture_output=True,
                          timeout=timeout, check=False).stdout


def by_curl(proof, server, hashes, version):
    """All files, many at a time."""
    folder = proof.folder / "fetched"
    folder.mkdir()
    listing = proof.folder / "curl.txt"
    listing.write_text("".join(
        f'url = "{server.url}/{name}"\noutput = "{folder / str(i)}"\n'
        for i, name in enumerate(hashes)), encoding="utf-8")
    said = run_client("curl", "-sS", "--insecure", version, "--parallel", "--parallel-max", "50",
                      "-w", "%{http_version}\\n", "-K", listing).decode().split()
    wrong = [name for i, (name, hash_) in enumerate(hashes.items())
             if sha256(folder / str(i)) != hash_]
    check(not wrong, f"curl {version}: {len(wrong)} files differ, {wrong[:5]}")
    shutil.rmtree(folder)
    proof.say(f"curl {version}: {len(hashes)} files right, HTTP/{' and '.join(sorted(set(said)))}")


def by_socket(proof, server, hashes, name, *command):
    """Files by a client that passes on what it reads: one request of HTTP/1.1 each."""
    for path, hash_ in hashes.items():
        request = f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        answer = run_client(*command, text=request.encode())
        body = answer[answer.index(b"\r\n\r\n", answer.index(b"HTTP/1.1 200 ")) + 4:]
        check(hashlib.sha256(body).hexdigest() == hash_, f"{name}: {path} differs")
    proof.say(f"{name}: {len(hashes)} files right, HTTP/1.1")


def by_nghttp(proof, server, hashes):
    """One connection for each file."""
    for path, hash_ in hashes.items():
        body = run_client("nghttp", f"{server.url}/{path}")
        check(hashlib.sha256(body).hexdigest() == hash_, f"nghttp: {path} differs")
    proof.say(f"nghttp: {len(hashes)} files right, HTTP/2")


def by_h2load(proof, server, hashes):
    """All files over 4 connections; it counts and does not keep them."""
    listing = proof.folder / "urls.txt"
    listing.write_text("\n".join(f"{server.url}/{name}" for name in hashes), encoding="utf-8")
    said = run_client("h2load", "-n", len(hashes), "-c", "4", "-m", "50", "-i", listing).decode()
    check(f"{len(hashes)} succeeded, 0 failed" in said, f"h2load: {said}")
    proof.say(f"h2load: {re.search('requests: .*', said).group(0)}")


def by_python(proof, server, hashes):
    """Python's h2: all of them at once on one connection."""
    try:
        import h2.config  # pylint: disable=import-outside-toplevel
        import h2.connection  # pylint: disable=import-outside-toplevel
        import h2.events  # pylint: disable=import-outside-toplevel
    except ImportError:
        proof.say("Python's h2 is not installed, and not asked")
        return
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with context.wrap_socket(socket.create_connection(("127.0.0.1", server.port))) as connection:
        client = h2.connection.H2Connection(h2.config.H2Configuration())
        client.initiate_connection()
        digests, names = {}, {}
        for path in hashes:
            stream = client.get_next_available_stream_id()
            digests[stream], names[stream] = hashlib.sha256(), path
            client.send_headers(stream, [
                (":method", "GET"), (":scheme", "https"), (":authority", "localhost"),
                (":path", f"/{path}")], end_stream=True)
        left = set(digests)
        while left:
            connection.sendall(client.data_to_send())
            for event in client.receive_data(connection.recv(1 << 16)):
                if isinstance(event, h2.events.DataReceived):
                    digests[event.stream_id].update(event.data)
                    client.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    left.discard(event.stream_id)
                check(not isinstance(event, (h2.events.StreamReset,
                                             h2.events.ConnectionTerminated)), str(event))
    wrong = [names[stream] for stream, digest in digests.items()
             if digest.hexdigest() != hashes[names[stream]]]
    check(not wrong, f"Python's h2: {wrong} differ")
    proof.say(f"Python's h2: {len(hashes)} files right on one connection, HTTP/2")


def by_chromium(proof, server):
    """The page of 200 pictures."""
    chromium = Chromium("chromium", proof.folder / "profile", "--ignore-certificate-errors")
    report, picture = load(chromium, f"{server.url}/page.html")
    harness.stop(chromium.process)
    (proof.kept / "https.png").write_bytes(picture)
    proof.say(f"Chromium: {report}")
    check(report["shown"] == PICTURES, "a picture was not shown")
    check(report["h2"] == report["all"] == PICTURES + 1, "not all of it came by HTTP/2")
    found = [text for text in complaints(chromium) if "favicon" not in text]
    check(not found, f"Chromium complains: {found}")


def run(proof):
    """The step."""
    need("curl", "openssl", "gnutls-cli", "nghttp", "h2load", "chromium")
    site = proof.folder / "site"
    hashes = make_site(site)
    some = {name: hashes[name] for name in list(hashes)[:SOME] + ["big.bin"]}
    with Sluice(site, "--tls-self-signed") as server:
        server.url = f"https://127.0.0.1:{server.port}"
        by_curl(proof, server, hashes, "--http1.1")
        by_curl(proof, server, hashes, "--http2")
        by_socket(proof, server, some, "openssl s_client", "openssl", "s_client", "-quiet",
                  "-connect", f"127.0.0.1:{server.port}")
        # It writes what it gets octet by octet.
        few = {name: hash_ for name, hash_ in some.items() if name != "big.bin"}
        by_socket(proof, server, few, "gnutls-cli", "gnutls-cli", "--no-ca-verification",
                  "--logfile=/dev/null", "-p", server.port, "127.0.0.1")
        by_nghttp(proof, server, some)
        by_h2load(proof, server, hashes)
        by_python(proof, server, some)
        by_chromium(proof, server)
