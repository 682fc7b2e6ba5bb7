package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;
import sluice.io.TlsTrust;
import sluice.linux.TlsContext;
import sluice.linux.TlsSession;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The client's side of libssl. */
record OpenSslClient(TlsContext context) implements ClientSessions {
    /**
     * Reads the certificates of authorities, if there are any.
     *
     * @throws IOException if they cannot be used, with the reason
     */
    static OpenSslClient of(TlsTrust trust, List<String> protocols) throws IOException {
        TlsContext context = TlsContext.client(protocols, !trust.everyone());
        Path authorities = trust.authorities();
        if (authorities != null) {
            String refusal = context.trust(LoadedCertificate.bytes(authorities));
            if (refusal != null) {
                throw new IOException(authorities + " cannot be used: " + refusal);
            }
        } else if (!trust.everyone()) {
            context.trustSystem();
        }
        return new OpenSslClient(context);
    }

    @Override
    public @Nullable Session connect(Socket socket, String host) {
        TlsSession session = context.connect(socket.descriptor(), host);
        return session == null ? null : new OpenSslSession(session);
    }
}
