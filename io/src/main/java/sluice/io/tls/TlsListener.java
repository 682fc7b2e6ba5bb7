package sluice.io.tls;

import sluice.io.AddressSet;
import sluice.io.Socket;
import sluice.io.socket.Listener;
import sluice.linux.Errno;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;

/** A listener whose sockets speak TLS. */
record TlsListener(Listener plain, Contexts contexts, AddressSet proxies, boolean blocking)
        implements Listener {
    @Override
    public Accepted accept() {
        Accepted accepted = plain.accept();
        Socket socket = accepted.socket();
        if (socket == null) {
            return accepted;
        }
        Session session = contexts.current().accept(socket);
        if (session == null) {
            socket.abort();
            return new Accepted(null, Errno.ENOMEM);
        }
        ProxyPreface preface = proxies.isEmpty() ? null : new ProxyPreface(proxies);
        return new Accepted(new TlsSocket(socket, session, blocking, preface), 0);
    }

    @Override
    public SocketAddress address() {
        return plain.address();
    }

    @Override
    public void pace(int bytesPerSecond) throws IOException {
        plain.pace(bytesPerSecond);
    }

    @Override
    public Listener share() {
        return new TlsListener(plain.share(), contexts, proxies, blocking);
    }

    @Override
    public void refuse() {
        plain.refuse();
    }

    @Override
    public int handOver() {
        return plain.handOver();
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
