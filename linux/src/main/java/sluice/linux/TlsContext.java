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
 * What sessions of a TLS server share (SSL_CTX): certificate and key, versions and ciphers; or
 * those of a client: whom it trusts. It is freed when neither a session nor anything else refers to
 * it. Configure it on one thread; then any thread may use it.
 */
public final class TlsContext {
    private static final Cleaner CLEANER = Cleaner.create();

    /** Octets of a set of ticket keys: a name of 16, and two keys of 32. */
    public static final int TICKET_KEYS_SIZE = 80;
    /** Sets of ticket keys: each is compared with a name that any client can make up. */
    public static final int TICKET_KEYS_MAX = 8;

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
    private static final int CTRL_CHAIN_CERT = 89;
    private static final int CTRL_SET_MIN_PROTO_VERSION = 123;
    private static final int TLS1_2_VERSION = 0x0303;
    private static final int CTRL_SET_TLSEXT_HOSTNAME = 55;
    private static final int NAMETYPE_HOST_NAME = 0;
    private static final int VERIFY_PEER = 0x1;
    private static final long SESS_CACHE_OFF = 0;
    private static final long MODE_ENABLE_PARTIAL_WRITE = 0x1;
    private static final long MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    private static final long MODE_RELEASE_BUFFERS = 0x10;
    /** Peers may close without close_notify: the lengths of HTTP tell what is complete. */
    private static final long OP_IGNORE_UNEXPECTED_EOF = 1L << 7;

    // openssl/x509v3.h and x509_vfy.h
    private static final int CHECK_NO_PARTIAL_WILDCARDS = 0x4;
    private static final int CHECK_NEVER_SUBJECT = 0x20;
    private static final int PARTIAL_CHAIN = 0x80000;

    private static final long OP_NO_COMPRESSION = 1L << 17;
    private static final long OP_PRIORITIZE_CHACHA = 1L << 21;
    private static final long OP_CIPHER_SERVER_PREFERENCE = 1L << 22;
    private static final long OP_NO_RENEGOTIATION = 1L << 30;

    /** A resumption replaces its ticket, so one is enough; the default of 2 costs 240 octets. */
    private static final int TICKETS = 1;

    /** The memory that libssl keeps addresses of; sessions refer to this object. */
    private final Arena arena = Arena.ofAuto();

    final long address;
    /** Whether the peer has to prove who it is. */
    final boolean verifies;

    private final TlsCallbacks callbacks;

    private TlsContext(long address, boolean verifies, List<String> protocols) {
        this.address = address;
        this.verifies = verifies;
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
        TlsContext context =
                new TlsContext(newContext(Function.TLS_SERVER_METHOD), false, protocols);
        context.configure(OP_IGNORE_UNEXPECTED_EOF);
        if (!protocols.isEmpty()) {
            long callback = context.callbacks.alpn(context.arena);
            OpenSsl.call(Function.CTX_SET_ALPN_SELECT_CB, context.address, callback, 0, 0);
        }
        return context;
    }

    /**
     * Creates a context for a client. Its sessions take the end of a stream without close_notify
     * for a broken connection.
     *
     * @param protocols names of protocols for ALPN, the preferred one first
     * @param verifies whether servers have to prove who they are; then call {@link #trust} or
     *     {@link #trustSystem}
     * @throws IllegalStateException as {@link #server}
     */
    public static TlsContext client(List<String> protocols, boolean verifies) {
        TlsContext context =
                new TlsContext(newContext(Function.TLS_CLIENT_METHOD), verifies, List.of());
        context.configure(0);
        byte[] names = wire(protocols);
        try (Arena local = Arena.ofConfined()) {
            MemorySegment memory = local.allocate(names.length);
            MemorySegment.copy(names, 0, memory, JAVA_BYTE, 0, names.length);
            OpenSsl.call(
                    Function.CTX_SET_ALPN_PROTOS,
                    context.address,
                    memory.address(),
                    names.length,
                    0);
        }
        if (verifies) {
            OpenSsl.call(Function.CTX_SET_VERIFY, context.address, VERIFY_PEER, 0, 0);
        }
        return context;
    }

    private static long newContext(Function kind) {
        OpenSsl.requireAvailable();
        long method = OpenSsl.call(kind, 0, 0, 0, 0);
        long address = OpenSsl.call(Function.CTX_NEW, method, 0, 0, 0);
        if (address == 0) {
            throw new IllegalStateException("no TLS context: " + OpenSsl.lastError());
        }
        return address;
    }

    private void configure(long more) {
        control(CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, 0);
        control(
                CTRL_MODE,
                MODE_ENABLE_PARTIAL_WRITE | MODE_ACCEPT_MOVING_WRITE_BUFFER | MODE_RELEASE_BUFFERS,
                0);
        control(CTRL_SET_READ_AHEAD, 1, 0);
        control(CTRL_SET_SESS_CACHE_MODE, SESS_CACHE_OFF, 0);
        long options = more
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
     * Sets the keys of session tickets, for servers that shall resume each other's sessions;
     * without it each context has random ones. The first set encrypts, each decrypts.
     *
     * @param sets 1 to {@link #TICKET_KEYS_MAX}, of {@link #TICKET_KEYS_SIZE} octets each
     */
    public void ticketKeys(byte[] sets) {
        if (!areTicketKeys(sets.length)) {
            throw new IllegalArgumentException("ticket keys of " + sets.length + " octets");
        }
        long callback = new TicketKeys(sets).callback(arena);
        OpenSsl.call(Function.CTX_SET_TICKET_KEY_CB, address, callback, 0, 0);
    }

    /** Whether so many octets are whole sets of ticket keys, and not too many. */
    public static boolean areTicketKeys(long octets) {
        long sets = octets / TICKET_KEYS_SIZE;
        return octets == sets * TICKET_KEYS_SIZE && sets > 0 && sets <= TICKET_KEYS_MAX;
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

    /** Trusts whom the system trusts: the directory and the file that libssl was built for. */
    public void trustSystem() {
        OpenSsl.call(Function.CTX_SET_DEFAULT_VERIFY_PATHS, address, 0, 0, 0);
        OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
    }

    /**
     * Trusts these certificates, and what they sign.
     *
     * @param pem one or more
     * @return why libssl refuses them; null if it accepts them
     */
    public @Nullable String trust(byte[] pem) {
        OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
        long store = OpenSsl.call(Function.CTX_GET_CERT_STORE, address, 0, 0, 0);
        // A certificate that is given is trusted, although it need not be a root.
        OpenSsl.call(Function.X509_STORE_SET_FLAGS, store, PARTIAL_CHAIN, 0, 0);
        try (Arena local = Arena.ofConfined()) {
            long bio = bio(local, pem);
            int count = 0;
            long one = OpenSsl.call(Function.PEM_READ_BIO_X509, bio, 0, 0, 0);
            while (one != 0) {
                OpenSsl.call(Function.X509_STORE_ADD_CERT, store, one, 0, 0);
                OpenSsl.call(Function.X509_FREE, one, 0, 0, 0);
                count++;
                one = OpenSsl.call(Function.PEM_READ_BIO_X509, bio, 0, 0, 0);
            }
            OpenSsl.call(Function.BIO_FREE, bio, 0, 0, 0);
            String end = OpenSsl.lastError();
            return count > 0 ? null : "no certificate in PEM: " + end;
        }
    }

    /** Creates the server's side of a session over a connected socket; null without memory. */
    public @Nullable TlsSession accept(int descriptor) {
        long session = session(descriptor);
        if (session == 0) {
            return null;
        }
        OpenSsl.call(Function.SET_ACCEPT_STATE, session, 0, 0, 0);
        return new TlsSession(this, session);
    }

    /**
     * Creates the client's side of a session over a socket, which is connected before the
     * handshake; null without memory.
     *
     * @param host the name or the address that the server has to prove, if this context verifies
     */
    public @Nullable TlsSession connect(int descriptor, String host) {
        long session = session(descriptor);
        if (session == 0) {
            return null;
        }
        OpenSsl.call(Function.SET_CONNECT_STATE, session, 0, 0, 0);
        if (!expect(session, host)) {
            OpenSsl.call(Function.SSL_FREE, session, 0, 0, 0);
            return null;
        }
        return new TlsSession(this, session);
    }

    /** The subject of a certificate is for people; names are in subjectAltName (RFC 6125). */
    private static boolean expect(long session, String host) {
        long parameters = OpenSsl.call(Function.GET0_PARAM, session, 0, 0, 0);
        long flags = CHECK_NO_PARTIAL_WILDCARDS | CHECK_NEVER_SUBJECT;
        OpenSsl.call(Function.X509_VERIFY_PARAM_SET_HOSTFLAGS, parameters, flags, 0, 0);
        try (Arena local = Arena.ofConfined()) {
            long name = local.allocateFrom(host, US_ASCII).address();
            if (OpenSsl.intCall(Function.X509_VERIFY_PARAM_SET1_IP_ASC, parameters, name, 0, 0)
                    == 1) {
                return true; // RFC 6066 section 3: an address is no server name
            }
            OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
            OpenSsl.call(
                    Function.SSL_CTRL, session, CTRL_SET_TLSEXT_HOSTNAME, NAMETYPE_HOST_NAME, name);
            return OpenSsl.intCall(
                            Function.X509_VERIFY_PARAM_SET1_HOST,
                            parameters,
                            name,
                            host.length(),
                            0)
                    == 1;
        }
    }

    private long session(int descriptor) {
        long session = OpenSsl.call(Function.SSL_NEW, address, 0, 0, 0);
        if (session == 0) {
            OpenSsl.call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
            return 0;
        }
        if (OpenSsl.intCall(Function.SET_FD, session, descriptor, 0, 0) != 1) {
            OpenSsl.call(Function.SSL_FREE, session, 0, 0, 0);
            return 0;
        }
        return session;
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
