package sluice.io;

import sluice.io.tls.TlsLayer;
import sluice.linux.OpenSsl;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** TLS of a server, with its certificates; and of clients. Any thread. */
public final class Tls {
    private final TlsProvider provider;
    private final TlsLayer layer;

    private Tls(TlsProvider provider, TlsLayer layer) {
        this.provider = provider;
        this.layer = layer;
    }

    /**
     * Reads the certificates.
     *
     * @param machinery the server's, which the provider has to suit
     * @param protocols names for ALPN, the preferred one first
     * @param names host names and addresses of a self-signed certificate
     * @throws IOException if a certificate cannot be used, with the reason
     * @throws IllegalArgumentException if libssl is asked for and cannot be used here, with the
     *     reason
     */
    public static Tls open(
            TlsSettings settings, Machinery machinery, List<String> protocols, Set<String> names)
            throws IOException {
        TlsProvider chosen = TlsLayer.chosen(settings.provider(), machinery);
        requireLibrary(chosen);
        return new Tls(chosen, TlsLayer.server(chosen, settings, protocols, names));
    }

    /**
     * What lies between the connections of a client ({@link ClientLoop#start}) and the network. The
     * server has to prove the host string of the address that is connected to.
     *
     * @param protocols names for ALPN, the preferred one first
     * @throws IOException if authorities cannot be used, with the reason
     * @throws IllegalArgumentException if libssl is asked for and cannot be used here, with the
     *     reason
     */
    public static Layer client(TlsProvider provider, TlsTrust trust, List<String> protocols)
            throws IOException {
        TlsProvider chosen = TlsLayer.chosen(provider, Machinery.defaults());
        requireLibrary(chosen);
        return TlsLayer.client(chosen, trust, protocols);
    }

    /**
     * The same behind proxies that speak the PROXY protocol: a connection of one of them must begin
     * with a {@link ProxyHead}, before the handshake.
     */
    public Tls behind(AddressSet proxies) {
        return new Tls(provider, layer.behind(proxies));
    }

    private static void requireLibrary(TlsProvider chosen) {
        String refusal = chosen == TlsProvider.OPENSSL ? OpenSsl.refusal() : null;
        if (refusal != null) {
            throw new IllegalArgumentException("TLS by openssl is not available here: " + refusal
                    + "; or use --tls-provider jdk");
        }
    }

    /** What lies between the connections and the network. */
    public Layer layer() {
        return layer;
    }

    /** Who encrypts: not {@link TlsProvider#AUTO}. */
    public TlsProvider provider() {
        return provider;
    }

    /** The library that encrypts, as "OpenSSL 3.0.17 1 Jul 2025". */
    public String library() {
        return provider == TlsProvider.OPENSSL
                ? OpenSsl.version()
                : "TLS of JDK " + Runtime.version();
    }

    /** SHA-256 of the first certificate, in hexadecimal. */
    public String fingerprint() {
        return layer.fingerprint();
    }

    /**
     * Reads files again that have changed since the last look; reads files, so not on a loop. New
     * connections get the new certificates. If one cannot be used, the old ones stay.
     *
     * @param told is told what was read, or as a warning why it cannot be used
     */
    public void look(BiConsumer<System.Logger.Level, String> told) {
        layer.look(told);
    }
}
