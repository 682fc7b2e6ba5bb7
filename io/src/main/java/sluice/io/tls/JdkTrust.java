package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.TlsTrust;
import sluice.linux.Errno;
import sluice.linux.TlsSession;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom the JDK trusts, and its reasons in the numbers of libssl. */
final class JdkTrust {
    private JdkTrust() {}

    /** Trusts without looking. */
    private static final class Everyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(
                X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** For a context; null for the JDK's own. */
    static TrustManager @Nullable [] managers(TlsTrust trust) throws IOException {
        if (trust.everyone()) {
            return new TrustManager[] {new Everyone()};
        }
        Path file = trust.authorities();
        return file == null ? null : managers(file);
    }

    private static TrustManager[] managers(Path file) throws IOException {
        byte[] pem = LoadedCertificate.bytes(file);
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem));
            if (found.isEmpty()) {
                throw new IOException(file + " cannot be used: no certificate in PEM");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate one : found) {
                store.setCertificateEntry(Integer.toString(store.size()), one);
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    file + " cannot be used: no certificate in PEM: " + e.getMessage(), e);
        }
    }

    /** Why a handshake failed. */
    static long outcome(SSLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException _ -> {
                    return TlsSession.DISTRUST - TlsSession.EXPIRED;
                }
                case CertificateNotYetValidException _ -> {
                    return TlsSession.DISTRUST - TlsSession.NOT_YET_VALID;
                }
                case CertPathBuilderException _ -> {
                    return TlsSession.DISTRUST - TlsSession.NO_ISSUER;
                }
                default -> {}
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                String words = String.valueOf(cause.getMessage());
                boolean name = words.startsWith("No subject alternative")
                        || words.startsWith("No name matching");
                return TlsSession.DISTRUST
                        - (name ? TlsSession.OTHER_NAME : TlsSession.UNSPECIFIED);
            }
        }
        return -Errno.EPROTO;
    }
}
