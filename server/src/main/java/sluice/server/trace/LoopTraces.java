package sluice.server.trace;

import org.jspecify.annotations.Nullable;

import sluice.io.EventLoop;

import java.net.InetSocketAddress;

/** Traces of the connections of one loop, which share out its CPU time. Loop thread only. */
public final class LoopTraces {
    private final ResponseWatch watch;
    private final CpuShares shares;

    public LoopTraces(ResponseWatch watch, EventLoop loop) {
        this.watch = watch;
        shares = new CpuShares(loop);
    }

    /** Whether anybody watches responses now. */
    public boolean areWanted() {
        return watch.isWanted();
    }

    /** A trace for a connection whose peer has that address, if it is known. */
    public ResponseTrace of(@Nullable InetSocketAddress remote) {
        return new ResponseTrace(watch, shares, remote);
    }

    /** The same for a connection that sends several responses at once. */
    public StreamTraces ofStreams(@Nullable InetSocketAddress remote) {
        return new StreamTraces(watch, shares, remote);
    }
}
