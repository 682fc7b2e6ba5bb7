package sluice.io.testing;

import sluice.io.ChannelFile;
import sluice.io.FileSource;
import sluice.io.LinuxFile;
import sluice.io.OpenFile;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.linux.Linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file of the test's, which counts its uses. */
public final class TestFile implements FileSource, AutoCloseable {
    private final Path path;
    private final OpenFile file;
    private final Map<String, Object> version;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicInteger tries = new AtomicInteger();

    public TestFile(Path path, Kernel kernel) throws IOException {
        this.path = path;
        file = open(path, kernel);
        version = version();
    }

    private static OpenFile open(Path path, Kernel kernel) throws IOException {
        if (!Linux.available()) {
            return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ));
        }
        int descriptor =
                FileCalls.open(path.toString(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new IOException(path + ": " + Errno.describe(descriptor));
        }
        return new LinuxFile(descriptor, kernel);
    }

    private Map<String, Object> version() {
        try {
            return Files.readAttributes(path, "size,lastModifiedTime");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public TestFile use() {
        uses.incrementAndGet();
        return this;
    }

    /** How often somebody has tried to send from it. */
    public int tries() {
        return tries.get();
    }

    @Override
    public OpenFile file() {
        tries.incrementAndGet();
        return file;
    }

    @Override
    public boolean unchanged() {
        return version.equals(version());
    }

    @Override
    public boolean retain() {
        uses.incrementAndGet();
        return true;
    }

    @Override
    public void release() {
        uses.decrementAndGet();
    }

    /** Every use has ended, or ends now: a worker may still read a cold part. */
    @Override
    public void close() {
        Await.until("the end of every use of the file", () -> uses.get() == 0);
        file.close();
    }
}
