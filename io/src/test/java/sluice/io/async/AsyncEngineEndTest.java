package sluice.io.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Socket;
import sluice.io.loop.Engine;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopSettings;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.RawSocket;
import sluice.io.testing.LineService;
import sluice.io.testing.Loops;
import sluice.io.testing.Watched;
import sluice.linux.Kernel;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** How engines end whose calls end later: they wait for these, and for nothing else. */
@ExtendWith(Watched.class)
class AsyncEngineEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch turningAway = new CountDownLatch(1);
    private final CountDownLatch turnedAway = new CountDownLatch(1);

    /** Counted already, and not yet turned away, when the engine looks whether it can end. */
    @ParameterizedTest
    @EnumSource(names = {"ASYNC_CHANNEL", "POSIX_AIO"})
    void whoComesTooLateHoldsUpNobody(Model model) throws InterruptedException {
        Cell cell = new Cell(model, CopyMode.AUTO);
        assumeTrue(cell.refusal() == null, cell::refusal);
        LoopSettings settings = Loops.settings(new LineService(), cell, Kernel.LINUX);
        Late[] late = new Late[1];
        SharedLoop loop = new SharedLoop("sluice", settings, made -> late[0] = new Late(made));
        loop.start();

        loop.stop();

        assertThat(loop.thread().join(PATIENCE)).isTrue();
        turnedAway.countDown();
        assertThat(late[0].comer.join(PATIENCE)).isTrue();
        assertThat(loop.connections()).isZero();
        loop.release();
    }

    /** An engine to whose loop somebody comes when it takes no more. */
    private final class Late implements Engine {
        private final Engine engine;
        private final Thread comer;

        Late(SharedLoop loop) {
            engine = loop.settings().backend().engine(loop);
            comer = new Thread(() -> loop.adopt(new RawSocket(-1, slowToClose()), 0));
        }

        private Kernel slowToClose() {
            return (Kernel) Proxy.newProxyInstance(
                    Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (_, _, _) -> {
                        turningAway.countDown();
                        turnedAway.await();
                        return 0;
                    });
        }

        @Override
        public void close() {
            comer.start();
            try {
                turningAway.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            engine.close();
        }

        @Override
        public Listening listen(Listener listener, Listening.Owner owner) throws IOException {
            return engine.listen(listener, owner);
        }

        @Override
        public LoopTransport transport(Socket socket) {
            return engine.transport(socket);
        }

        @Override
        public void await(long nanos) {
            engine.await(nanos);
        }

        @Override
        public int dispatch() {
            return engine.dispatch();
        }

        @Override
        public void wake() {
            engine.wake();
        }
    }
}
