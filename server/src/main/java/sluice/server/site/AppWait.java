package sluice.server.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestTarget;
import sluice.server.app.AppAnswer;
import sluice.server.app.AppCall;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.root.PathKey;

import java.lang.foreign.MemorySegment;

/**
 * A request that waits for an application. A virtual thread asks, and looks up the file that the
 * application names. Loop thread only, but for that thread.
 */
final class AppWait implements Waiting {
    /**
     * What an application has answered.
     *
     * @param path of the file that it named
     * @param file the look-up of that; null if it named none
     */
    record Result(
            Application application,
            AppAnswer answer,
            @Nullable PathKey path,
            @Nullable Lookup file) {
        /** Releases the result, which nobody needs any more. */
        void release() {
            if (file instanceof FileEntry entry) {
                entry.release();
            }
            answer.response().release();
        }
    }

    private final Application application;
    private final AppCall call;
    private boolean closed;
    private @Nullable Result result;

    AppWait(Application application, AppCall call) {
        this.application = application;
        this.call = call;
    }

    @Override
    public void begin(LoopSite site, Runnable then) {
        Runnable release = site.hold();
        Thread.ofVirtual().name("sluice-application").start(() -> {
            Result found;
            try {
                found = ask();
            } finally {
                release.run();
            }
            site.loop().post(() -> {
                if (closed) {
                    found.release();
                } else {
                    closed = true;
                    result = found;
                    then.run();
                }
            });
        });
    }

    private Result ask() {
        AppAnswer answer = call.ask();
        Site files = application.files();
        String named = answer.file();
        if (named == null || files == null) {
            return new Result(
                    application, answer, null, named == null ? null : Lookup.Missing.NOT_FOUND);
        }
        byte[] octets = named.getBytes(ISO_8859_1);
        RequestTarget target = new RequestTarget();
        int length = target.decode(MemorySegment.ofArray(octets), 0, octets.length);
        if (length < 0 || target.hasDotfile() || target.endsWithSlash()) {
            return new Result(application, answer, null, Lookup.Missing.NOT_FOUND);
        }
        PathKey path = new PathKey().set(target.bytes(), 1, length).copy();
        Lookup file = files.cache().find(path, System.nanoTime(), true);
        return new Result(application, answer, path, file);
    }

    @Override
    public @Nullable Resolution resolution() {
        Result found = result;
        return found == null ? null : Resolution.of(found);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            call.close();
        }
    }
}
