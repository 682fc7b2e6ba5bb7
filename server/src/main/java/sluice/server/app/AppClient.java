package sluice.server.app;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.io.SparseLog;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Asks one application, each time on a connection and a virtual thread of its own: no loop waits.
 * No pool, no second try: who needs these has a proxy. Any thread.
 */
public final class AppClient {
    /**
     * Most requests at a time, each with a descriptor: as many as the threads of a servlet
     * container answer at once, more or less. More get 503.
     */
    static final int CALLS_MAX = 128;

    /** Time to connect and to answer, and then for each part of a body: 504 after that. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final System.Logger LOG = System.getLogger("sluice.server");

    private final SocketAddress address;
    private final Duration patience;
    private final Semaphore calls;
    private final SparseLog log = new SparseLog(LOG, System::nanoTime);

    public AppClient(SocketAddress address) {
        this(address, PATIENCE, CALLS_MAX);
    }

    AppClient(SocketAddress address, Duration patience, int calls) {
        this.address = address;
        this.patience = patience;
        this.calls = new Semaphore(calls);
    }

    SocketAddress address() {
        return address;
    }

    Duration patience() {
        return patience;
    }

    /**
     * A call to begin; null if there are too many.
     *
     * @param target has decoded the path of the request
     * @param loop runs tasks on the thread of the loop that sends the answer
     */
    public @Nullable AppCall call(
            Request request, RequestTarget target, RequestOrigin origin, Executor loop) {
        return calls.tryAcquire()
                ? new AppCall(
                        this,
                        AppRequest.of(request, target, origin),
                        request.method() == Method.HEAD,
                        loop)
                : null;
    }

    void ended() {
        calls.release();
    }

    void warn(String words) {
        log.warn("the application at " + address + " " + words);
    }
}
