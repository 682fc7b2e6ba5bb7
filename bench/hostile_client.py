"""Hostile clients for bench/prove: holds connections that cost it nothing and the server a place.

    hostile_client.py PORT COUNT SECONDS

A quarter each: heads of which a line comes every five seconds; heads of which one byte comes every
second; responses of which one byte is read every second; connections that say nothing. Whoever the
server ends comes back. Says "ok ..." when all stand, and when a line is read or the time is over
how often each kind was ended.
"""
import errno
import resource
import select
import socket
import sys
import time

# One source address has some 28,000 ports, and TIME_WAIT keeps them: so many addresses.
ADDRESSES = 200
HEAD = b"GET /8m.bin HTTP/1.1\r\nHost: localhost\r\n"
DRIP = HEAD + b"".join(b"X-%d: y\r\n" % i for i in range(40))
LINE_EVERY = 5
TURN_SECONDS = 1
CONNECT_PAUSE = 0.0005  # 2,000 per second
RECEIVE_BUFFER = 4096
KINDS = ("slow heads", "drips", "slow reads", "idle")


class Hostile:
    """One place in the crowd, with a connection that is made again whenever it ends."""

    def __init__(self, number, port):
        self.kind = KINDS[number % len(KINDS)]
        self.source = f"127.0.0.{2 + number % ADDRESSES}"
        self.port = port
        self.ended = 0
        self.socket = None
        self.connect()

    def connect(self):
        """Opens the connection and says the first of what it says."""
        if self.socket:
            self.socket.close()
        opened = socket.socket()
        opened.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT, ip(7)
        if self.kind == "slow reads":
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        opened.bind((self.source, 0))
        opened.settimeout(10)
        opened.connect(("127.0.0.1", self.port))
        opened.setblocking(False)
        self.socket = opened
        self.turn = 0
        if self.kind == "slow reads":
            opened.send(HEAD + b"\r\n")

    def poke(self):
        """Does the little that it does in a turn; false if the server has ended the connection."""
        self.turn += 1
        # A reset is known at once; by recv only when what came before it has been read.
        if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return False
        try:
            if self.kind == "slow heads" and self.turn % LINE_EVERY == 1:
                self.socket.send(HEAD if self.turn == 1 else b"X-%d: y\r\n" % self.turn)
            elif self.kind == "drips":
                self.socket.send(DRIP[self.turn % len(DRIP):][:1])
            if self.kind == "slow reads":
                return self.socket.recv(1) != b""
            while True:
                if self.socket.recv(4096) == b"":
                    return False
        except BlockingIOError:
            return True
        except OSError as e:
            if e.errno in (errno.ECONNRESET, errno.EPIPE, errno.ECONNREFUSED):
                return False
            raise


def main():
    """Command line."""
    port, count, seconds = (int(argument) for argument in sys.argv[1:])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    began = time.monotonic()
    crowd = []
    for number in range(count):
        crowd.append(Hostile(number, port))
        time.sleep(CONNECT_PAUSE)
    after = time.monotonic() - began
    print(f"ok {count} hostile connections stand after {after:.1f} s", flush=True)
    end = time.monotonic() + seconds
    told = False
    while not told and time.monotonic() < end:
        turn = time.monotonic()
        for one in crowd:
            if not one.poke():
                one.ended += 1
                one.connect()
        rest = max(0, turn + TURN_SECONDS - time.monotonic())
        told = bool(select.select([sys.stdin], [], [], rest)[0])
    ends = ", ".join(f"{kind} {sum(one.ended for one in crowd if one.kind == kind)}"
                     for kind in KINDS)
    print(f"ok ended by the server: {ends}", flush=True)


try:
    main()
except OSError as e:
    print(f"error: {e}", flush=True)
