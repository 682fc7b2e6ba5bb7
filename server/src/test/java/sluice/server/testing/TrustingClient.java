package sluice.server.testing;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's client of TLS, which believes every certificate. */
public final class TrustingClient {
    private TrustingClient() {}

    private static final class Everybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A context for clients. */
    public static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * TLS over a connected socket, which it closes; the handshake has ended. It offers what costs
     * least in a JVM with the first compiler alone, which knows no instructions for AES: a third of
     * the CPU time. Other tests let clients and servers agree on what they like best.
     */
    public static SSLSocket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context()
                .getSocketFactory()
                .createSocket(plain, "localhost", plain.getPort(), true);
        SSLParameters offered = socket.getSSLParameters();
        offered.setCipherSuites(new String[] {"TLS_CHACHA20_POLY1305_SHA256"});
        offered.setNamedGroups(new String[] {"x25519"});
        socket.setSSLParameters(offered);
        socket.startHandshake();
        return socket;
    }
}
