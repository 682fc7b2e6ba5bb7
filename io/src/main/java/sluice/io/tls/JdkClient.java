package sluice.io.tls;

import sluice.io.Socket;
import sluice.io.TlsTrust;

import java.io.IOException;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** The client's side of the JDK's TLS. */
record JdkClient(SSLContext context, boolean verifies, List<String> protocols)
        implements ClientSessions {
    static JdkClient of(TlsTrust trust, List<String> protocols) throws IOException {
        SSLContext context = JdkSessions.context(null, JdkTrust.managers(trust));
        return new JdkClient(context, !trust.everyone(), List.copyOf(protocols));
    }

    @Override
    public Session connect(Socket socket, String host) {
        // A port would make it resume sessions, which are made without asking for a name again.
        SSLEngine engine = context.createSSLEngine(host, -1);
        engine.setUseClientMode(true);
        SSLParameters parameters = JdkSessions.parameters(protocols);
        if (verifies) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        if (!isAddress) { // RFC 6066 section 3: an address is no server name
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        engine.setSSLParameters(parameters);
        return new JdkSession(socket, engine);
    }
}
