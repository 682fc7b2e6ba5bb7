package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.DigestAlgorithm;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.PromisedDigests;
import sluice.http.Request;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.server.response.Response;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A digest that a request promises of octets that it brings (RFC 9530).
 *
 * @param field that has it
 */
record Promise(Field field, DigestAlgorithm algorithm, byte[] digest) {
    /** What a field of a request promises; nothing if it is malformed. */
    static List<Promise> in(Request request, Field field) {
        List<Promise> promises = new ArrayList<>();
        if (request.has(field)) {
            PromisedDigests.of(request, field)
                    .forEach((algorithm, digest) ->
                            promises.add(new Promise(field, algorithm, digest)));
        }
        return promises;
    }

    /**
     * Reads the octets {@code [from, to)} of a file once and compares them with all promises. Most
     * are in the page cache, since they were just written.
     *
     * @return the refusal if a promise is broken or a read fails, else null
     */
    static @Nullable Response refusal(List<Promise> promises, OpenFile file, long from, long to) {
        if (promises.isEmpty()) {
            return null;
        }
        Map<DigestAlgorithm, MessageDigest> sums = new EnumMap<>(DigestAlgorithm.class);
        for (Promise promise : promises) {
            sums.computeIfAbsent(promise.algorithm, DigestAlgorithm::begin);
        }
        boolean read = file.read(
                from, to, piece -> sums.values().forEach(sum -> sum.update(piece.duplicate())));
        if (!read) {
            return UploadResponses.failed(-Errno.EIO);
        }
        Map<DigestAlgorithm, byte[]> digests = new EnumMap<>(DigestAlgorithm.class);
        sums.forEach((algorithm, sum) -> digests.put(algorithm, sum.digest()));
        for (Promise promise : promises) {
            byte[] digest = digests.get(promise.algorithm);
            if (digest == null || !MessageDigest.isEqual(promise.digest, digest)) {
                return UploadResponses.brokenPromise(promise);
            }
        }
        return null;
    }

    /** The field that tells promises which were kept; no field for no promise. */
    static Fields kept(List<Promise> promises) {
        List<String> members = new ArrayList<>();
        for (Promise promise : promises) {
            members.add(PromisedDigests.value(promise.algorithm, promise.digest));
        }
        return members.isEmpty()
                ? Fields.NONE
                : Fields.of(Field.REPR_DIGEST, String.join(", ", members));
    }
}
