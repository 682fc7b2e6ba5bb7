package sluice.server.tier;

import org.jspecify.annotations.Nullable;

import sluice.server.ObjectHead;
import sluice.server.Origin;
import sluice.server.OriginException;
import sluice.server.OriginException.Reason;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A store in memory, which counts what it sends, and fails on demand. */
final class FakeOrigin implements Origin {
    /** An object: each octet follows from its place and the version. */
    record Stored(long size, int version) {
        ObjectHead head() {
            return new ObjectHead(
                    size, "\"v" + version + "\"", 1_700_000_000 + version, null, null, null);
        }
    }

    final AtomicLong sent = new AtomicLong();
    final AtomicInteger heads = new AtomicInteger();
    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private volatile @Nullable Reason failure;
    private volatile @Nullable Semaphore gate;

    /** The octet of a version at a place. */
    static byte octet(int version, long at) {
        return (byte) (at * 31 + (at >> 12) * 7 + version * 101L);
    }

    void put(String key, long size, int version) {
        objects.put(key, new Stored(size, version));
    }

    void remove(String key) {
        objects.remove(key);
    }

    /** From now on it answers nothing but this; null to answer again. */
    void fails(@Nullable Reason reason) {
        failure = reason;
    }

    /** From now on each octet needs a permit; null for none. */
    void opensBy(@Nullable Semaphore permits) {
        gate = permits;
    }

    private Stored stored(String key) throws OriginException {
        Reason reason = failure;
        if (reason != null) {
            throw new OriginException(reason, "the store is told to fail");
        }
        Stored stored = objects.get(key);
        if (stored == null) {
            throw new OriginException(Reason.ABSENT, "no " + key);
        }
        return stored;
    }

    @Override
    public ObjectHead head(String key) throws OriginException {
        heads.incrementAndGet();
        return stored(key).head();
    }

    @Override
    public InputStream read(String key, String tag, long from, long to) throws OriginException {
        Stored stored = stored(key);
        if (!stored.head().tag().equals(tag)) {
            throw new OriginException(Reason.REPLACED, key + " is another version");
        }
        byte[] octets = new byte[(int) (to - from)];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = octet(stored.version(), from + i);
        }
        return new ByteArrayInputStream(octets) {
            @Override
            public synchronized int read(byte[] into, int at, int length) {
                Semaphore permits = gate;
                int most = permits == null ? length : Math.min(length, 1_000);
                if (permits != null) {
                    permits.acquireUninterruptibly(most);
                }
                int read = super.read(into, at, most);
                sent.addAndGet(Math.max(0, read));
                return failure == null ? read : -1;
            }

            @Override
            public void close() throws IOException {
                super.close();
            }
        };
    }

    @Override
    public String name() {
        return "fake://store";
    }

    @Override
    public void close() {}
}
