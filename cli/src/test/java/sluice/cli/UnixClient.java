package sluice.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A client of HTTP that connects to the file of a socket, as a proxy does. */
final class UnixClient {
    private UnixClient() {}

    /** The whole answer. */
    static String get(Path socket, String target) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String head = "GET " + target
                    + " HTTP/1.1\r\nHost: files.example\r\nConnection: close\r\n\r\n";
            client.write(ByteBuffer.wrap(head.getBytes(ISO_8859_1)));
            return new String(Channels.newInputStream(client).readAllBytes(), ISO_8859_1);
        }
    }
}
