package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.http.Field;
import sluice.http.Fields;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The digests of one representation (RFC 9530). A background thread computes each when a client
 * first wants it; requests before the end of that get none. Any thread may call.
 */
public final class ReprDigest {
    private final AtomicReferenceArray<@Nullable Fields> fields =
            new AtomicReferenceArray<>(DigestAlgorithm.values().length);
    private final AtomicInteger asked = new AtomicInteger();

    /** The field Repr-Digest, or null if the digest is not known. */
    public @Nullable Fields field(DigestAlgorithm algorithm) {
        return fields.get(algorithm.ordinal());
    }

    /** Whether this is the first request for an algorithm. */
    public boolean ask(DigestAlgorithm algorithm) {
        int bit = 1 << algorithm.ordinal();
        int before = asked.get();
        return (before & bit) == 0 && asked.compareAndSet(before, before | bit);
    }

    /** Computes a digest of the whole content; blocks. A file that changes meanwhile gets none. */
    public void compute(FileEntry entry, DigestAlgorithm algorithm) {
        MessageDigest digest = algorithm.begin();
        if (entry.readTo(digest::update) && entry.isCurrent()) {
            String value = Base64.getEncoder().encodeToString(digest.digest());
            Fields field = Fields.of(Field.REPR_DIGEST, algorithm.key() + "=:" + value + ":");
            fields.set(algorithm.ordinal(), field);
        }
    }
}
