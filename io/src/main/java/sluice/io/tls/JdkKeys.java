package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Certificates and keys for the JDK; the alias of each is its place. */
final class JdkKeys extends X509ExtendedKeyManager {
    private record Pair(X509Certificate[] chain, PrivateKey key) {}

    private final List<LoadedCertificate> certificates;
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<String, LoadedCertificate> byName;

    JdkKeys(List<LoadedCertificate> certificates) throws IOException {
        this.certificates = List.copyOf(certificates);
        byName = LoadedCertificate.byName(certificates);
        for (LoadedCertificate certificate : certificates) {
            pairs.add(new Pair(
                    certificate.certificates().toArray(X509Certificate[]::new),
                    certificate.privateKey()));
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal[] issuers, SSLEngine engine) {
        int place = certificates.indexOf(certificateFor(engine));
        // The JDK asks for each kind of key that the client can check, until there is one.
        return pairs.get(place).key.getAlgorithm().equals(type) ? Integer.toString(place) : null;
    }

    private LoadedCertificate certificateFor(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName asked : session.getRequestedServerNames()) {
                if (asked instanceof SNIHostName host) {
                    String name = host.getAsciiName().toLowerCase(Locale.ROOT);
                    LoadedCertificate exact = byName.get(name);
                    int dot = name.indexOf('.');
                    LoadedCertificate found = exact != null || dot < 0
                            ? exact
                            : byName.get("*" + name.substring(dot));
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return certificates.getFirst();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return pairs.get(Integer.parseInt(alias)).chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pairs.get(Integer.parseInt(alias)).key;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal[] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] type, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return null;
    }
}
