package sluice.lab.job;

import sluice.io.Block;
import sluice.io.Cell;
import sluice.io.ClientLoop;
import sluice.io.Connection;
import sluice.io.CopyMode;
import sluice.io.Limits;
import sluice.io.Model;
import sluice.io.Protocol;
import sluice.io.SendQueue;
import sluice.io.Timers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Connections that stand idle: each costs a server that asks for all of them in each turn. */
final class IdleClients implements AutoCloseable {
    private static final long OPEN_NANOS = 20_000_000_000L;
    private static final long LOOK_NANOS = 5_000_000;

    private final ClientLoop loop;
    private final AtomicInteger open = new AtomicInteger();

    /** A server of this model does not hold so many connections. */
    static final class TooMany extends IOException {
        private static final long serialVersionUID = 1;

        TooMany(String message) {
            super(message);
        }
    }

    private IdleClients() {
        loop = ClientLoop.start(new Cell(Model.best(), CopyMode.AUTO), Limits.defaults());
    }

    /**
     * Opens them.
     *
     * @throws TooMany if the server does not hold so many
     */
    static IdleClients open(int port, int count) throws TooMany {
        IdleClients clients = new IdleClients();
        for (int i = 0; i < count; i++) {
            clients.loop.connect(new InetSocketAddress("127.0.0.1", port), clients.new Idle());
        }
        long deadline = System.nanoTime() + OPEN_NANOS;
        while (clients.open.get() < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (clients.open.get() < count) {
            clients.close();
            throw new TooMany(
                    "the server holds " + clients.open + " idle connections, not " + count);
        }
        return clients;
    }

    /** How many the server has not closed. */
    int held() {
        return open.get();
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Says nothing. */
    private final class Idle implements Protocol {
        private boolean opened;

        @Override
        public void opened(Connection connection) {
            opened = true;
            open.incrementAndGet();
        }

        @Override
        public int received(Block bytes, int from, int to) {
            return to - from;
        }

        @Override
        public void produce(SendQueue queue) {}

        @Override
        public boolean hasOutput() {
            return false;
        }

        @Override
        public boolean wantsInput() {
            return true;
        }

        @Override
        public long inputDeadline() {
            return Timers.NEVER;
        }

        @Override
        public void closed() {
            if (opened) {
                open.decrementAndGet();
            }
        }
    }
}
