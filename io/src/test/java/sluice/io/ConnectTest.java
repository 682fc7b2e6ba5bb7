package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import sluice.io.testing.Await;
import sluice.io.testing.Client;
import sluice.io.testing.EveryModel;
import sluice.io.testing.LineProtocol;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestServer;
import sluice.linux.Errno;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that a loop begins itself. */
@EveryModel
class ConnectTest {
    private final Setup setup;

    private final LineService service = new LineService();

    ConnectTest(Setup setup) {
        this.setup = setup;
    }

    /** Says one line, reads one line, and ends. */
    private static final class Caller implements Protocol {
        private final EventLoop loop;
        private final StringBuffer events = new StringBuffer();
        private boolean due;
        private volatile boolean ended;

        Caller(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void opened(Connection connection) {
            events.append("opened ");
            due = true;
        }

        @Override
        public void failedToOpen(long outcome) {
            events.append(Errno.name(outcome)).append(' ');
        }

        @Override
        public int received(Block bytes, int from, int to) {
            byte[] heard = bytes.segment().asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
            events.append(new String(heard, StandardCharsets.UTF_8).strip()).append(' ');
            return to - from;
        }

        @Override
        public void produce(SendQueue queue) {
            if (due) {
                due = false;
                byte[] line = "quit\n".getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < line.length; i++) {
                    queue.block()
                            .segment()
                            .set(ValueLayout.JAVA_BYTE, queue.position() + (long) i, line[i]);
                }
                queue.wrote(line.length);
            }
        }

        @Override
        public boolean hasOutput() {
            return due;
        }

        @Override
        public boolean wantsInput() {
            return !due;
        }

        @Override
        public boolean isIdle() {
            return !due;
        }

        @Override
        public long inputDeadline() {
            return loop.now() + TestServer.LONG.toNanos();
        }

        @Override
        public void expired() {}

        @Override
        public void drain() {}

        @Override
        public void closed() {
            events.append("closed");
            ended = true;
        }
    }

    /** Connects from the loop of a connection that stands, and tells what came of it. */
    private String connect(TestServer server, InetSocketAddress to) throws IOException {
        try (Client client = server.client()) {
            client.send("hold\n");
            LineProtocol held = server.held();
            EventLoop loop = held.loop();
            Caller caller = new Caller(loop);
            loop.post(() -> {
                try {
                    loop.connect(to, caller);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Await.until("the end of the call", () -> caller.ended);
            loop.post(() -> held.releaseWith("done\n"));
            assertThat(client.line()).isEqualTo("done");
            return caller.events.toString();
        }
    }

    @Test
    void aConnectThatSucceedsIsAConnectionLikeAnyOther() throws IOException {
        try (TestServer server = TestServer.start(setup, service)) {
            String events = connect(server, server.reactors().address());
            assertThat(events).isEqualTo("opened bye closed");
        }
    }

    @Test
    void aConnectThatIsRefusedIsToldAndCounted() throws IOException {
        // Bound, so that nobody else gets the port, and not listening.
        try (java.net.Socket mute = new java.net.Socket();
                TestServer server = TestServer.start(setup, service)) {
            mute.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress nobody = (InetSocketAddress) mute.getLocalSocketAddress();
            assertThat(connect(server, nobody)).isEqualTo("ECONNREFUSED closed");
            assertThat(server.count(Counter.FAILED_TO_OPEN)).isEqualTo(1);
        }
    }

    @Test
    void aConnectThatNobodyAnswersTimesOut() throws IOException {
        Limits limits = new Limits(10, 10, TestServer.SHORT, TestServer.LONG);
        List<Client> clients = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestServer server = TestServer.start(setup, service, limits)) {
            InetSocketAddress full = (InetSocketAddress) listener.getLocalSocketAddress();
            // The listen queue takes one more than it says; then handshakes are not answered.
            clients.add(Client.connect(full));
            clients.add(Client.connect(full));
            assertThat(connect(server, full)).isEqualTo("ETIMEDOUT closed");
        }
        for (Client client : clients) {
            client.close();
        }
    }
}
