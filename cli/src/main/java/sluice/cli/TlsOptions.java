package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.Listen;
import sluice.io.TlsCertificate;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Options for https. */
final class TlsOptions {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "speak https with this certificate: PEM, with those of its issuers behind"
                    + " it; repeatable, each with a --tls-key, for several names (SNI)")
    private List<Path> certificates = List.of();

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "the key of the --tls-cert at the same place: PEM, without a passphrase."
                    + " Both are read again when they change")
    private List<Path> keys = List.of();

    @Option(
            names = "--tls-self-signed",
            description = "speak https with a new certificate that only this process knows, for"
                    + " development")
    private boolean selfSigned;

    @Option(
            names = "--tls-ticket-keys",
            paramLabel = "FILE",
            description = "80 random octets that encrypt session tickets, so that servers with the"
                    + " same file resume each other's sessions; earlier ones may follow them; read"
                    + " again when it changes")
    private @Nullable Path ticketKeys;

    @Option(
            names = "--hsts",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "browsers that were here use nothing but https for this host for so long,"
                    + " as 365d (Strict-Transport-Security)")
    private @Nullable Duration hsts;

    @Option(
            names = "--redirect-http",
            paramLabel = "PORT",
            description = "answer plain http at this port of HOST with a redirect to https")
    private @Nullable Integer redirect;

    @Option(
            names = "--tls-provider",
            paramLabel = "NAME",
            completionCandidates = Names.Providers.class,
            description = "who encrypts: ${COMPLETION-CANDIDATES}; auto is the libssl of the system"
                    + " (openssl) where it runs with the model, else the JDK (default: auto)")
    private @Nullable TlsProvider provider;

    /**
     * What they say; null if they ask for no TLS.
     *
     * @param host where redirects listen
     * @throws IllegalArgumentException if that cannot be
     */
    @Nullable
    TlsSettings settings(String host) {
        if (certificates.size() != keys.size()) {
            throw new IllegalArgumentException("each --tls-cert needs a --tls-key: there are "
                    + certificates.size() + " and " + keys.size());
        }
        if (selfSigned && !certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "--tls-self-signed has no effect with --tls-cert; leave one of them out");
        }
        if (!selfSigned && certificates.isEmpty()) {
            refuse("--tls-ticket-keys", ticketKeys);
            refuse("--hsts", hsts);
            refuse("--redirect-http", redirect);
            refuse("--tls-provider", provider);
            return null;
        }
        List<TlsCertificate> pairs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            pairs.add(new TlsCertificate(certificates.get(i), keys.get(i)));
        }
        InetSocketAddress plain = redirect == null ? null : Listen.address(host, redirect);
        TlsSettings settings = new TlsSettings(pairs, ticketKeys, hsts, plain);
        return provider == null ? settings : settings.withProvider(provider);
    }

    /** Lets a sandbox read them, and what takes their place. */
    void allow(Sandbox sandbox) {
        certificates.forEach(sandbox::readBeside);
        keys.forEach(sandbox::readBeside);
        if (ticketKeys != null) {
            sandbox.readBeside(ticketKeys);
        }
    }

    private static void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalArgumentException(
                    option + " has no effect without --tls-cert or --tls-self-signed");
        }
    }
}
