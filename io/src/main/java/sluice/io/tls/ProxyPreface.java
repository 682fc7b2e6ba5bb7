package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressSet;
import sluice.io.Block;
import sluice.io.ProxyHead;
import sluice.io.Socket;
import sluice.linux.Errno;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;

/**
 * Reads the {@link ProxyHead} of a trusted proxy from a socket before TLS begins, and no byte more:
 * the handshake that follows is read by somebody else. One thread at a time.
 */
final class ProxyPreface {
    private final AddressSet proxies;
    private final ProxyHead head = new ProxyHead();
    /** Null before the first byte, and when the head has been read. */
    private @Nullable Block block;

    private int length;
    private boolean over;

    ProxyPreface(AddressSet proxies) {
        this.proxies = proxies;
    }

    /** Reads what is there: 0 if the head is complete or none is due, or a negative outcome. */
    long read(Socket plain) {
        if (over) {
            return 0;
        }
        Block read = block;
        if (read == null) {
            if (!proxies.contains(plain.peer())) {
                over = true;
                return 0;
            }
            read = new Block(Arena.ofAuto(), ProxyHead.LENGTH_MAX);
            block = read;
        }
        while (!over) {
            long received = plain.receive(read, length, length + head.missing());
            if (received <= 0) {
                return received == 0 ? -Errno.ECONNRESET : received;
            }
            length += (int) received;
            int parsed = head.parse(read.segment(), 0, length);
            if (parsed == ProxyHead.INVALID) {
                return -Errno.EPROTO;
            }
            over = parsed > 0;
        }
        block = null;
        return 0;
    }

    /** The client of the proxy; null if there is none, or its head does not tell. */
    @Nullable
    InetSocketAddress source() {
        return head.source();
    }
}
