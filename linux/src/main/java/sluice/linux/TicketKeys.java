package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import sluice.linux.OpenSsl.Function;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;

/**
 * The keys of session tickets that servers share, the newest first: it encrypts, and each decrypts.
 * So keys can be changed without a session that cannot be resumed.
 *
 * <p>Each set has {@link TlsContext#TICKET_KEYS_SIZE} octets: the name that a ticket begins with,
 * the key of its HMAC-SHA256, and that of its AES-256-CBC. That is what libssl does with keys of
 * its own (RFC 5077 section 4), so a set means the same to any server that takes its format.
 */
final class TicketKeys {
    private static final int NAME_SIZE = 16;
    private static final int KEY_SIZE = 32;
    private static final int MAC_KEY_AT = NAME_SIZE;
    private static final int CIPHER_KEY_AT = NAME_SIZE + KEY_SIZE;
    /** The block size of AES. */
    private static final int IV_SIZE = 16;

    // openssl/core.h: struct ossl_param_st; the array ends with one whose key is null.
    private static final int PARAM_SIZE = 40;
    private static final int PARAM_TYPE_AT = 8;
    private static final int PARAM_DATA_AT = 16;
    private static final int PARAM_LENGTH_AT = 24;
    private static final int PARAM_UTF8_STRING = 4;
    private static final String DIGEST = "SHA256";

    // What the callback answers: SSL_CTX_set_tlsext_ticket_key_evp_cb(3).
    private static final int FAILED = -1;
    private static final int UNKNOWN = 0;
    private static final int DONE = 1;
    private static final int DONE_AND_RENEW = 2;

    private final MemorySegment keys;
    private final MemorySegment digest;

    /** Several sets, one behind the other. */
    TicketKeys(byte[] sets) {
        // Not the arena of the stub: that would stay reachable from what it holds.
        Arena arena = Arena.ofAuto();
        keys = arena.allocate(sets.length);
        MemorySegment.copy(sets, 0, keys, JAVA_BYTE, 0, sets.length);
        digest = arena.allocate(2 * PARAM_SIZE, Long.BYTES);
        digest.set(JAVA_LONG, 0, arena.allocateFrom("digest").address());
        digest.set(JAVA_INT, PARAM_TYPE_AT, PARAM_UTF8_STRING);
        digest.set(JAVA_LONG, PARAM_DATA_AT, arena.allocateFrom(DIGEST).address());
        digest.set(JAVA_LONG, PARAM_LENGTH_AT, DIGEST.length());
    }

    /** The address of the callback, which lives as long as the arena. */
    long callback(Arena arena) {
        return TlsCallbacks.stub(
                arena,
                this,
                "useKeys",
                FunctionDescriptor.of(
                        JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    /** Prepares libssl's two contexts for a ticket. An exception here would end the JVM. */
    @SuppressWarnings("unused") // libssl calls it
    private int useKeys(long session, long name, long iv, long cipher, long mac, int encrypts) {
        try {
            MemorySegment named = OpenSsl.memory(name, NAME_SIZE);
            if (encrypts == 0) {
                return decrypt(named, iv, cipher, mac);
            }
            named.copyFrom(keys.asSlice(0, NAME_SIZE));
            boolean ready = OpenSsl.intCall(Function.RAND_BYTES, iv, IV_SIZE, 0, 0) == 1
                    && prepare(Function.EVP_ENCRYPT_INIT, 0, iv, cipher, mac);
            return ready ? DONE : FAILED;
        } catch (RuntimeException mistake) {
            return FAILED;
        }
    }

    private int decrypt(MemorySegment name, long iv, long cipher, long mac) {
        for (long at = 0; at < keys.byteSize(); at += TlsContext.TICKET_KEYS_SIZE) {
            if (keys.asSlice(at, NAME_SIZE).mismatch(name) < 0) {
                if (!prepare(Function.EVP_DECRYPT_INIT, at, iv, cipher, mac)) {
                    return FAILED;
                }
                return at == 0 ? DONE : DONE_AND_RENEW;
            }
        }
        return UNKNOWN;
    }

    private boolean prepare(Function init, long at, long iv, long cipher, long mac) {
        long set = keys.address() + at;
        long aes = OpenSsl.call(Function.EVP_AES_256_CBC, 0, 0, 0, 0);
        return OpenSsl.intCall(init, cipher, aes, set + CIPHER_KEY_AT, iv) == 1
                && OpenSsl.intCall(
                                Function.EVP_MAC_INIT,
                                mac,
                                set + MAC_KEY_AT,
                                KEY_SIZE,
                                digest.address())
                        == 1;
    }
}
