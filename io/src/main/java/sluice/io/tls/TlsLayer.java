package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressSet;
import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Socket;
import sluice.io.SocketKind;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.io.TlsTrust;
import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.Engine;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.OpenSsl;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * TLS around the sockets of a loop: of those that a server accepts, or of those that a client
 * connects.
 */
public final class TlsLayer implements BackendLayer {
    private final TlsProvider provider;
    /** Of a server. */
    private final @Nullable Contexts contexts;

    private final @Nullable ClientSessions client;
    /** Who says before the handshake for whom it speaks. */
    private final AddressSet proxies;

    private TlsLayer(
            TlsProvider provider,
            @Nullable Contexts contexts,
            @Nullable ClientSessions client,
            AddressSet proxies) {
        this.provider = provider;
        this.contexts = contexts;
        this.client = client;
        this.proxies = proxies;
    }

    /** The same behind proxies that speak the PROXY protocol: see {@link sluice.io.Tls#behind}. */
    public TlsLayer behind(AddressSet speakers) {
        return new TlsLayer(provider, contexts, client, speakers);
    }

    /** Of a server: reads the certificates. See {@link sluice.io.Tls#open}. */
    public static TlsLayer server(
            TlsProvider provider, TlsSettings settings, List<String> protocols, Set<String> names)
            throws IOException {
        List<String> offered = List.copyOf(protocols);
        Sessions.Maker maker = provider == TlsProvider.OPENSSL
                ? (certificates, tickets) -> OpenSslSessions.of(offered, certificates, tickets)
                : (certificates, tickets) -> JdkSessions.of(offered, certificates, tickets);
        return new TlsLayer(provider, Contexts.open(settings, maker, names), null, AddressSet.NONE);
    }

    /** Of a client. See {@link sluice.io.Tls#client}. */
    public static TlsLayer client(TlsProvider provider, TlsTrust trust, List<String> protocols)
            throws IOException {
        ClientSessions sessions = provider == TlsProvider.OPENSSL
                ? OpenSslClient.of(trust, protocols)
                : JdkClient.of(trust, protocols);
        return new TlsLayer(provider, null, sessions, AddressSet.NONE);
    }

    /** SHA-256 of a server's first certificate, in hexadecimal. */
    public String fingerprint() {
        return Objects.requireNonNull(contexts, "of a server").fingerprint();
    }

    /** See {@link sluice.io.Tls#look}. */
    public void look(BiConsumer<Level, String> told) {
        Objects.requireNonNull(contexts, "of a server").look(told);
    }

    @Override
    public String label() {
        return provider.label();
    }

    @Override
    public @Nullable String refusal(Machinery asked) {
        return refusal(provider, asked);
    }

    /** Which one {@link TlsProvider#AUTO} stands for; others stand for themselves. */
    public static TlsProvider chosen(TlsProvider asked, Machinery machinery) {
        if (asked != TlsProvider.AUTO) {
            return asked;
        }
        boolean libssl = OpenSsl.refusal() == null;
        boolean suits = refusal(TlsProvider.OPENSSL, machinery) == null
                || refusal(TlsProvider.JDK, machinery) != null;
        return libssl && suits ? TlsProvider.OPENSSL : TlsProvider.JDK;
    }

    private static @Nullable String refusal(TlsProvider provider, Machinery asked) {
        CopyMode copy = asked.cell().copy();
        if (copy != CopyMode.AUTO && copy != CopyMode.DIRECT) {
            return "copy path " + copy.label()
                    + " sends bytes as they are in the file, and TLS encrypts them; use --copy auto"
                    + " or direct";
        }
        Model model = asked.cell().model();
        boolean raw = directly(asked).cell().sockets() == SocketKind.RAW;
        boolean can = switch (model) {
            case IO_URING, POSIX_AIO, ASYNC_CHANNEL -> false;
            case SELECTOR, VIRTUAL -> provider == TlsProvider.JDK;
            // Only a send with a time limit can be interrupted without ending the session.
            case BLOCKING -> raw;
            default -> raw || provider == TlsProvider.JDK;
        };
        if (can) {
            return null;
        }
        String reason = provider == TlsProvider.OPENSSL
                ? "libssl reads and writes descriptors that a loop has found ready"
                : "the layer of the JDK lies around sockets that a loop calls";
        return "model " + model.label() + " cannot speak TLS: " + reason
                + "; use --model epoll, poll, select or blocking"
                + (provider == TlsProvider.JDK ? ", selector or virtual" : "");
    }

    @Override
    public Machinery under(Machinery asked) {
        return directly(asked);
    }

    private static Machinery directly(Machinery asked) {
        return asked.withCopy(CopyMode.DIRECT);
    }

    @Override
    public Backend around(Backend plain) {
        return new Sockets(plain, contexts, client, proxies);
    }

    private record Sockets(
            Backend plain,
            @Nullable Contexts contexts,
            @Nullable ClientSessions client,
            AddressSet proxies)
            implements Backend {
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
        public Listener listen(SocketAddress address, boolean blocking, PortSharing sharing)
                throws IOException {
            if (contexts == null) {
                throw new IOException("this layer is for connections to servers only");
            }
            return new TlsListener(
                    plain.listen(address, blocking, sharing), contexts, proxies, blocking);
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            if (client == null) {
                throw new IOException("this layer is for connections of clients only");
            }
            Socket socket = plain.open(address, blocking);
            Session session = client.connect(socket, name(address));
            if (session == null) {
                socket.close();
                throw new IOException("no TLS session: " + Errno.describe(-Errno.ENOMEM));
            }
            return new TlsSocket(socket, session, blocking);
        }

        /** Names in certificates have no dot at their end, and addresses no zone. */
        private static String name(InetSocketAddress address) {
            return address.getHostString().replaceFirst("%.*|\\.$", "");
        }
    }
}
