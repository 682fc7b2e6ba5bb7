package sluice.io.testing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.CopyPath;
import sluice.io.LoopResources;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Socket;
import sluice.io.loop.Backend;
import sluice.io.loop.BackendLayer;
import sluice.io.loop.Engine;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;
import sluice.io.socket.PortSharing;
import sluice.linux.Kernel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;

/**
 * A layer as simple as can be, with all that TLS needs of loops: it changes every byte both ways,
 * and begins with a handshake that chooses the protocol. The client says the first letter of its
 * name, and the server says it back.
 */
public final class XorLayer implements BackendLayer {
    /** What every byte after the handshake is changed by. */
    public static final byte KEY = 0x5a;

    /** What is changed at once, as a record of TLS is. */
    static final int RECORD = 16 << 10;

    private static final Set<CopyMode> THROUGH_USER_SPACE =
            Set.of(CopyMode.AUTO, CopyMode.DIRECT, CopyMode.HEAP);

    private static final Set<Model> WITHOUT_SOCKET_CALLS =
            Set.of(Model.IO_URING, Model.POSIX_AIO, Model.ASYNC_CHANNEL, Model.SELECTOR);

    private final boolean aroundTransports;

    private XorLayer(boolean aroundTransports) {
        this.aroundTransports = aroundTransports;
    }

    /** In the shape that suits the model. */
    public static XorLayer over(Model model) {
        return new XorLayer(WITHOUT_SOCKET_CALLS.contains(model));
    }

    /** Around transports, whatever the model. */
    public static XorLayer aroundTransports() {
        return new XorLayer(true);
    }

    /** There and back is the same. */
    static void change(Block block, int from, int to) {
        // An array: the JVM's first compiler takes twenty times as long for octets of a segment.
        byte[] octets = new byte[to - from];
        MemorySegment.copy(block.segment(), JAVA_BYTE, from, octets, 0, octets.length);
        for (int i = 0; i < octets.length; i++) {
            octets[i] ^= KEY;
        }
        MemorySegment.copy(octets, 0, block.segment(), JAVA_BYTE, from, octets.length);
    }

    /** Whether a byte of the client's can be the first letter of a protocol. */
    static boolean isHello(byte hello) {
        return hello >= 'a' && hello <= 'z';
    }

    @Override
    public String label() {
        return aroundTransports ? "xor around transports" : "xor";
    }

    @Override
    public @Nullable String refusal(Machinery asked) {
        CopyMode copy = asked.cell().copy();
        if (!THROUGH_USER_SPACE.contains(copy)) {
            return "copy path " + copy.label() + " sends bytes as they are in the file, and layer"
                    + " xor changes them; use --copy auto, direct or heap";
        }
        return aroundTransports && asked.cell().hasThreads()
                ? "model " + asked.cell().model().label() + " has no transport to lie around"
                : null;
    }

    @Override
    public Machinery under(Machinery asked) {
        return asked.cell().copy() == CopyMode.AUTO ? asked.withCopy(CopyMode.DIRECT) : asked;
    }

    @Override
    public Backend around(Backend plain) {
        return aroundTransports ? new Transports(plain) : new Sockets(plain);
    }

    /** Sockets of another kind, and a copy path for them. */
    private record Sockets(Backend plain) implements Backend {
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
            return new XorCopy(plain.path(resources, copying));
        }

        @Override
        public Listener listen(SocketAddress address, boolean blocking, PortSharing sharing)
                throws IOException {
            return new XorListener(plain.listen(address, blocking, sharing));
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            throw new IOException("layer xor lies over connections of clients only");
        }
    }

    /** Transports around those of an engine. */
    private record Transports(Backend plain) implements Backend {
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
            return new XorEngine(loop, plain.engine(loop));
        }

        @Override
        public CopyPath path(LoopResources resources, CopyOptions copying) {
            return plain.path(resources, copying);
        }

        @Override
        public Listener listen(SocketAddress address, boolean blocking, PortSharing sharing)
                throws IOException {
            return plain.listen(address, blocking, sharing);
        }

        @Override
        public Socket open(InetSocketAddress address, boolean blocking) throws IOException {
            throw new IOException("layer xor lies over connections of clients only");
        }
    }
}
