package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import sluice.linux.OpenSsl.Function;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What libssl asks a context during a handshake. An exception here would end the JVM. It must not
 * refer to its context, nor to the arena of its stubs, because the stubs refer to it.
 */
final class TlsCallbacks {
    private static final int CTRL_SET_SERVERNAME_CB = 53;
    private static final int NAMETYPE_HOST_NAME = 0;
    private static final int OK = 0;
    private static final int ALERT_FATAL = 2;
    private static final int NO_ACK = 3;
    private static final long ALPN_LENGTH_MAX = 1 << 16;

    /** Each name behind its length, the preferred one first. */
    private final byte[] offered;

    private Map<String, TlsContext> others = Map.of();

    TlsCallbacks(byte[] offered) {
        this.offered = offered;
    }

    /** The address of a SSL_CTX_alpn_select_cb_func. */
    long alpn(Arena arena) {
        return stub(
                arena,
                this,
                "selectProtocol",
                FunctionDescriptor.of(
                        JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG));
    }

    void useByName(Arena arena, long context, Map<String, TlsContext> chosen) {
        others = Map.copyOf(chosen);
        long stub = stub(
                arena,
                this,
                "selectCertificate",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        OpenSsl.call(Function.CTX_CALLBACK_CTRL, context, CTRL_SET_SERVERNAME_CB, stub, 0);
    }

    /** The address of a function that calls a method of an object of this package. */
    @SuppressWarnings("restricted") // this package is the one place with native access
    static long stub(Arena arena, Object called, String method, FunctionDescriptor descriptor) {
        Class<?> type = called.getClass();
        try {
            MethodHandle target = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findVirtual(type, method, descriptor.toMethodType());
            return Linker.nativeLinker()
                    .upcallStub(target.bindTo(called), descriptor, arena)
                    .address();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * The first offered name that the client has, too. If there is none, the handshake ends with
     * the alert no_application_protocol (RFC 7301 section 3.2).
     */
    @SuppressWarnings({"unused", "restricted"}) // libssl calls it
    private int selectProtocol(
            long session, long out, long outLength, long in, int inLength, long argument) {
        if (inLength <= 0 || inLength >= ALPN_LENGTH_MAX) {
            return ALERT_FATAL;
        }
        byte[] asked = OpenSsl.memory(in, inLength).toArray(JAVA_BYTE);
        for (int at = 0; at < offered.length; at += 1 + offered[at]) {
            int found = find(asked, at);
            if (found >= 0) {
                OpenSsl.memory(out, Long.BYTES)
                        .set(ValueLayout.JAVA_LONG_UNALIGNED, 0, in + found + 1);
                OpenSsl.memory(outLength, 1).set(JAVA_BYTE, 0, offered[at]);
                return OK;
            }
        }
        return ALERT_FATAL;
    }

    private int find(byte[] asked, int name) {
        int end = name + 1 + offered[name];
        for (int at = 0; at < asked.length; at += 1 + Byte.toUnsignedInt(asked[at])) {
            int askedEnd = at + 1 + Byte.toUnsignedInt(asked[at]);
            if (askedEnd <= asked.length
                    && Arrays.equals(offered, name, end, asked, at, askedEnd)) {
                return at;
            }
        }
        return -1;
    }

    @SuppressWarnings("unused") // libssl calls it
    private int selectCertificate(long session, long alert, long argument) {
        try {
            long name = OpenSsl.call(Function.GET_SERVERNAME, session, NAMETYPE_HOST_NAME, 0, 0);
            if (name == 0) {
                return NO_ACK;
            }
            TlsContext chosen = of(OpenSsl.string(name).toLowerCase(Locale.ROOT));
            if (chosen == null) {
                return NO_ACK;
            }
            OpenSsl.call(Function.SET_SSL_CTX, session, chosen.address, 0, 0);
            return OK;
        } catch (RuntimeException mistake) {
            return NO_ACK;
        }
    }

    private @Nullable TlsContext of(String name) {
        TlsContext exact = others.get(name);
        int dot = name.indexOf('.');
        return exact != null || dot < 0 ? exact : others.get("*" + name.substring(dot));
    }
}
