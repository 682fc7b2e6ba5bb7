package sluice.server.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestTarget;
import sluice.server.app.AppAnswer;
import sluice.server.app.AppCall;
import sluice.server.content.Lookup;
import sluice.server.root.PathKey;

import java.lang.foreign.MemorySegment;

/**
 * A request that waits for an application. A virtual thread asks, and looks up the file that the
 * application names. Loop thread only, but for that thread.
 */
final class AppWait implements Waiting {
    private final int place;
    private final @Nullable Site files;
    private final AppCall call;
    private boolean closed;
    private @Nullable Decision result;

    /**
     * @param place of the application among those of the site
     * @param files what it may name; null for none
     */
    AppWait(int place, @Nullable Site files, AppCall call) {
        this.place = place;
        this.files = files;
        this.call = call;
    }

    @Override
    public void begin(LoopSite site, Runnable then) {
        Runnable release = site.hold();
        Thread.ofVirtual().name("sluice-application").start(() -> {
            Decision found;
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

    private Decision ask() {
        AppAnswer answer = call.ask();
        String named = answer.file();
        if (named == null || files == null) {
            return new Decision(
                    place, answer, null, named == null ? null : Lookup.Missing.NOT_FOUND);
        }
        byte[] octets = named.getBytes(ISO_8859_1);
        RequestTarget target = new RequestTarget();
        int length = target.decode(MemorySegment.ofArray(octets), 0, octets.length);
        if (length < 0 || target.hasDotfile() || target.endsWithSlash()) {
            return new Decision(place, answer, null, Lookup.Missing.NOT_FOUND);
        }
        PathKey path = new PathKey().set(target.bytes(), 1, length).copy();
        Lookup file = files.cache().find(path, System.nanoTime(), true);
        return new Decision(place, answer, path, file);
    }

    @Override
    public @Nullable Resolution resolution() {
        Decision found = result;
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
