package sluice.lab.job;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.Limits;
import sluice.io.Listen;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.Reactor;
import sluice.io.Reactors;
import sluice.io.SendQueue;
import sluice.io.Timers;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The least that a server can do: whatever arrives, it sends the same bytes. It reads no request,
 * knows no file, and waits over the same loops; what a request costs here no server of this harness
 * can avoid. Or its handler sleeps before each answer: what waits meanwhile tells the reactor
 * designs apart.
 */
final class NullServer {
    /** With its head, an answer fits into the memory of a send queue. */
    static final int BODY_MAX = Block.SIZE / 2;

    private static final long SEED = 7;

    private NullServer() {}

    /**
     * Arguments: model, reactor, loops (0: the default), the bytes of a body, and the microseconds
     * for which its handler sleeps. Ends with the process.
     */
    @SuppressWarnings("resource") // the server runs until the process ends
    public static void main(String[] args) throws IOException {
        Machinery machinery = Machinery.defaults();
        for (Model model : Model.values()) {
            if (model.label().equals(args[0])) {
                machinery = machinery.withCell(new Cell(model, CopyMode.AUTO));
            }
        }
        for (Reactor reactor : Reactor.values()) {
            if (reactor.label().equals(args[1])) {
                machinery = machinery.withReactor(reactor);
            }
        }
        int loops = Integer.parseInt(args[2]);
        if (loops > 0) {
            machinery = machinery.withLoops(loops);
        }
        byte[] answer = answer(Integer.parseInt(args[3]));
        long sleep = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(args[4]));
        Reactors server = Reactors.start(
                machinery,
                Limits.defaults(),
                List.of(new Listen(
                        Listen.address("127.0.0.1", 0), _ -> () -> new Always(answer, sleep))));
        System.out.println(
                "Sluice serving nothing at http://127.0.0.1:" + server.address().getPort() + "/");
    }

    private static byte[] answer(int size) {
        byte[] head =
                ("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n").getBytes(ISO_8859_1);
        byte[] body = new byte[size];
        new Random(SEED).nextBytes(body);
        byte[] answer = Arrays.copyOf(head, head.length + size);
        System.arraycopy(body, 0, answer, head.length, size);
        return answer;
    }

    /** Takes what one receive brings for one request: its clients send one at a time. */
    private static final class Always implements Protocol {
        private final byte[] answer;
        private final long sleep;
        private boolean due;

        Always(byte[] answer, long sleep) {
            this.answer = answer;
            this.sleep = sleep;
        }

        @Override
        public void opened(Connection connection) {}

        @Override
        public int received(Block bytes, int from, int to) {
            if (sleep > 0) {
                LockSupport.parkNanos(sleep);
            }
            due = true;
            return to - from;
        }

        @Override
        public void produce(SendQueue queue) {
            if (due && queue.room() >= answer.length) {
                MemorySegment.copy(
                        answer,
                        0,
                        queue.block().segment(),
                        JAVA_BYTE,
                        queue.position(),
                        answer.length);
                queue.wrote(answer.length);
                due = false;
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
        public long inputDeadline() {
            return Timers.NEVER;
        }

        @Override
        public void closed() {}
    }
}
