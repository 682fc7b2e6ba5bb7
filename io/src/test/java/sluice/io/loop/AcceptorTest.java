package sluice.io.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import sluice.io.Counter;
import sluice.io.Counters;
import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Service;
import sluice.io.Socket;
import sluice.io.loop.Acceptor.Next;
import sluice.io.reactor.Backends;
import sluice.io.socket.Listener;
import sluice.io.socket.RawListener;
import sluice.io.testing.Client;
import sluice.io.testing.Logs;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.testing.ScriptedKernel;
import sluice.linux.testing.ScriptedKernel.Call;
import sluice.linux.testing.ScriptedKernel.Fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepting never ends for want of anything. */
@ExtendWith(Watched.class)
class AcceptorTest {
    private static final int LIMIT = 3;

    private final ScriptedKernel kernel = new ScriptedKernel(Kernel.LINUX);
    private final AtomicInteger population = new AtomicInteger();
    private final Counters counters = new Counters();
    private final long[] clock = {0};
    private int taken;
    private final Listener listener;
    private final Acceptor acceptor;

    AcceptorTest() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = RawListener.open(any, false, kernel);
        Limits limits = new Limits(LIMIT, 1, TestServer.LONG, TestServer.LONG);
        Service nobody = loop -> () -> {
            throw new IllegalStateException("nobody is served");
        };
        LoopSettings settings = new LoopSettings(
                nobody,
                limits,
                (_, task) -> task.run(),
                () -> clock[0],
                population,
                Backends.of(Machinery.defaults().withModel(Model.EPOLL), kernel));
        acceptor = new Acceptor(listener::accept, settings, counters, () -> {}, this::take);
    }

    private void take(Socket socket) {
        taken++;
        population.incrementAndGet();
        socket.close();
    }

    @AfterEach
    void close() {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ECONNABORTED, Errno.EINTR, Errno.EPROTO, Errno.EHOSTUNREACH})
    void aConnectionThatBrokeBeforeItWasTakenIsPassedOver(int errno) throws IOException {
        try (Client client = Client.connect(listener.address())) {
            kernel.on(Call.ACCEPT4, new Fail(errno));
            assertThat(acceptor.accept(10)).isEqualTo(Next.WAIT);
            assertThat(taken).isEqualTo(1);
            client.assertEnded();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS})
    void withoutDescriptorsOrMemoryItPausesAndSaysSoOnceInAWhile(int errno) throws IOException {
        try (Client client = Client.connect(listener.address())) {
            kernel.on(Call.ACCEPT4, new Fail(errno), new Fail(errno));
            assertThat(acceptor.accept(10)).isEqualTo(Next.PAUSE);
            assertThat(acceptor.accept(10)).isEqualTo(Next.PAUSE);
            assertThat(Logs.take()).singleElement().asString().contains(Errno.name(-errno));
            assertThat(counters.get(Counter.ACCEPT_BACKED_OFF)).isEqualTo(2);
            assertThat(acceptor.accept(10)).isEqualTo(Next.WAIT);
            assertThat(taken).isEqualTo(1);
            client.assertEnded();
            clock[0] = 60_000_000_000L;
            kernel.on(Call.ACCEPT4, new Fail(errno));
            assertThat(acceptor.accept(10)).isEqualTo(Next.PAUSE);
            assertThat(Logs.take()).hasSize(1);
        }
    }

    @Test
    void atTheLimitItPausesBeforeItTakesOneMore() throws IOException {
        population.set(LIMIT - 1);
        try (Client first = Client.connect(listener.address());
                Client second = Client.connect(listener.address())) {
            assertThat(acceptor.accept(10)).isEqualTo(Next.PAUSE);
            assertThat(taken).isEqualTo(1);
            assertThat(counters.get(Counter.ACCEPT_AT_LIMIT)).isEqualTo(1);
            assertThat(Logs.take()).singleElement().asString().contains("limit of 3 connections");
            population.decrementAndGet();
            assertThat(acceptor.accept(1)).isEqualTo(Next.PAUSE);
            assertThat(taken).isEqualTo(2);
            first.assertEnded();
            second.assertEnded();
        }
    }

    @Test
    void aListenerThatIsShutEndsIt() {
        kernel.on(Call.ACCEPT4, new Fail(Errno.EINVAL), new Fail(Errno.EBADF));
        assertThat(acceptor.accept(10)).isEqualTo(Next.END);
        assertThat(acceptor.accept(10)).isEqualTo(Next.END);
    }
}
