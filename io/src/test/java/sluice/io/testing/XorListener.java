package sluice.io.testing;

import sluice.io.Socket;
import sluice.io.socket.Listener;

import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;

/** A listener whose sockets are wrapped. */
record XorListener(Listener plain) implements Listener {
    @Override
    public Accepted accept() {
        Accepted accepted = plain.accept();
        Socket socket = accepted.socket();
        return socket == null ? accepted : new Accepted(new XorSocket(socket), 0);
    }

    @Override
    public SocketAddress address() {
        return plain.address();
    }

    @Override
    public Listener share() {
        return new XorListener(plain.share());
    }

    @Override
    public void refuse() {
        plain.refuse();
    }

    @Override
    public void interrupt() {
        plain.interrupt();
    }

    @Override
    public void close() {
        plain.close();
    }

    @Override
    public int descriptor() {
        return plain.descriptor();
    }

    @Override
    public SelectableChannel channel() {
        return plain.channel();
    }
}
