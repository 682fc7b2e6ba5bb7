"""Holds idle keep-alive connections for bench/prove: opens them, waits for a word, tries them all.

    idle_client.py PORT COUNT SECONDS

Says "ok ..." when all stand and have had one answer; reads a line; asks on each once more and says
"ok ..." again. Says what is wrong otherwise.
"""
import resource
import select
import socket
import sys
import time

REQUEST = b"GET /1k.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = 1 << 10
# One source address has some 28,000 ports, and TIME_WAIT keeps them: so many addresses.
ADDRESSES = 200


def ask(connection):
    """One request, one whole answer."""
    connection.sendall(REQUEST)
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer) - answer.index(b"\r\n\r\n") - 4 < BODY:
        read = connection.recv(4096)
        if not read:
            raise ConnectionError("closed by the server")
        answer += read
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(answer.split(b"\r\n")[0].decode())


def main():
    """Command line."""
    port, count, seconds = (int(argument) for argument in sys.argv[1:])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    began = time.monotonic()
    connections = []
    for i in range(count):
        connection = socket.socket()
        connection.settimeout(10)
        connection.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT, ip(7)
        connection.bind((f"127.0.0.{2 + i % ADDRESSES}", 0))
        connection.connect(("127.0.0.1", port))
        ask(connection)
        connections.append(connection)
    print(f"ok {count} connections stand after {time.monotonic() - began:.1f} s", flush=True)
    if not select.select([sys.stdin], [], [], seconds)[0]:
        sys.exit("nobody asked in time")
    sys.stdin.readline()
    for connection in connections:
        ask(connection)
    print(f"ok all {count} answer again after {time.monotonic() - began:.1f} s", flush=True)


try:
    main()
except OSError as e:
    print(f"error: {e}", flush=True)
    sys.exit(1)
