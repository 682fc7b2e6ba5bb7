package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** Sessions of the JDK. */
final class JdkSessions implements Sessions {
    static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** The same as libssl gets, in the JDK's words. */
    static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private final SSLContext context;
    private final SSLParameters parameters;

    private JdkSessions(SSLContext context, List<String> protocols) {
        this.context = context;
        parameters = parameters(protocols);
        parameters.setUseCipherSuitesOrder(true);
    }

    static Sessions of(
            List<String> protocols, List<LoadedCertificate> certificates, byte @Nullable [] tickets)
            throws IOException {
        if (tickets != null) {
            throw new IOException("the JDK takes no keys for session tickets: leave out"
                    + " --tls-ticket-keys, or use --tls-provider openssl");
        }
        return new JdkSessions(context(new JdkKeys(certificates), null), protocols);
    }

    static SSLContext context(@Nullable KeyManager keys, TrustManager @Nullable [] trust) {
        try {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys == null ? null : new KeyManager[] {keys}, trust, null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS: " + e.getMessage(), e);
        }
    }

    static SSLParameters parameters(List<String> protocols) {
        SSLParameters made = new SSLParameters(CIPHERS, VERSIONS);
        made.setApplicationProtocols(protocols.toArray(String[]::new));
        return made;
    }

    @Override
    public Session accept(Socket socket) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return new JdkSession(socket, engine);
    }
}
