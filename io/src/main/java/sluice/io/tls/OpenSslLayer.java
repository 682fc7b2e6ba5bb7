package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Socket;
import sluice.io.SocketKind;
import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.Engine;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.linux.Kernel;

import java.io.IOException;
import java.net.InetSocketAddress;

/** TLS by the libssl of the system, which reads and writes the descriptors of sockets itself. */
public final class OpenSslLayer implements BackendLayer {
    private final Contexts contexts;

    public OpenSslLayer(Contexts contexts) {
        this.contexts = contexts;
    }

    @Override
    public String label() {
        return "openssl";
    }

    @Override
    public @Nullable String refusal(Machinery asked) {
        return refusalOf(asked);
    }

    static @Nullable String refusalOf(Machinery asked) {
        CopyMode copy = asked.cell().copy();
        if (copy != CopyMode.AUTO && copy != CopyMode.DIRECT) {
            return "copy path " + copy.label()
                    + " sends bytes as they are in the file, and TLS encrypts them; use --copy auto"
                    + " or direct";
        }
        Model model = asked.cell().model();
        boolean callsSockets = switch (model) {
            case IO_URING, POSIX_AIO, ASYNC_CHANNEL, SELECTOR, VIRTUAL -> false;
            default -> directly(asked).cell().sockets() == SocketKind.RAW;
        };
        return callsSockets
                ? null
                : "model " + model.label() + " cannot speak TLS: libssl reads and writes"
                        + " descriptors that a loop has found ready; use --model epoll, poll,"
                        + " select or blocking";
    }

    @Override
    public Machinery under(Machinery asked) {
        return directly(asked);
    }

    static Machinery directly(Machinery asked) {
        return asked.withCopy(CopyMode.DIRECT);
    }

    @Override
    public Backend around(Backend plain) {
        return new Sockets(plain, contexts);
    }

    private record Sockets(Backend plain, Contexts contexts) implements Backend {
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
            return new TlsListener(plain.listen(address, blocking, sharing), contexts, blocking);
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            throw new IOException("this layer is for connections of clients only");
        }
    }
}
