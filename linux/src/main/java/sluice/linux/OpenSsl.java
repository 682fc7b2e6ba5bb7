package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The libssl and libcrypto of the system, at least version 3.0, which the distribution patches.
 *
 * <p>All calls have one signature, four 64-bit arguments and a 64-bit result, as {@link Native} has
 * one for all system calls: both ABIs that this package knows pass a narrower argument in the same
 * register, and the callee ignores registers that it has no argument for. A result of type int is
 * in the lower half.
 */
public final class OpenSsl {
    /** The functions used, by their names in lower case. */
    enum Function {
        TLS_SERVER_METHOD("TLS_server_method"),
        TLS_CLIENT_METHOD("TLS_client_method"),
        CTX_NEW("SSL_CTX_new"),
        CTX_FREE("SSL_CTX_free"),
        CTX_CTRL("SSL_CTX_ctrl"),
        CTX_CALLBACK_CTRL("SSL_CTX_callback_ctrl"),
        CTX_SET_OPTIONS("SSL_CTX_set_options"),
        CTX_SET_CIPHERSUITES("SSL_CTX_set_ciphersuites"),
        CTX_SET_CIPHER_LIST("SSL_CTX_set_cipher_list"),
        CTX_USE_CERTIFICATE("SSL_CTX_use_certificate"),
        CTX_USE_PRIVATE_KEY("SSL_CTX_use_PrivateKey"),
        CTX_CHECK_PRIVATE_KEY("SSL_CTX_check_private_key"),
        CTX_SET_ALPN_SELECT_CB("SSL_CTX_set_alpn_select_cb"),
        CTX_SET_ALPN_PROTOS("SSL_CTX_set_alpn_protos"),
        CTX_SET_NUM_TICKETS("SSL_CTX_set_num_tickets"),
        CTX_SET_TICKET_KEY_CB("SSL_CTX_set_tlsext_ticket_key_evp_cb"),
        CTX_SET_VERIFY("SSL_CTX_set_verify"),
        CTX_SET_DEFAULT_VERIFY_PATHS("SSL_CTX_set_default_verify_paths"),
        CTX_GET_CERT_STORE("SSL_CTX_get_cert_store"),
        SSL_NEW("SSL_new"),
        SSL_FREE("SSL_free"),
        SET_FD("SSL_set_fd"),
        SET_ACCEPT_STATE("SSL_set_accept_state"),
        SET_CONNECT_STATE("SSL_set_connect_state"),
        SSL_CTRL("SSL_ctrl"),
        GET0_PARAM("SSL_get0_param"),
        GET_VERIFY_RESULT("SSL_get_verify_result"),
        SET_SSL_CTX("SSL_set_SSL_CTX"),
        DO_HANDSHAKE("SSL_do_handshake"),
        SSL_READ("SSL_read"),
        SSL_WRITE("SSL_write"),
        SSL_SHUTDOWN("SSL_shutdown"),
        GET_ERROR("SSL_get_error"),
        HAS_PENDING("SSL_has_pending"),
        GET_SERVERNAME("SSL_get_servername"),
        GET0_ALPN_SELECTED("SSL_get0_alpn_selected"),
        BIO_NEW_MEM_BUF("BIO_new_mem_buf"),
        BIO_FREE("BIO_free"),
        PEM_READ_BIO_X509("PEM_read_bio_X509"),
        PEM_READ_BIO_PRIVATE_KEY("PEM_read_bio_PrivateKey"),
        X509_FREE("X509_free"),
        X509_STORE_ADD_CERT("X509_STORE_add_cert"),
        X509_STORE_SET_FLAGS("X509_STORE_set_flags"),
        X509_VERIFY_PARAM_SET_HOSTFLAGS("X509_VERIFY_PARAM_set_hostflags"),
        X509_VERIFY_PARAM_SET1_HOST("X509_VERIFY_PARAM_set1_host"),
        X509_VERIFY_PARAM_SET1_IP_ASC("X509_VERIFY_PARAM_set1_ip_asc"),
        X509_VERIFY_CERT_ERROR_STRING("X509_verify_cert_error_string"),
        EVP_PKEY_FREE("EVP_PKEY_free"),
        EVP_AES_256_CBC("EVP_aes_256_cbc"),
        EVP_ENCRYPT_INIT("EVP_EncryptInit"),
        EVP_DECRYPT_INIT("EVP_DecryptInit"),
        EVP_MAC_INIT("EVP_MAC_init"),
        RAND_BYTES("RAND_bytes"),
        ERR_CLEAR_ERROR("ERR_clear_error"),
        ERR_PEEK_LAST_ERROR("ERR_peek_last_error"),
        ERR_ERROR_STRING_N("ERR_error_string_n"),
        VERSION_NUM("OpenSSL_version_num"),
        VERSION("OpenSSL_version");

        final String symbol;

        Function(String symbol) {
            this.symbol = symbol;
        }
    }

    private static final int ARGUMENTS = 4;
    /** OpenSSL_version_num(3): 0xMNN00PP0; 1.1.1 and LibreSSL lack what is used here. */
    private static final long VERSION_MIN = 0x30000000L;

    private static final int MESSAGE_SIZE = 256;

    private static final @Nullable MethodHandle CALL;
    private static final Map<Function, MemorySegment> SYMBOLS;
    private static final String UNAVAILABLE;

    static {
        Binding binding = Binding.bind();
        CALL = binding.call;
        SYMBOLS = binding.symbols;
        UNAVAILABLE = binding.unavailable.isEmpty() ? versionRefusal() : binding.unavailable;
    }

    private OpenSsl() {}

    private record Binding(
            @Nullable MethodHandle call, Map<Function, MemorySegment> symbols, String unavailable) {
        @SuppressWarnings("restricted") // this package is the one place with native access
        static Binding bind() {
            Map<Function, MemorySegment> found = new EnumMap<>(Function.class);
            if (!Native.UNAVAILABLE.isEmpty()) {
                return new Binding(null, found, Native.UNAVAILABLE);
            }
            try {
                SymbolLookup ssl = SymbolLookup.libraryLookup("libssl.so.3", Arena.global());
                SymbolLookup both =
                        ssl.or(SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global()));
                for (Function function : Function.values()) {
                    found.put(function, both.findOrThrow(function.symbol));
                }
                var arguments = new MemoryLayout[ARGUMENTS];
                Arrays.fill(arguments, JAVA_LONG);
                MethodHandle call = Linker.nativeLinker()
                        .downcallHandle(
                                FunctionDescriptor.of(JAVA_LONG, arguments),
                                Linker.Option.captureCallState("errno"));
                return new Binding(call, found, "");
            } catch (RuntimeException | LinkageError e) {
                return new Binding(
                        null,
                        found,
                        "libssl.so.3 cannot be used (" + e.getMessage()
                                + "); install OpenSSL 3, for example package libssl3");
            }
        }
    }

    private static String versionRefusal() {
        long version = call(Function.VERSION_NUM, 0, 0, 0, 0);
        return version >= VERSION_MIN
                ? ""
                : String.format(
                        Locale.ROOT,
                        "libssl.so.3 has version 0x%x; at least 3.0 is needed",
                        version);
    }

    /** Why it cannot be used here, and what to do; null if it can. */
    public static @Nullable String refusal() {
        return UNAVAILABLE.isEmpty() ? null : UNAVAILABLE;
    }

    /** The version, as "OpenSSL 3.0.17 1 Jul 2025". */
    public static String version() {
        requireAvailable();
        return string(call(Function.VERSION, 0, 0, 0, 0));
    }

    static void requireAvailable() {
        if (!UNAVAILABLE.isEmpty()) {
            throw new IllegalStateException(UNAVAILABLE);
        }
    }

    static long call(Function function, long a, long b, long c, long d) {
        return call(Scratch.current(), function, a, b, c, d);
    }

    /** Leaves errno in the scratch of the thread. */
    static long call(Scratch scratch, Function function, long a, long b, long c, long d) {
        MethodHandle call = Objects.requireNonNull(CALL, "available");
        MemorySegment symbol = SYMBOLS.get(function);
        try {
            return (long) call.invokeExact(symbol, scratch.memory, a, b, c, d);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int intCall(Function function, long a, long b, long c, long d) {
        return (int) call(function, a, b, c, d);
    }

    static int errno(Scratch scratch) {
        return scratch.memory.get(JAVA_INT, Scratch.ERRNO);
    }

    static void errno(Scratch scratch, int value) {
        scratch.memory.set(JAVA_INT, Scratch.ERRNO, value);
    }

    /** What the last failed call of this thread said; clears it. */
    static String lastError() {
        long code = call(Function.ERR_PEEK_LAST_ERROR, 0, 0, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MESSAGE_SIZE);
            call(Function.ERR_ERROR_STRING_N, code, text.address(), MESSAGE_SIZE, 0);
            call(Function.ERR_CLEAR_ERROR, 0, 0, 0, 0);
            // error:0A000438:SSL routines:function:reason
            String whole = text.getString(0);
            return whole.substring(whole.lastIndexOf(':') + 1);
        }
    }

    @SuppressWarnings("restricted")
    static MemorySegment memory(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    static String string(long address) {
        return memory(address, Long.MAX_VALUE).getString(0);
    }
}
