package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.PromisedDigests;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The digests of one representation (RFC 9530). A background thread computes each when a client
 * first wants it, once for all clients. Any thread may call.
 *
 * <pre>
 *   UNASKED --ask, await--> ASKED --compute--> SETTLED, with a field or without
 *      ^                      |
 *      +--everybody has left--+
 * </pre>
 */
public final class ReprDigest {
    private enum State {
        UNASKED,
        ASKED,
        SETTLED
    }

    private final AtomicReferenceArray<@Nullable One> digests =
            new AtomicReferenceArray<>(DigestAlgorithm.values().length);

    /** The digest of one algorithm. */
    private static final class One {
        private final List<Runnable> waiting = new ArrayList<>();
        private State state = State.UNASKED;
        /** Whether it is wanted even if nobody waits. */
        private boolean kept;

        private volatile @Nullable Fields field;

        synchronized boolean ask() {
            kept = true;
            return begin();
        }

        private boolean begin() {
            boolean first = state == State.UNASKED;
            state = first ? State.ASKED : state;
            return first;
        }

        synchronized boolean isSettled() {
            return state == State.SETTLED;
        }

        synchronized boolean await(Runnable then) {
            if (state == State.SETTLED) {
                then.run();
                return false;
            }
            waiting.add(then);
            return begin();
        }

        synchronized void leave(Runnable then) {
            waiting.remove(then);
        }

        /** Whether anybody still wants what is about to be computed. */
        synchronized boolean isWanted() {
            boolean wanted = kept || !waiting.isEmpty();
            state = wanted ? state : State.UNASKED;
            return wanted;
        }

        synchronized void settle(@Nullable Fields known) {
            field = known;
            state = State.SETTLED;
            waiting.forEach(Runnable::run);
            waiting.clear();
        }
    }

    private One one(DigestAlgorithm algorithm) {
        One known = digests.get(algorithm.ordinal());
        if (known != null) {
            return known;
        }
        One made = new One();
        One other = digests.compareAndExchange(algorithm.ordinal(), null, made);
        return other == null ? made : other;
    }

    /** The field Repr-Digest, or null if the digest is not known. */
    public @Nullable Fields field(DigestAlgorithm algorithm) {
        One known = digests.get(algorithm.ordinal());
        return known == null ? null : known.field;
    }

    /** Whether waiting is in vain: the digest is known, or cannot be. */
    public boolean isSettled(DigestAlgorithm algorithm) {
        return one(algorithm).isSettled();
    }

    /** Wants a digest for later requests. If true, the caller has somebody {@link #compute} it. */
    public boolean ask(DigestAlgorithm algorithm) {
        return one(algorithm).ask();
    }

    /**
     * Waits for a digest, until {@link #leave}. If true, the caller has somebody {@link #compute}
     * it.
     *
     * @param then runs once, on any thread, when the digest is settled; must not block
     */
    public boolean await(DigestAlgorithm algorithm, Runnable then) {
        return one(algorithm).await(then);
    }

    /** Waits no longer. If nobody wants the digest, a computation that has not begun does not. */
    public void leave(DigestAlgorithm algorithm, Runnable then) {
        one(algorithm).leave(then);
    }

    /** Nobody will compute the digest. */
    public void drop(DigestAlgorithm algorithm) {
        one(algorithm).settle(null);
    }

    /** Computes a digest of the whole content; blocks. A file that changes meanwhile gets none. */
    public void compute(FileEntry entry, DigestAlgorithm algorithm) {
        One one = one(algorithm);
        if (one.isWanted()) {
            Fields field = null;
            try {
                field = hash(entry, algorithm);
            } finally {
                one.settle(field);
            }
        }
    }

    private static @Nullable Fields hash(FileEntry entry, DigestAlgorithm algorithm) {
        MessageDigest digest = algorithm.begin();
        return entry.readTo(digest::update) && entry.isCurrent()
                ? Fields.of(Field.REPR_DIGEST, PromisedDigests.value(algorithm, digest.digest()))
                : null;
    }
}
