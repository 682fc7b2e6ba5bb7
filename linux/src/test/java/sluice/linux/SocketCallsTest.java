package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static sluice.linux.Fixture.NONBLOCKING;
import static sluice.linux.Fixture.STREAM;
import static sluice.linux.Fixture.addressOf;
import static sluice.linux.Fixture.ok;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class SocketCallsTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void giveBack() {
        fixture.close();
    }

    @Test
    void bytesCountAsUnacknowledgedWhileThePeerHasNoRoomForThem() throws IOException {
        var connection = fixture.connection();
        assertThat(SocketCalls.unacknowledged(connection[0])).isZero();
        try (Arena arena = Arena.ofConfined()) {
            var bytes = arena.allocate(64 << 10);
            long sent = 1;
            while (sent > 0) {
                int flags = SocketCalls.MSG_DONTWAIT;
                sent = SocketCalls.send(connection[0], bytes.address(), bytes.byteSize(), flags);
            }
        }
        assertThat(SocketCalls.unacknowledged(connection[0])).isPositive();
        assertThat(SocketCalls.unacknowledged(-1)).isNegative();
    }

    @Test
    void carriesBytesOverTcp() {
        int[] sockets = fixture.connection();
        assertThat(send(sockets[0], "hello", 0)).isEqualTo(5);
        assertThat(receive(sockets[1], 5)).isEqualTo("hello");
    }

    @Test
    void sendsTwoPiecesInOneCall() {
        int[] sockets = fixture.connection();
        long head = fixture.text("head ").address();
        long body = fixture.text("body").address();
        int flags = SocketCalls.MSG_NOSIGNAL;
        assertThat(SocketCalls.send2(sockets[0], head, 5, body, 4, flags)).isEqualTo(9);
        assertThat(receive(sockets[1], 9)).isEqualTo("head body");
    }

    @Test
    void answersEagainOnANonBlockingSocketInsteadOfWaiting() {
        int listener = fixture.listener(NONBLOCKING);
        assertThat(SocketCalls.accept4(listener, 0)).isEqualTo(-Errno.EAGAIN);
        int[] pair = fixture.pair(NONBLOCKING);
        var memory = fixture.memory(8);
        assertThat(SocketCalls.recv(pair[0], memory.address(), 8, 0)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void acceptsWithTheFlagsItWasGiven() {
        int listener = fixture.listener(STREAM);
        int client = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        ok(SocketCalls.connect(client, addressOf(listener)));
        int flags = SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC;
        int server = fixture.opened(SocketCalls.accept4(listener, flags));
        assertThat(FileCalls.fcntl(server, FileCalls.F_GETFL, 0) & FileCalls.O_NONBLOCK)
                .isNotZero();
        assertThat(FileCalls.fcntl(server, FileCalls.F_GETFD, 0)).isEqualTo(FileCalls.FD_CLOEXEC);
    }

    @Test
    void knowsBothEndsOfAConnection() {
        int[] sockets = fixture.connection();
        assertThat(SocketCalls.peerAddress(sockets[0])).isEqualTo(addressOf(sockets[1]));
        assertThat(SocketCalls.peerAddress(sockets[1])).isEqualTo(addressOf(sockets[0]));
        assertThat(addressOf(sockets[0]).getAddress()).isEqualTo(loopback(4));
    }

    @Test
    void hasNoAddressForWhatIsNotAnIpSocket() {
        int[] pair = fixture.pair(STREAM);
        assertThat(SocketCalls.localAddress(pair[0])).isNull();
        assertThat(SocketCalls.peerAddress(-1)).isNull();
    }

    @Test
    void bindsIpv6() {
        assumeIpv6();
        int listener = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET6, STREAM, 0));
        ok(SocketCalls.bind(listener, new InetSocketAddress(loopback(6), 0)));
        assertThat(addressOf(listener).getAddress()).isEqualTo(loopback(6));
        assertThat(addressOf(listener).getPort()).isPositive();
    }

    @Test
    void takesBothKindsOfConnectionsAtTheIpv6Wildcard() throws IOException {
        assumeIpv6();
        int listener = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET6, STREAM, 0));
        int only6 = SocketCalls.IPV6_V6ONLY;
        ok(SocketCalls.setOption(listener, SocketCalls.SOL_IPV6, only6, 0));
        ok(SocketCalls.bind(listener, new InetSocketAddress(InetAddress.ofLiteral("::"), 0)));
        ok(SocketCalls.listen(listener, 4));
        int port = addressOf(listener).getPort();
        for (int family : new int[] {4, 6}) {
            try (var client = new Socket(loopback(family), port)) {
                int server = fixture.opened(SocketCalls.accept4(listener, 0));
                assertThat(SocketCalls.peerAddress(server))
                        .isEqualTo(new InetSocketAddress(loopback(family), client.getLocalPort()));
            }
        }
    }

    @Test
    void bindsAnIpv4AddressOnAnIpv6SocketInItsMappedForm() {
        assumeIpv6();
        int listener = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET6, STREAM, 0));
        ok(SocketCalls.bind(listener, new InetSocketAddress(loopback(4), 0)));
        ok(SocketCalls.listen(listener, 4));
        assertThat(addressOf(listener).getAddress()).isEqualTo(loopback(4));
        int client = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        ok(SocketCalls.connect(client, addressOf(listener)));
    }

    @Test
    void refusesAddressesThatTheSocketCannotHave() {
        int socket = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        var unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThat(SocketCalls.bind(socket, unresolved)).isEqualTo(-Errno.EINVAL);
        var six = new InetSocketAddress(loopback(6), 0);
        assertThat(SocketCalls.bind(socket, six)).isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(SocketCalls.bind(-1, six)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void namesTheDomainOfAnAddress() {
        var four = new InetSocketAddress(loopback(4), 1);
        var six = new InetSocketAddress(loopback(6), 1);
        assertThat(SocketCalls.domainOf(four)).isEqualTo(SocketCalls.AF_INET);
        assertThat(SocketCalls.domainOf(six)).isEqualTo(SocketCalls.AF_INET6);
    }

    @Test
    void saysThatAPortIsTakenAndThatNobodyListens() {
        int listener = fixture.listener(STREAM);
        int second = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        assertThat(SocketCalls.bind(second, addressOf(listener))).isEqualTo(-Errno.EADDRINUSE);
        ok(SocketCalls.bind(second, new InetSocketAddress(loopback(4), 0)));
        int client = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        assertThat(SocketCalls.connect(client, addressOf(second))).isEqualTo(-Errno.ECONNREFUSED);
    }

    @Test
    void setsAndReadsOptions() {
        int socket = fixture.opened(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        int level = SocketCalls.SOL_TCP;
        assertThat(SocketCalls.getOption(socket, level, SocketCalls.TCP_NODELAY))
                .isZero();
        ok(SocketCalls.setOption(socket, level, SocketCalls.TCP_NODELAY, 1));
        assertThat(SocketCalls.getOption(socket, level, SocketCalls.TCP_NODELAY))
                .isEqualTo(1);
        assertThat(SocketCalls.getOption(socket, SocketCalls.SOL_SOCKET, SocketCalls.SO_DOMAIN))
                .isEqualTo(SocketCalls.AF_INET);
        assertThat(SocketCalls.setOption(socket, level, 9999, 1)).isEqualTo(-Errno.ENOPROTOOPT);
        assertThat(SocketCalls.getOption(-1, level, 1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void resetsTheConnectionWhenLingerIsZero() {
        int listener = fixture.listener(STREAM);
        int client = ok(SocketCalls.socket(SocketCalls.AF_INET, STREAM, 0));
        ok(SocketCalls.connect(client, addressOf(listener)));
        int server = fixture.opened(SocketCalls.accept4(listener, 0));
        ok(SocketCalls.setLinger(client, true, 0));
        ok(FileCalls.close(client));
        var memory = fixture.memory(8);
        assertThat(SocketCalls.recv(server, memory.address(), 8, 0)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void tellsTheEndOfTheStreamAfterAShutdown() {
        int[] sockets = fixture.connection();
        ok(SocketCalls.shutdown(sockets[0], SocketCalls.SHUT_WR));
        assertThat(receive(sockets[1], 5)).isEmpty();
        assertThat(send(sockets[1], "still", 0)).isEqualTo(5);
        assertThat(receive(sockets[0], 5)).isEqualTo("still");
    }

    @Test
    void survivesTheBrokenPipeOfSendAndOfSendfile(@TempDir Path directory) throws IOException {
        var path = Files.writeString(directory.resolve("file"), "content");
        int file = fixture.open(path, FileCalls.O_RDONLY);
        int[] pair = fixture.pair(STREAM);
        ok(SocketCalls.shutdown(pair[0], SocketCalls.SHUT_WR));
        assertThat(send(pair[0], "x", 0)).isEqualTo(-Errno.EPIPE);
        assertThat(FileCalls.sendfile(pair[0], file, 0, 7)).isEqualTo(-Errno.EPIPE);
    }

    private void assumeIpv6() {
        var ipv6 = Probe.run().feature(Probe.IPV6);
        assumeTrue(ipv6.available(), ipv6.detail());
    }

    private static InetAddress loopback(int version) {
        return InetAddress.ofLiteral(version == 4 ? "127.0.0.1" : "::1");
    }

    private long send(int socket, String text, int flags) {
        long length = text.getBytes(StandardCharsets.UTF_8).length;
        long address = fixture.text(text).address();
        return SocketCalls.send(socket, address, length, flags | SocketCalls.MSG_NOSIGNAL);
    }

    private String receive(int socket, int length) {
        var memory = fixture.memory(length);
        int flags = SocketCalls.MSG_WAITALL;
        long received = ok(SocketCalls.recv(socket, memory.address(), length, flags));
        return Fixture.text(memory, received);
    }
}
