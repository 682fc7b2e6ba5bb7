package sluice.io.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.io.testing.Await;
import sluice.io.testing.Patterns;
import sluice.linux.Errno;
import sluice.linux.Linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** FileChannel.transferFrom out of sockets. */
class ChannelTransferTest {
    private static final int COUNT = 100_000;

    @TempDir
    Path directory;

    private ServerSocketChannel listener;
    private SocketChannel near;
    private SocketChannel far;
    private NioSocket socket;

    @BeforeEach
    void connect() throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        far = SocketChannel.open(listener.getLocalAddress());
        near = listener.accept();
        socket = new NioSocket(near);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        listener.close();
    }

    private void send() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Patterns.bytes(0, COUNT));
        while (bytes.hasRemaining()) {
            far.write(bytes);
        }
    }

    private long transferAll(FileChannel file) {
        long done = 0;
        while (done < COUNT) {
            long moved = socket.transferTo(file, done, COUNT - done);
            assertThat(moved).isNotNegative();
            done += moved;
        }
        return done;
    }

    private FileChannel file() throws IOException {
        return FileChannel.open(
                directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Asked for more than will ever come. */
    @Test
    void aChannelThatBlocksIsNotWaitedFor() throws IOException {
        try (FileChannel file = file()) {
            assertThat(socket.transferTo(file, 0, Long.MAX_VALUE)).isZero();
            send();
            assertThat(transferAll(file)).isEqualTo(COUNT);
            assertThat(socket.transferTo(file, COUNT, Long.MAX_VALUE)).isZero();
        }
        Patterns.assertBytes(Files.readAllBytes(directory.resolve("file")), 0);
    }

    @Test
    void aChannelThatDoesNotBlockGivesWhatIsThere() throws IOException {
        near.configureBlocking(false);
        try (FileChannel file = file()) {
            assertThat(socket.transferTo(file, 0, COUNT)).isZero();
            send();
            assertThat(transferAll(file)).isEqualTo(COUNT);
        }
        Patterns.assertBytes(Files.readAllBytes(directory.resolve("file")), 0);
    }

    @Test
    void theEndAndErrorsOfTheSocketAreLeftToTheNextReceive() throws IOException {
        near.configureBlocking(false);
        try (FileChannel file = file()) {
            far.shutdownOutput();
            assertThat(socket.transferTo(file, 0, COUNT)).isZero();
            near.shutdownInput();
            near.close();
            assertThat(socket.transferTo(file, 0, COUNT)).isZero();
        }
    }

    @Test
    void aFileThatTakesNothingIsAnError() throws IOException {
        assumeTrue(Linux.available(), "there is no /dev/full");
        near.configureBlocking(false);
        send();
        try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            Await.until("bytes", () -> socket.transferTo(full, 0, COUNT) == -Errno.ENOSPC);
        }
    }
}
