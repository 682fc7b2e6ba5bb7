package sluice.io.testing;

import sluice.io.CopyPath;
import sluice.io.Socket;
import sluice.io.loop.Engine;
import sluice.io.loop.Listening;
import sluice.io.loop.LoopTransport;
import sluice.io.loop.SharedLoop;
import sluice.io.socket.Listener;

import java.io.IOException;

/** An engine whose transports are wrapped; files are read by a guarded path of its own. */
final class XorEngine implements Engine {
    private final SharedLoop loop;
    private final Engine plain;
    private final CopyPath path;

    XorEngine(SharedLoop loop, Engine plain) {
        this.loop = loop;
        this.plain = plain;
        path = loop.newPath();
    }

    @Override
    public LoopTransport transport(Socket socket) {
        return new XorTransport(loop, plain.transport(socket), path);
    }

    @Override
    public void begin() {
        plain.begin();
    }

    @Override
    public Listening listen(Listener listener, Listening.Owner owner) throws IOException {
        return plain.listen(listener, owner);
    }

    @Override
    public void await(long nanos) {
        plain.await(nanos);
    }

    @Override
    public int dispatch() {
        return plain.dispatch();
    }

    @Override
    public void wake() {
        plain.wake();
    }

    @Override
    public void close() {
        plain.close();
        path.close();
    }
}
