package sluice.io;

import sluice.io.tls.Contexts;
import sluice.io.tls.OpenSslClient;
import sluice.io.tls.OpenSslLayer;
import sluice.linux.OpenSsl;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** TLS of a server, with its certificates; and of clients. Any thread. */
public final class Tls {
    private final Contexts contexts;
    private final Layer layer;

    private Tls(Contexts contexts) {
        this.contexts = contexts;
        layer = new OpenSslLayer(contexts);
    }

    /**
     * Reads the certificates.
     *
     * @param protocols names for ALPN, the preferred one first
     * @param names host names and addresses of a self-signed certificate
     * @throws IOException if a certificate cannot be used, with the reason
     * @throws IllegalArgumentException if libssl cannot be used here, with the reason
     */
    public static Tls open(TlsSettings settings, List<String> protocols, Set<String> names)
            throws IOException {
        requireLibrary();
        return new Tls(Contexts.open(settings, protocols, names));
    }

    /**
     * What lies between the connections of a client ({@link ClientLoop#start}) and the network. The
     * server has to prove the host string of the address that is connected to.
     *
     * @param protocols names for ALPN, the preferred one first
     * @throws IOException if authorities cannot be used, with the reason
     * @throws IllegalArgumentException if libssl cannot be used here, with the reason
     */
    public static Layer client(TlsTrust trust, List<String> protocols) throws IOException {
        requireLibrary();
        return OpenSslClient.of(trust, protocols);
    }

    private static void requireLibrary() {
        String refusal = OpenSsl.refusal();
        if (refusal != null) {
            throw new IllegalArgumentException("TLS is not available here: " + refusal);
        }
    }

    /** What lies between the connections and the network. */
    public Layer layer() {
        return layer;
    }

    /** The library that encrypts, as "OpenSSL 3.0.17 1 Jul 2025". */
    public static String library() {
        return OpenSsl.version();
    }

    /** SHA-256 of the first certificate, in hexadecimal. */
    public String fingerprint() {
        return contexts.fingerprint();
    }

    /**
     * Reads files again that have changed since the last look; reads files, so not on a loop. New
     * connections get the new certificates. If one cannot be used, the old ones stay.
     *
     * @param told is told what was read, or as a warning why it cannot be used
     */
    public void look(BiConsumer<System.Logger.Level, String> told) {
        contexts.look(told);
    }
}
