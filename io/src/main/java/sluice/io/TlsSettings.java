package sluice.io;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a server speaks TLS.
 *
 * @param certificates the first is for clients that ask for no name, or for a name that none has;
 *     none means a new self-signed certificate in memory, for development
 * @param ticketKeys a file of 80 random octets that encrypts session tickets, so that servers with
 *     the same file resume each other's sessions; up to seven earlier ones may follow, and their
 *     tickets are accepted and replaced; null for random ones of this server
 * @param hsts how long a browser that was here shall use nothing but https for this host and all of
 *     its ports (RFC 6797); null to leave that open
 * @param redirect where requests in plain http are answered with a redirect to https; null for
 *     nowhere
 * @param provider who encrypts
 */
public record TlsSettings(
        List<TlsCertificate> certificates,
        @Nullable Path ticketKeys,
        @Nullable Duration hsts,
        @Nullable InetSocketAddress redirect,
        TlsProvider provider) {
    /** With the provider that suits the machine. */
    public TlsSettings(
            List<TlsCertificate> certificates,
            @Nullable Path ticketKeys,
            @Nullable Duration hsts,
            @Nullable InetSocketAddress redirect) {
        this(certificates, ticketKeys, hsts, redirect, TlsProvider.AUTO);
    }

    public TlsSettings {
        certificates = List.copyOf(certificates);
        if (redirect != null) {
            Listen.requireResolved(redirect);
        }
        if (hsts != null && hsts.isNegative()) {
            throw new IllegalArgumentException("a time for HSTS cannot be negative: " + hsts);
        }
    }

    /** A copy with another time for HSTS. */
    public TlsSettings withHsts(@Nullable Duration time) {
        return new TlsSettings(certificates, ticketKeys, time, redirect, provider);
    }

    /** A copy with another address for redirects. */
    public TlsSettings withRedirect(@Nullable InetSocketAddress address) {
        return new TlsSettings(certificates, ticketKeys, hsts, address, provider);
    }

    /** A copy with another provider. */
    public TlsSettings withProvider(TlsProvider other) {
        return new TlsSettings(certificates, ticketKeys, hsts, redirect, other);
    }

    /** With a certificate that this process makes up. */
    public static TlsSettings selfSigned() {
        return new TlsSettings(List.of(), null, null, null);
    }

    /** With one certificate. */
    public static TlsSettings of(Path chain, Path key) {
        return new TlsSettings(List.of(new TlsCertificate(chain, key)), null, null, null);
    }
}
