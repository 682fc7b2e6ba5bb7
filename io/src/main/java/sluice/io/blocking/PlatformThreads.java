package sluice.io.blocking;

import sluice.io.Counter;
import sluice.io.Socket;
import sluice.io.loop.LoopSettings;
import sluice.io.socket.Listener;

/** A thread of the operating system per connection, which waits inside its calls. */
record PlatformThreads(LoopSettings settings) implements ConnectionThreads {
    @Override
    public boolean block() {
        return true;
    }

    @Override
    public void start(Runnable task) {
        Thread.ofPlatform().name("sluice-connection").start(task);
    }

    @Override
    public Waiting waiting(Socket socket) {
        return new BlockingWait(socket, settings);
    }

    @Override
    public Arrivals arrivals(Listener listener) {
        return new Arrivals() {
            /** Accepting waits itself. */
            @Override
            public void await() {}

            @Override
            public void stop() {
                listener.interrupt();
            }

            @Override
            public void end() {}
        };
    }

    @Override
    public void stop() {}

    /** Nothing: each connection's memory goes with its thread. */
    @Override
    public void release() {}

    @Override
    public long count(Counter counter) {
        return 0;
    }

    @Override
    public String words() {
        return "a thread per connection";
    }
}
