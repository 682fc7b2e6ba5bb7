package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Socket;
import sluice.io.TlsTrust;
import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.Engine;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.linux.Kernel;
import sluice.linux.TlsContext;
import sluice.linux.TlsSession;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * The client's side of TLS by the libssl of the system. The server has to prove the host string of
 * the address that is connected to.
 */
public final class OpenSslClient implements BackendLayer {
    private final TlsContext context;

    private OpenSslClient(TlsContext context) {
        this.context = context;
    }

    /**
     * Reads the certificates of authorities, if there are any.
     *
     * @throws IOException if they cannot be used, with the reason
     */
    public static OpenSslClient of(TlsTrust trust, List<String> protocols) throws IOException {
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
    public String label() {
        return "openssl";
    }

    @Override
    public @Nullable String refusal(Machinery asked) {
        return OpenSslLayer.refusalOf(asked);
    }

    @Override
    public Machinery under(Machinery asked) {
        return OpenSslLayer.directly(asked);
    }

    @Override
    public Backend around(Backend plain) {
        return new Sockets(plain, context);
    }

    private record Sockets(Backend plain, TlsContext context) implements Backend {
        @Override
        public Machinery machinery() {
            return plain.machinery();
        }

        @Override
        public Kernel kernel() {
            return plain.kernel();
        }

        @Override
        public Engine engine(SharedLoop loop) {
            return plain.engine(loop);
        }

        @Override
        public CopyPath path(LoopResources resources, CopyOptions copying) {
            return new TlsCopy(resources.newBlock(copying.buffer()), resources.counters());
        }

        @Override
        public Listener listen(InetSocketAddress address, boolean blocking, PortSharing sharing)
                throws IOException {
            throw new IOException("this layer is for connections to servers only");
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            Socket socket = plain.open(address, blocking);
            TlsSession session = context.connect(socket.descriptor(), name(address));
            if (session == null) {
                socket.close();
                throw new IOException("no memory for a TLS session");
            }
            return new TlsSocket(socket, session, blocking);
        }

        /** Names in certificates have no dot at their end, and addresses no zone. */
        private static String name(InetSocketAddress address) {
            return address.getHostString().replaceFirst("%.*|\\.$", "");
        }
    }
}
