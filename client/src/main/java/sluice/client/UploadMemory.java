package sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the server keeps an interrupted upload, so that the next run can resume it. A file in a
 * directory of the user, one for each source and URL, locked while a run has it. Only the user may
 * read it: whoever knows the upload resource can change the upload. The next run believes it if the
 * source is still the same version by all its attributes, since a wrong offset would mix two.
 */
final class UploadMemory implements AutoCloseable {
    private static final String FORM = "sluice-put 1";
    private static final String SUFFIX = ".put";
    /** FORM, URL, source, version, resource, and an empty line: a killed write leaves fewer. */
    private static final int LINES = 6;
    /** Two URLs, a path of PATH_MAX and the rest: more was not written by us. */
    private static final int SIZE_MAX = 64 << 10;
    /** Servers keep an unfinished upload for days at most. */
    private static final Duration AGE_MAX = Duration.ofDays(7);

    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final Path path;
    private final @Nullable FileChannel channel;
    private final List<String> known;

    private UploadMemory(Path path, @Nullable FileChannel channel, List<String> known) {
        this.path = path;
        this.channel = channel;
        this.known = known;
    }

    /**
     * Opens the memory of an upload. If another run has it, this run has none.
     *
     * @param directory where to keep it, or null for no memory
     * @param version of the source
     */
    static UploadMemory open(@Nullable Path directory, Path source, HttpUrl url, String version)
            throws IOException {
        if (directory == null) {
            return new UploadMemory(source, null, List.of());
        }
        makeDirectory(directory);
        forgetOld(directory);
        String real = source.toRealPath().toUri().toString();
        List<String> known = List.of(FORM, url.toString(), real, version);
        Path path = directory.resolve(digest(url + "\n" + real) + SUFFIX);
        FileChannel channel = FileChannel.open(path, OPTIONS, onlyOurs(directory, "rw-------"));
        if (!locked(channel)) {
            channel.close();
            return new UploadMemory(path, null, known);
        }
        return new UploadMemory(path, channel, known);
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(directory, onlyOurs(directory, "rwx------"));
        }
    }

    private static FileAttribute<?>[] onlyOurs(Path path, String mode) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another upload of this process has the lock.
        }
    }

    private static void forgetOld(Path directory) throws IOException {
        Instant old = Instant.now().minus(AGE_MAX);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(SUFFIX)).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static String digest(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Whether the upload of an earlier run can go on. One that is complete was complete then:
     * somebody may have replaced the file since.
     */
    static boolean isResumable(Response said, long size) {
        long offset = said.number("upload-offset");
        long length = said.number("upload-length");
        return said.isSuccess()
                && said.field("upload-complete").equals("?0")
                && offset >= 0
                && offset <= size
                && (length < 0 || length == size);
    }

    /** Whether this run can remember anything. */
    boolean remembers() {
        return channel != null;
    }

    /** The upload resource of an earlier run with this version of the source, or null. */
    @Nullable
    HttpUrl resource() throws IOException {
        if (channel == null || channel.size() > SIZE_MAX) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_MAX);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), UTF_8);
        List<String> lines = Arrays.asList(text.split("\n", -1));
        if (lines.size() != LINES || !lines.subList(0, known.size()).equals(known)) {
            return null;
        }
        try {
            return HttpUrl.parse(lines.get(known.size()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Remembers an upload resource. */
    void save(HttpUrl resource) throws IOException {
        if (channel != null) {
            channel.truncate(0);
            byte[] lines = (String.join("\n", known) + "\n" + resource + "\n").getBytes(UTF_8);
            channel.write(ByteBuffer.wrap(lines), 0);
        }
    }

    /** Forgets it: the upload is complete, or cannot be resumed. */
    void forget() throws IOException {
        if (channel != null) {
            channel.truncate(0);
        }
    }

    /** Deletes the file if there is nothing to remember. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            if (channel.size() == 0) {
                Files.deleteIfExists(path);
            }
            channel.close();
        }
    }
}
