package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

final class UnixSocketsTest {
    private static final int OWNER_ONLY = 0600;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int TYPE = UnixSockets.SOCK_SEQPACKET | SocketCalls.SOCK_CLOEXEC;

    @TempDir
    private Path directory;

    private Path path;
    private int listening;
    private int client;

    @BeforeEach
    void listen() {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        path = directory.resolve("socket");
        listening = socket();
        client = socket();
        assertThat(UnixSockets.bind(listening, path, OWNER_ONLY)).isZero();
        assertThat(SocketCalls.listen(listening, 1)).isZero();
    }

    private static int socket() {
        int socket = SocketCalls.socket(SocketCalls.AF_UNIX, TYPE, 0);
        assertThat(socket).isNotNegative();
        assertThat(UnixSockets.limitWaits(socket, PATIENCE_MILLIS)).isZero();
        return socket;
    }

    private int accepted() {
        assertThat(UnixSockets.connect(client, path)).isZero();
        int accepted = SocketCalls.accept4(listening, SocketCalls.SOCK_CLOEXEC);
        assertThat(accepted).isNotNegative();
        return accepted;
    }

    @AfterEach
    void close() {
        FileCalls.close(client);
        FileCalls.close(listening);
    }

    @Test
    void theFileHasTheModeThatWasAskedFor() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void messagesArriveOneByOneWithTheDescriptorsThatWereSentWithThem() {
        int server = accepted();
        int eventFd = EventFd.create();
        assertThat(UnixSockets.send(server, "first".getBytes(UTF_8), eventFd, listening))
                .isEqualTo(5);
        assertThat(UnixSockets.send(server, "second".getBytes(UTF_8))).isEqualTo(6);
        UnixSockets.Received first = UnixSockets.receive(client, 100);
        assertThat(new String(first.message(), UTF_8)).isEqualTo("first");
        assertThat(first.descriptors()).hasSize(2).doesNotContain(eventFd, listening);
        int listens = SocketCalls.getOption(
                first.descriptors()[1], SocketCalls.SOL_SOCKET, SocketCalls.SO_ACCEPTCONN);
        assertThat(listens).isEqualTo(1);
        UnixSockets.Received second = UnixSockets.receive(client, 100);
        assertThat(new String(second.message(), UTF_8)).isEqualTo("second");
        assertThat(second.descriptors()).isEmpty();
        FileCalls.close(server);
        assertThat(UnixSockets.receive(client, 100).result()).isZero();
        for (int descriptor : first.descriptors()) {
            FileCalls.close(descriptor);
        }
        FileCalls.close(eventFd);
    }

    @Test
    void aMessageThatIsLongerThanExpectedIsAnErrorAndNoPart() {
        int server = accepted();
        UnixSockets.send(server, "longer".getBytes(UTF_8));
        assertThat(UnixSockets.receive(client, 3).result()).isEqualTo(-Errno.EMSGSIZE);
        FileCalls.close(server);
    }

    @Test
    void thePeerIsKnownByItsProcess() {
        int server = accepted();
        assertThat(UnixSockets.peerPid(server)).isEqualTo(ProcessCalls.getpid());
        FileCalls.close(server);
    }

    @Test
    void aFileWhereNobodyListensRefusesConnections() {
        FileCalls.close(listening);
        listening = socket();
        assertThat(UnixSockets.connect(client, path)).isEqualTo(-Errno.ECONNREFUSED);
        assertThat(UnixSockets.connect(client, directory.resolve("none"))).isEqualTo(-Errno.ENOENT);
        assertThat(UnixSockets.bind(listening, path, OWNER_ONLY)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(UnixSockets.connect(client, directory.resolve("x".repeat(200))))
                .isEqualTo(-Errno.ENAMETOOLONG);
    }
}
