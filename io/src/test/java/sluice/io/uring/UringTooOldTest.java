package sluice.io.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import sluice.io.Cell;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Socket;
import sluice.io.loop.Listening;
import sluice.io.loop.SharedLoop;
import sluice.io.reactor.Backends;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.io.testing.Client;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Logs;
import sluice.io.testing.Loops;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Uring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel that knows nothing of multishot says EINVAL to each operation that asks for it: then all
 * are begun anew, one by one. The loop never runs; the answers are the test's.
 */
@ExtendWith(Watched.class)
class UringTooOldTest {
    private static final Cell CELL = new Cell(Model.IO_URING, CopyMode.AUTO);
    private static final Machinery MACHINERY = Machinery.defaults().withCell(CELL);
    private static final int FIRST_KIND = 0;
    private static final int LAST = 0;
    private static final long LONG_NANOS = TestServer.LONG.toNanos();

    private final List<Socket> sockets = new ArrayList<>();
    private SharedLoop loop;
    private UringEngine engine;

    @BeforeEach
    void make() {
        String refusal = CELL.refusal();
        assumeTrue(refusal == null, refusal);
        loop = new SharedLoop("sluice", Loops.settings(new LineService(), CELL, Kernel.LINUX));
        engine = (UringEngine) loop.engine();
    }

    @AfterEach
    void discard() {
        if (loop != null) {
            sockets.forEach(Socket::close);
            loop.discard();
        }
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void receivesThatWereBegunTogetherAllGoOnOneByOne() throws IOException {
        UringEndpoint first = endpoint();
        UringEndpoint second = endpoint();

        first.completed(FIRST_KIND, -Errno.EINVAL, LAST);
        second.completed(FIRST_KIND, -Errno.EINVAL, LAST);

        assertThat(engine.submissions().isMultishot()).isFalse();
        assertThat(loop.resources().counters().get(Counter.CONNECTIONS_CLOSED)).isZero();
    }

    /** What is not about multishot is an error like any other. */
    @Test
    void aReceiveThatIsNotUnderstoodEitherFails() throws IOException {
        UringEndpoint endpoint = endpoint();
        endpoint.completed(FIRST_KIND, -Errno.EINVAL, LAST);

        endpoint.completed(FIRST_KIND, -Errno.EINVAL, LAST);
        endpoint.completed(UringOperations.PEER_END, -Errno.ECANCELED, LAST);

        sockets.clear();
        assertThat(loop.resources().counters().get(Counter.CONNECTIONS_CLOSED)).isOne();
        assertThat(Logs.take()).containsExactly("connection reset: EINVAL (invalid argument)");
    }

    /** It is not begun, for then a poll would go on that this kernel knows. */
    @Test
    void whatWakesTheLoopIsPolledOneByOne() {
        assertThat(engine.ring().enable()).isZero();

        engine.woken(-Errno.EINVAL, LAST);

        assertThat(engine.submissions().isMultishot()).isFalse();
        for (int i = 0; i < 3; i++) {
            engine.wake();
            engine.await(LONG_NANOS);
            assertThat(engine.ring().results()).isOne();
            assertThat(Uring.isLast(engine.ring().flags())).isTrue();
            engine.dispatch();
            assertThat(engine.ring().results()).isZero();
        }
    }

    private UringEndpoint endpoint() throws IOException {
        Socket socket = Backends.of(MACHINERY, Kernel.LINUX).open(any(), false);
        sockets.add(socket);
        UringEndpoint endpoint = (UringEndpoint) engine.transport(socket);
        Connection connection =
                new Connection(loop, endpoint, () -> new LineProtocol(new LineService(), loop));
        assertThat(endpoint.begin(connection, null)).isZero();
        connection.opened();
        return endpoint;
    }

    @Test
    void aListenerIsPolled() throws IOException {
        List<Listener.Accepted> accepted = new ArrayList<>();
        Listener listener =
                Backends.of(MACHINERY, Kernel.LINUX).listen(any(), false, PortSharing.ALONE);
        UringListening[] listening = new UringListening[1];
        Listening.Owner owner = new Listening.Owner() {
            @Override
            public void acceptable() {
                accepted.add(listening[0].accept());
            }

            @Override
            public void failed() {
                throw new AssertionError("it goes on");
            }
        };
        listening[0] = (UringListening) loop.listen(listener, owner);

        listening[0].completed(FIRST_KIND, -Errno.EINVAL, LAST);

        assertThat(engine.submissions().isMultishot()).isFalse();
        assertThat(accepted).containsExactly(new Listener.Accepted(null, Errno.EAGAIN));
        try (Client client = Client.connect(listener.address())) {
            listening[0].completed(FIRST_KIND, 1, LAST);
            assertThat(accepted).hasSize(2);
            sockets.add(accepted.getLast().socket());
            assertThat(client).isNotNull();
        }
    }
}
