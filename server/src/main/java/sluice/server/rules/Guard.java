package sluice.server.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.Status;
import sluice.server.Access;
import sluice.server.response.Response;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets in who has a password (RFC 7617). A check takes a processor for some 50 ms on purpose, so a
 * worker does it, and what it accepted is remembered. Who sends wrong passwords therefore waits for
 * the workers' share of long work, and nobody else waits with him. Any thread.
 */
public final class Guard {
    /** Most octets of a value of Authorization: a name and a password, in Base64. */
    private static final int VALUE_MAX = 1_024;
    /** Most credentials to remember, of 100 bytes each; beyond it the guard forgets all. */
    private static final int KNOWN_MAX = 1_024;
    /** Whoever may be let in no longer is noticed after this time. */
    private static final long KNOWN_NANOS = Duration.ofMinutes(5).toNanos();

    private static final String SCHEME = "basic ";
    private static final String DIGEST = "SHA-256";
    private static final int KEY_BYTES = 32;

    /** What is known about a request without a check. */
    public enum Verdict {
        ADMITTED,
        REFUSED,
        /** A worker must {@link #check} its credentials. */
        UNCHECKED
    }

    private final @Nullable Access access;
    /** Begins what is digested; nobody sees a digest who could go on from it. */
    private final byte[] key = new byte[KEY_BYTES];

    private final Response refusal;
    /**
     * When credentials were accepted, by their code under a key that only this process knows. So
     * the time that a look-up takes tells nothing: nobody can choose how codes begin.
     */
    private final ConcurrentHashMap<ByteBuffer, Long> known = new ConcurrentHashMap<>();

    /**
     * @param access null to let everybody in
     */
    public Guard(@Nullable Access access) {
        this.access = access;
        new SecureRandom().nextBytes(key);
        String realm = access == null ? "" : access.realm();
        refusal = Response.error(
                Status.UNAUTHORIZED,
                Fields.of(
                        Field.WWW_AUTHENTICATE,
                        "Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
    }

    /** Whether everybody is let in. */
    public boolean isOpen() {
        return access == null;
    }

    /** What a request without valid credentials gets. */
    public Response refusal() {
        return refusal;
    }

    /** What is known about a request now. */
    public Verdict look(Request request, long now) {
        if (access == null) {
            return Verdict.ADMITTED;
        }
        byte[] credentials = credentials(request);
        if (credentials == null) {
            return Verdict.REFUSED;
        }
        Long since = known.get(code(credentials));
        return since != null && now - since < KNOWN_NANOS ? Verdict.ADMITTED : Verdict.UNCHECKED;
    }

    /** The credentials of a request, decoded: {@code user:password}; null if it has none. */
    public byte @Nullable [] credentials(Request request) {
        int line = request.find(Field.AUTHORIZATION);
        if (line < 0 || request.next(line) >= 0) {
            return null;
        }
        int from = request.valueFrom(line);
        int length = request.valueTo(line) - from;
        if (length > VALUE_MAX) {
            return null;
        }
        byte[] octets = request.bytes().asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
        String value = new String(octets, ISO_8859_1);
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(value.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Checks credentials, and remembers that it accepted them; takes long. */
    public boolean check(byte[] credentials, long now) {
        int colon = 0;
        while (colon < credentials.length && credentials[colon] != ':') {
            colon++;
        }
        if (access == null || colon == credentials.length) {
            return access == null;
        }
        String user = new String(credentials, 0, colon, UTF_8);
        byte[] password = Arrays.copyOfRange(credentials, colon + 1, credentials.length);
        boolean accepted = access.passwords().accepts(user, password);
        if (accepted) {
            if (known.size() >= KNOWN_MAX) {
                known.clear();
            }
            known.put(code(credentials), now);
        }
        return accepted;
    }

    private ByteBuffer code(byte[] credentials) {
        try {
            MessageDigest digest = MessageDigest.getInstance(DIGEST);
            digest.update(key);
            return ByteBuffer.wrap(digest.digest(credentials));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + DIGEST, e);
        }
    }
}
