"""1 GiB over https is the same file, 10,000 idle TLS connections take little memory each.

The memory of one is what the server's grows by, heap of Java included. The client gives the
descriptor of each connection back to the kernel's care after one answer, without ending it: ten
thousand sessions of its own would take more memory than the server's.
"""
import hashlib
import resource
import socket
import ssl

from harness import Skipped, Sluice, check, memory_kib, random_file

CONNECTIONS = 10_000
DESCRIPTORS = CONNECTIONS + 5_500  # with what the server keeps for files and for itself
ADDRESSES = 200  # one source address has some 28,000 ports, and TIME_WAIT keeps them
SIZE = 1 << 30
KIB_PER_CONNECTION = 20  # 12 of them are native memory of libssl


def connect(context, port, number):
    """A connection whose handshake has ended."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT, ip(7)
    plain.bind((f"127.0.0.{2 + number % ADDRESSES}", 0))
    plain.connect(("127.0.0.1", port))
    return context.wrap_socket(plain)


def ask(connection, name):
    """One request; the pieces of the body."""
    connection.sendall(f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(1 << 16)
    head, body = answer.split(b"\r\n\r\n", 1)
    check(head.startswith(b"HTTP/1.1 200 "), head.decode())
    left = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
    yield body
    while left:
        piece = connection.recv(min(left, 1 << 16))
        check(piece, "closed by the server")
        left -= len(piece)
        yield piece


def run(proof):
    """The step."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < DESCRIPTORS:
        raise Skipped(f"{hard} descriptors per process are allowed, {DESCRIPTORS} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    site = proof.folder / "site"
    site.mkdir()
    random_file(site / "1k.bin", 1 << 10)
    random_file(site / "big.bin", SIZE)
    with open(site / "big.bin", "rb") as file:
        expected = hashlib.file_digest(file, "sha256").hexdigest()
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with Sluice(site, "--tls-self-signed") as server:
        digest = hashlib.sha256()
        with connect(context, server.port, 0) as connection:
            for piece in ask(connection, "big.bin"):
                digest.update(piece)
        check(digest.hexdigest() == expected, "the bytes of big.bin differ")
        proof.say(f"{SIZE >> 20} MiB by {connection.version()} have the right SHA-256")
        for number in range(200):  # what every server needs is not to be counted below
            with connect(context, server.port, number) as connection:
                list(ask(connection, "1k.bin"))
        before = memory_kib(server.pid, "Rss")
        held = []
        for number in range(CONNECTIONS):
            connection = connect(context, server.port, number)
            list(ask(connection, "1k.bin"))
            held.append(socket.socket(fileno=connection.detach()))
        each = (memory_kib(server.pid, "Rss") - before) / CONNECTIONS
        proof.say(f"{CONNECTIONS} idle connections: {each:.1f} KiB each")
        for connection in held:
            connection.close()
        check(each <= KIB_PER_CONNECTION, f"{each:.1f} KiB per idle connection")
