package sluice.io.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.loop.Backend;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.io.testing.Await;
import sluice.io.testing.LineService;
import sluice.io.testing.TestServer;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Several listeners of one server share its port, and those of another server do not. */
@ExtendWith(Watched.class)
class ReusePortTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final int ROUNDS = 100;
    private static final int LOOPS = 2;
    /** Not one of them at a loop: by chance once in 2^63 runs. */
    private static final int CLIENTS = 64;

    static Stream<Cell> cells() {
        return Stream.of(Model.values())
                .map(model -> new Cell(model, CopyMode.AUTO))
                .filter(cell -> !cell.hasThreads() && cell.refusal() == null)
                .filter(cell -> Reactor.REUSE_PORT.refusal(cell) == null);
    }

    private static Backend backend(Cell cell) {
        return Backends.of(Machinery.defaults().withCell(cell), Kernel.LINUX);
    }

    private static LoopArrangement arrange(Cell cell, InetSocketAddress at) throws IOException {
        LoopSettings settings = new LoopSettings(
                new LineService(),
                TestServer.LIMITS,
                (_, task) -> task.run(),
                System::nanoTime,
                new AtomicInteger(),
                backend(cell));
        return new LoopArrangement(Reactor.REUSE_PORT, LOOPS, List.of(at), settings);
    }

    private static void end(LoopArrangement arrangement) throws InterruptedException {
        arrangement.stopAccepting();
        arrangement.stop();
        arrangement.release();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aSecondServerOnThePortIsRefusedAndTheFirstOneServesOnEveryLoop(Cell cell)
            throws Exception {
        LoopArrangement first = arrange(cell, ANY);
        List<Socket> clients = new ArrayList<>();
        try {
            InetSocketAddress taken = (InetSocketAddress) first.addresses().getFirst();
            assertThatThrownBy(() -> arrange(cell, taken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getPort())
                    .hasMessageContaining("ddress already in use");
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(taken.getAddress(), taken.getPort()));
            }
            Await.until(
                    "all to be open",
                    () -> first.loops().stream()
                                    .mapToInt(SharedLoop::connections)
                                    .sum()
                            == CLIENTS);
            assertThat(first.loops()).hasSize(LOOPS).allMatch(loop -> loop.connections() > 0);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            end(first);
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void ofTwoServersThatStartAtOnceNotBothListen(Cell cell) throws Exception {
        Backend backend = backend(cell);
        CyclicBarrier start = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < ROUNDS; i++) {
                InetSocketAddress free = freePort();
                Callable<Boolean> server = () -> {
                    start.await();
                    List<Listener> listeners = new ArrayList<>();
                    try {
                        listeners.add(backend.listen(free, false, PortSharing.FIRST));
                        listeners.add(backend.listen(free, false, PortSharing.JOINS));
                    } catch (IOException e) {
                        listeners.forEach(Listener::close);
                        listeners.clear();
                    }
                    // Neither may succeed because the other one has ended.
                    start.await();
                    listeners.forEach(Listener::close);
                    return !listeners.isEmpty();
                };
                Future<Boolean> other = threads.submit(server);
                boolean one = threads.submit(server).get();
                assertThat(one && other.get()).as("round " + i).isFalse();
            }
        }
    }

    private static InetSocketAddress freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) any.getLocalSocketAddress();
        }
    }

    /** The side that closes first keeps the port in TIME_WAIT. */
    @ParameterizedTest
    @MethodSource("cells")
    void aServerStartsAgainWhereItsConnectionsHaveJustEnded(Cell cell) throws Exception {
        LoopArrangement first = arrange(cell, ANY);
        InetSocketAddress address = (InetSocketAddress) first.addresses().getFirst();
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            Await.until(
                    "all to be open",
                    () -> first.loops().stream()
                                    .mapToInt(SharedLoop::connections)
                                    .sum()
                            == 1);
            first.drain();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } finally {
            end(first);
        }
        end(arrange(cell, address));
    }
}
