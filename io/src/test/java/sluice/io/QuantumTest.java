package sluice.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sluice.io.loop.SharedLoop;
import sluice.io.testing.Client;
import sluice.io.testing.LineService;
import sluice.io.testing.Setup;
import sluice.io.testing.TestFile;
import sluice.io.testing.TestServer;
import sluice.linux.Kernel;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What a peer gets in one turn of a loop, while others wait for theirs. */
final class QuantumTest {
    /** The number, not the constant: a larger one makes every other peer wait longer. */
    private static final long QUANTUM = 1_048_576;

    private static final int TURNS = 16;

    private final LineService service = new LineService();
    private final Map<Long, Long> bytesOfTurns = new ConcurrentHashMap<>();

    /** All that share a loop and send files by sendfile(2), tried by the loop itself. */
    static Stream<Setup> setups() {
        return Stream.of(Model.values())
                .map(model -> new Cell(model, CopyMode.SENDFILE))
                .filter(cell -> cell.refusal() == null && !cell.hasThreads())
                .map(cell -> new Setup(cell, Reactor.SINGLE));
    }

    /** A network without end: sendfile(2) takes at once whatever it is offered. */
    private Kernel fastNetwork() {
        InvocationHandler network = (_, method, arguments) -> {
            if (!method.getName().equals("sendfile")) {
                return method.invoke(Kernel.LINUX, arguments);
            }
            long count = (long) arguments[3];
            SharedLoop loop = (SharedLoop) service.loops().getFirst();
            bytesOfTurns.merge(loop.turn(), count, Long::sum);
            return count;
        };
        Class<Kernel> kernel = Kernel.class;
        return kernel.cast(
                Proxy.newProxyInstance(kernel.getClassLoader(), new Class<?>[] {kernel}, network));
    }

    @Test
    void whatIsLeftOfATurnShrinksByWhatIsSentAndTheNextTurnBeginsAnew() {
        Quantum quantum = new Quantum();
        assertThat(quantum.left(7)).isEqualTo(QUANTUM);
        quantum.sent(-11); // An error of a send.
        quantum.sent(QUANTUM - 2);
        assertThat(quantum.left(7)).isEqualTo(2);
        assertThat(quantum.isUsedUp()).isFalse();
        quantum.sent(2);
        assertThat(quantum.left(7)).as("a send follows").isOne();
        assertThat(quantum.isUsedUp()).isTrue();
        assertThat(quantum.left(8)).isEqualTo(QUANTUM);
        assertThat(quantum.isUsedUp()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aPeerThatTakesAllAtOnceGetsOneMebibyteInATurn(Setup setup, @TempDir Path directory)
            throws Exception {
        long size = TURNS * QUANTUM;
        Path path = Files.write(directory.resolve("served"), new byte[(int) size]);
        try (TestFile file = new TestFile(path, Kernel.LINUX);
                TestServer server = TestServer.start(
                        setup, service.file(file), TestServer.LIMITS, fastNetwork());
                Client greedy = server.client()) {
            greedy.send("file 0 " + size + "\n");
            greedy.send("echo sent\n");
            assertThat(greedy.line()).isEqualTo("sent");
        }
        assertThat(bytesOfTurns.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(size);
        assertThat(bytesOfTurns.values()).allMatch(bytes -> bytes <= QUANTUM);
    }
}
