package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;
import sluice.linux.TlsContext;
import sluice.linux.TlsSession;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Sessions of libssl. The garbage collector frees the context after its last session. */
record OpenSslSessions(TlsContext context) implements Sessions {
    static Sessions of(
            List<String> protocols, List<LoadedCertificate> certificates, byte @Nullable [] tickets)
            throws IOException {
        Map<LoadedCertificate, TlsContext> contexts = new HashMap<>();
        for (LoadedCertificate certificate : certificates) {
            contexts.put(certificate, context(protocols, certificate, tickets));
        }
        Map<String, TlsContext> byName = new HashMap<>();
        LoadedCertificate.byName(certificates)
                .forEach((name, other) -> byName.put(
                        name, Objects.requireNonNull(contexts.get(other), "made above")));
        TlsContext context =
                Objects.requireNonNull(contexts.get(certificates.getFirst()), "made above");
        if (!byName.isEmpty()) {
            context.useByName(byName);
        }
        return new OpenSslSessions(context);
    }

    private static TlsContext context(
            List<String> protocols, LoadedCertificate certificate, byte @Nullable [] tickets)
            throws IOException {
        TlsContext context = TlsContext.server(protocols);
        String refusal = context.use(certificate.chain(), certificate.key());
        if (refusal != null) {
            throw new IOException("certificate " + certificate.label()
                    + " and its key cannot be used: " + refusal);
        }
        if (tickets != null) {
            context.ticketKeys(tickets);
        }
        return context;
    }

    @Override
    public @Nullable Session accept(Socket socket) {
        TlsSession session = context.accept(socket.descriptor());
        return session == null ? null : new OpenSslSession(session);
    }
}
