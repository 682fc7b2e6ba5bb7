package sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A file over a channel that the caller has connected. */
class OneFileTest {
    /** More than a socket takes at once. */
    private static final int SIZE = 20_000_000;

    @TempDir
    Path folder;

    /** On a thread of its own: both ends of a connection block. */
    private static <T> FutureTask<T> begin(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    private static byte[] readAll(ServerSocketChannel listener) throws IOException {
        try (SocketChannel accepted = listener.accept();
                InputStream input = Channels.newInputStream(accepted)) {
            return input.readAllBytes();
        }
    }

    private static ServerSocketChannel listener() throws IOException {
        return ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void aFileArrivesWholeBehindWhatTheCallerHasSent() throws Exception {
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("film"), content);
        try (ServerSocketChannel listener = listener()) {
            FutureTask<byte[]> received = begin(() -> readAll(listener));
            try (SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
                assertThat(OneFile.send(file, channel)).isEqualTo(SIZE);
                assertThat(channel.isOpen()).isTrue();
            }
            assertThat(received.get()).isEqualTo(content);
        }
    }

    @Test
    void aFileThatIsCutShortMeanwhileIsAnErrorAndNotTheWholeLength() throws Exception {
        Path file = Files.write(folder.resolve("film"), new byte[SIZE]);
        try (ServerSocketChannel listener = listener();
                SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
                SocketChannel accepted = listener.accept()) {
            FutureTask<Long> sending = begin(() -> OneFile.send(file, channel));
            InputStream input = Channels.newInputStream(accepted);
            input.readNBytes(1); // It has begun, and cannot end before more is read.
            Files.newByteChannel(file, StandardOpenOption.WRITE)
                    .truncate(SIZE / 2)
                    .close();
            FutureTask<byte[]> rest = begin(input::readAllBytes);

            assertThatThrownBy(sending::get)
                    .hasMessageContaining(file + ": changed while it was sent");
            channel.shutdownOutput();
            assertThat(rest.get()).hasSizeLessThan(SIZE - 1);
        }
    }

    @Test
    void whatIsNoFileIsAnErrorBeforeAnythingIsSent() throws Exception {
        try (ServerSocketChannel listener = listener();
                SocketChannel channel = SocketChannel.open(listener.getLocalAddress())) {
            assertThatThrownBy(() -> OneFile.send(folder.resolve("none"), channel))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> OneFile.send(folder, channel))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }
}
