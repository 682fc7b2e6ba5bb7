package sluice.io.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import sluice.io.FileSink;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a connection receives bytes into. */
public final class StoredFile implements AutoCloseable {
    private final Path path;
    private final int descriptor;
    private final FileSink sink;

    public StoredFile(Path path) {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        this.path = path;
        int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC;
        descriptor = FileCalls.open(path, flags, 0600);
        assertThat(descriptor).isNotNegative();
        sink = new FileSink(Kernel.LINUX, descriptor);
    }

    public FileSink sink() {
        return sink;
    }

    /** Expects the pattern from its beginning on. */
    public void assertHolds(int length) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        assertThat(bytes).hasSize(length);
        Patterns.assertBytes(bytes, 0);
    }

    @Override
    public void close() {
        sink.close();
        FileCalls.close(descriptor);
    }
}
