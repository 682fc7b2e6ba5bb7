import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.cache.DirectBufferCache;
import io.undertow.server.handlers.resource.CachingResourceManager;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;

import org.xnio.Options;

import java.nio.file.Path;

/** Serves files with Undertow. Arguments: the directory, the port, and how many I/O threads. */
public final class UndertowPeer {
    private static final int BACKLOG = 4_096;
    private static final int IDLE_MILLIS = 75_000;
    /** Larger files are sent by transferTo. */
    private static final long TRANSFER_MIN = 1_024;

    private static final int CACHED_FILES = 10_000;
    private static final long CACHED_FILE_MAX = 65_536;
    private static final int SLICE = 1_024;
    private static final int SLICES = 1_024;
    private static final int CACHE_BYTES = 64 << 20;
    private static final int MAX_AGE_MILLIS = 30_000;

    private UndertowPeer() {}

    public static void main(String[] args) {
        CachingResourceManager files = new CachingResourceManager(
                CACHED_FILES,
                CACHED_FILE_MAX,
                new DirectBufferCache(SLICE, SLICES, CACHE_BYTES),
                new PathResourceManager(Path.of(args[0]), TRANSFER_MIN),
                MAX_AGE_MILLIS);
        Undertow.builder()
                .addHttpListener(Integer.parseInt(args[1]), "127.0.0.1")
                .setIoThreads(Integer.parseInt(args[2]))
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setHandler(new ResourceHandler(files))
                .build()
                .start();
    }
}
