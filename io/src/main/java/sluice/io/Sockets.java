package sluice.io;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The kinds of sockets, the better ones first: only system calls can use a raw descriptor, only
 * java.nio a channel, which does not show its descriptor.
 */
public enum Sockets {
    RAW("raw descriptors"),
    NIO("java.nio channels"),
    ASYNC("asynchronous channels"),
    /** Raw, and never asked for more than reads and writes that block. */
    AIO("descriptors of POSIX asynchronous I/O");

    private final String words;

    Sockets(String words) {
        this.words = words;
    }

    /** Whether only Linux has them. */
    boolean needsLinux() {
        return this == RAW || this == AIO;
    }

    /** What messages call them. */
    static String words(Set<Sockets> kinds) {
        return kinds.stream().sorted().map(kind -> kind.words).collect(Collectors.joining(" or "));
    }

    /** Whether the system spreads clients over several listeners at one address. */
    boolean hasReusePort() {
        if (needsLinux()) {
            return true;
        }
        try (ServerSocketChannel any = ServerSocketChannel.open()) {
            return any.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
    }
}
