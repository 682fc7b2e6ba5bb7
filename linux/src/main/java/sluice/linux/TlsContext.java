package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import sluice.linux.OpenSsl.Function;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;

/**
 * What sessions of a TLS server share (SSL_CTX): certificate and key, versions and ciphers. It is
 * freed when neither a session nor anything else refers to it. Configure it on one thread; then any
 * thread may use it.
 */
public final class TlsContext {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Octets of ticket keys: a name of 16, and two keys of 32 (SSL_CTX_set_tlsext_ticket_keys). */
    public static final int TICKET_KEYS_SIZE = 80;

    /** Mozilla's intermediate list for TLS 1.2 (Server Side TLS 5.7), without finite-field DH. */
    private static final String CIPHERS_12 = "ECDHE-ECDSA-AES128-GCM-SHA256:"
            + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
            + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
            + "ECDHE-RSA-CHACHA20-POLY1305";

    private static final String CIPHERS_13 =
            "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

    // openssl/ssl.h
    private static final int CTRL_MODE = 33;
    private static final int CTRL_SET_READ_AHEAD = 41;
    private static final int CTRL_SET_SESS_CACHE_MODE = 44;
    private static final int CTRL_SET_TICKET_KEYS = 59;
    private static final int CTRL_CHAIN_CERT = 89;
    private static final int CTRL_SET_MIN_PROTO_VERSION = 123;
    private static final int TLS1_2_VERSION = 0x0303;
    private static final long SESS_CACHE_OFF = 0;
    private static final long MODE_ENABLE_PARTIAL_WRITE = 0x1;
    private static final long MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    private static final long MODE_RELEASE_BUFFERS = 0x10;
    /** Peers may close without close_notify: the lengths of HTTP tell what is complete. */
    private static final long OP_IGNORE_UNEXPECTED_EOF = 1L << 7;

    private static final long OP_NO_COMPRESSION = 1L << 17;
    private static final long OP_PRIORITIZE_CHACHA = 1L << 21;
    private static final long OP_CIPHER_SERVER_PREFERENCE = 1L << 22;
    private static final long OP_NO_RENEGOTIATION = 1L << 30;

    /** A resumption replaces its ticket, so one is enough; the default of 2 costs 240 octets. */
    private static final int TICKETS = 1;

    /** The memory that libssl keeps addresses of; sessions refer to this object. */
    private final Arena arena = Arena.ofAuto();

    final long address;
    private final TlsCallbacks callbacks;

    private TlsContext(long address, List<String> protocols) {
        this.address = address;
        callbacks = new TlsCallbacks(wire(protocols));
        CLEANER.register(this, () -> OpenSsl.call(Function.CTX_FREE, address, 0, 0, 0));
    }

    /**
     * Creates a context for a server.
     *
     * @param protocols names of protocols for ALPN, the preferred one first; none to ignore ALPN
     * @throws IllegalStateException if libssl cannot be used ({@link OpenSsl#refusal}), or has no
     *     memory
     */
    public static TlsContext server(List<String> protocols) {
        OpenSsl.requireAvailable();
        long method = OpenSsl.call(Function.TLS_SERVER_METHOD, 0, 0, 0, 0);
        long address = OpenSsl.call(Function.CTX_NEW, method, 0, 0, 0);
        if (address == 0) {
            throw new IllegalStateException("no TLS context: " + OpenSsl.lastError());
        }
        TlsContext context = new TlsContext(address, protocols);
        context.configure();
        if (!protocols.isEmpty()) {
            long callback = context.callbacks.alpn(context.arena);
            OpenSsl.call(Function.CTX_SET_ALPN_SELECT_CB, address, callback, 0, 0);
        }
        return context;
    }

    private void configure() {
        control(CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, 0);
        control(
                CTRL_MODE,
                MODE_ENABLE_PARTIAL_WRITE | MODE_ACCEPT_MOVING_WRITE_BUFFER | MODE_RELEASE_BUFFERS,
                0);
        control(CTRL_SET_READ_AHEAD, 1, 0);
        control(CTRL_SET_SESS_CACHE_MODE, SESS_CACHE_OFF, 0);
        long options = OP_IGNORE_UNEXPECTED_EOF
                | OP_NO_COMPRESSION
                | OP_PRIORITIZE_CHACHA
                | OP_CIPHER_SERVER_PREFERENCE
                | OP_NO_RENEGOTIATION;
        OpenSsl.call(Function.CTX_SET_OPTIONS, address, options, 0, 0);
        long suites = arena.allocateFrom(CIPHERS_13).address();
        long list = arena.allocateFrom(CIPHERS_12).address();
        if (OpenSsl.intCall(Function.CTX_SET_CIPHERSUITES, address, suites, 0, 0) != 1
                || OpenSsl.intCall(Function.CTX_SET_CIPHER_LIST, address, list, 0, 0) != 1) {
            throw new IllegalStateException("libssl lacks the ciphers: " + OpenSsl.lastError());
        }
        OpenSsl.call(Function.CTX_SET_NUM_TICKETS, address, TICKETS, 0, 0);
    }

    private long control(int command, long number, long pointer) {
        return OpenSsl.call(Function.CTX_CTRL, address, command, number, pointer);
    }

    /**
     * Sets the certificate and its key.
     *
     * @param chain in PEM, the server's own certificate first
     * @param key in PEM, without a passphrase
     * @return why libssl refuses them; null if it accepts them
     */
    public @Nullable String use(byte[] chain, byte[] key) {
        OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
        try (Arena local = Arena.ofConfined()) {
            String refusal = useChain(local, chain);
            if (refusal == null) {
                refusal = useKey(local, key);
            }
            OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
            return refusal;
        }
    }

    private @Nullable String useChain(Arena local, byte[] pem) {
        long bio = bio(local, pem);
        try {
            long own = OpenSsl.call(Function.PEM_READ_BIO_X509, bio, 0, 0, 0);
            if (own == 0) {
                return "no certificate in PEM: " + OpenSsl.lastError();
            }
            int used = OpenSsl.intCall(Function.CTX_USE_CERTIFICATE, address, own, 0, 0);
            OpenSsl.call(Function.X509_FREE, own, 0, 0, 0);
            if (used != 1) {
                return OpenSsl.lastError();
            }
            long issuer = OpenSsl.call(Function.PEM_READ_BIO_X509, bio, 0, 0, 0);
            while (issuer != 0) {
                // The context owns it from now on.
                if (control(CTRL_CHAIN_CERT, 0, issuer) != 1) {
                    OpenSsl.call(Function.X509_FREE, issuer, 0, 0, 0);
                    return OpenSsl.lastError();
                }
                issuer = OpenSsl.call(Function.PEM_READ_BIO_X509, bio, 0, 0, 0);
            }
            return null;
        } finally {
            OpenSsl.call(Function.BIO_FREE, bio, 0, 0, 0);
        }
    }

    /** An empty passphrase instead of none: libcrypto would ask for one on the terminal. */
    private @Nullable String useKey(Arena local, byte[] pem) {
        OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
        long bio = bio(local, pem);
        long passphrase = local.allocateFrom("").address();
        long key = OpenSsl.call(Function.PEM_READ_BIO_PRIVATE_KEY, bio, 0, 0, passphrase);
        OpenSsl.call(Function.BIO_FREE, bio, 0, 0, 0);
        if (key == 0) {
            return "no key in PEM: " + OpenSsl.lastError();
        }
        int used = OpenSsl.intCall(Function.CTX_USE_PRIVATE_KEY, address, key, 0, 0);
        OpenSsl.call(Function.EVP_PKEY_FREE, key, 0, 0, 0);
        return used == 1 && OpenSsl.intCall(Function.CTX_CHECK_PRIVATE_KEY, address, 0, 0, 0) == 1
                ? null
                : OpenSsl.lastError();
    }

    private static long bio(Arena local, byte[] pem) {
        MemorySegment memory = local.allocate(Math.max(1, pem.length));
        MemorySegment.copy(pem, 0, memory, JAVA_BYTE, 0, pem.length);
        return OpenSsl.call(Function.BIO_NEW_MEM_BUF, memory.address(), pem.length, 0, 0);
    }

    /**
     * Sets the keys that encrypt session tickets, for servers that shall resume each other's
     * sessions; without it each context has random ones.
     *
     * @param keys {@link #TICKET_KEYS_SIZE} octets
     */
    public void ticketKeys(byte[] keys) {
        if (keys.length != TICKET_KEYS_SIZE) {
            throw new IllegalArgumentException(
                    "ticket keys have " + TICKET_KEYS_SIZE + " octets, not " + keys.length);
        }
        try (Arena local = Arena.ofConfined()) {
            MemorySegment memory = local.allocate(keys.length);
            MemorySegment.copy(keys, 0, memory, JAVA_BYTE, 0, keys.length);
            control(CTRL_SET_TICKET_KEYS, keys.length, memory.address());
            memory.fill((byte) 0);
        }
    }

    /**
     * Has sessions use another context for some of the names that clients ask for (SNI). For other
     * names this one stays.
     *
     * @param others by name in lower case; "*.example.com" stands for one label before the dot.
     *     Not this context: libssl's reference to the map would keep it for ever
     */
    public void useByName(Map<String, TlsContext> others) {
        callbacks.useByName(arena, address, others);
    }

    /** Creates the server's side of a session over a connected socket; null without memory. */
    public @Nullable TlsSession accept(int descriptor) {
        long session = OpenSsl.call(Function.SSL_NEW, address, 0, 0, 0);
        if (session == 0) {
            OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
            return null;
        }
        if (OpenSsl.intCall(Function.SET_FD, session, descriptor, 0, 0) != 1) {
            OpenSsl.call(Function.SSL_FREE, session, 0, 0, 0);
            return null;
        }
        OpenSsl.call(Function.SET_ACCEPT_STATE, session, 0, 0, 0);
        return new TlsSession(this, session);
    }

    /** Each name behind its length (RFC 7301 section 3.1). */
    private static byte[] wire(List<String> protocols) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String name : protocols) {
            byte[] octets = name.getBytes(US_ASCII);
            out.write(octets.length);
            out.writeBytes(octets);
        }
        return out.toByteArray();
    }

    /** Reads a pointer and a length that libssl wrote. */
    static @Nullable String agreed(long session, Scratch scratch) {
        scratch.memory.set(JAVA_LONG, Scratch.CELL, 0);
        scratch.memory.set(JAVA_LONG, Scratch.CELL_LENGTH, 0);
        OpenSsl.call(
                scratch,
                Function.GET0_ALPN_SELECTED,
                session,
                scratch.at(Scratch.CELL),
                scratch.at(Scratch.CELL_LENGTH),
                0);
        int length = scratch.memory.get(JAVA_INT, Scratch.CELL_LENGTH);
        if (length == 0) {
            return null;
        }
        MemorySegment name = OpenSsl.memory(scratch.memory.get(JAVA_LONG, Scratch.CELL), length);
        return new String(name.toArray(JAVA_BYTE), US_ASCII);
    }
}
