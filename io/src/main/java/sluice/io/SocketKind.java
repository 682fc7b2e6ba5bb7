package sluice.io;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The kinds of sockets, preferred ones first. Only system calls can use a raw descriptor. Only
 * java.nio can use a channel, which gives no access to its descriptor.
 */
public enum SocketKind {
    RAW("raw descriptors"),
    NIO("java.nio channels"),
    ASYNC("asynchronous channels"),
    /** Raw descriptors that are used only for blocking reads and writes. */
    AIO("descriptors of POSIX asynchronous I/O");

    private final String words;

    SocketKind(String words) {
        this.words = words;
    }

    /** Whether they exist only on Linux. */
    boolean needsLinux() {
        return this == RAW || this == AIO;
    }

    /** Their name in messages. */
    static String words(Set<SocketKind> kinds) {
        return kinds.stream().sorted().map(kind -> kind.words).collect(Collectors.joining(" or "));
    }

    /** Whether the kernel distributes clients over several listeners on one address. */
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
