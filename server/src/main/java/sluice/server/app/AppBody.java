package sluice.server.app;

import org.jspecify.annotations.Nullable;

import sluice.io.Counter;
import sluice.server.response.Body;
import sluice.server.response.Pieces;

import java.io.IOException;

/** A body that comes from an application part by part, as the client takes it: for one sending. */
record AppBody(AppCall call, long length) implements Body.Pieced {
    @Override
    public Pieces pieces() {
        return new Parts(call, length);
    }

    @Override
    public void release() {
        call.close();
    }

    /**
     * The parts of a body; a thread of its own waits for each.
     *
     * <pre>
     *   IDLE --await--> READING --the part is there--> IDLE
     *                      |
     *                      +--it broke off, or took too long--> TORN <--close-- any
     * </pre>
     *
     * <p>Loop thread only, but for what a reading thread leaves behind.
     */
    private static final class Parts implements Pieces {
        private enum State {
            IDLE,
            READING,
            TORN
        }

        private final AppCall call;
        private long left;
        private byte @Nullable [] part;
        private State state = State.IDLE;

        Parts(AppCall call, long length) {
            this.call = call;
            left = length;
        }

        @Override
        public @Nullable Body next() {
            byte[] ready = part;
            part = null;
            return ready == null ? null : new Body.Memory(ready);
        }

        @Override
        public @Nullable Counter await(Runnable ready) {
            if (state != State.IDLE) {
                return state == State.TORN ? Counter.APPLICATIONS_BROKE_OFF : null;
            }
            state = State.READING;
            long wanted = left;
            Thread.ofVirtual().name("sluice-application").start(() -> {
                byte[] read = read(wanted);
                call.loop().execute(() -> {
                    if (state == State.READING) {
                        part = read;
                        state = read == null ? State.TORN : State.IDLE;
                        left -= read == null ? 0 : read.length;
                        ready.run();
                    }
                });
            });
            return null;
        }

        private byte @Nullable [] read(long wanted) {
            try {
                return call.timed(() -> call.part(wanted));
            } catch (IOException | RuntimeException e) {
                return null;
            }
        }

        @Override
        public void close() {
            state = State.TORN;
            call.close();
        }
    }
}
