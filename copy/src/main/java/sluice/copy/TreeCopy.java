package sluice.copy;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Copies a file or a tree. It grows under a hidden name beside its final one, is written to disk,
 * verified if that is wanted, and renamed: under the final name there is all of it or what was
 * there before, whatever happens.
 *
 * <p>Symbolic links are copied as links, but a source that is one is followed. Holes stay holes,
 * modes and times are kept; the owner is who copies, and where that is somebody else than before,
 * set-user-ID and set-group-ID are taken away. Until it is finished only its owner can read a copy.
 * Hard links become files of their own; FIFOs, sockets and devices are left out and named.
 */
public final class TreeCopy {
    /** How the name of what is not finished begins; a killed process leaves it behind. */
    public static final String UNFINISHED = ".sluice-copy-";

    /** Last names of a path that name nothing. */
    private static final Set<String> NO_NAMES = Set.of("", ".", "..");

    /**
     * What was done.
     *
     * @param bytes of content, holes included
     * @param holes bytes among them that no disk holds
     * @param ways files by the way that each one took
     * @param leftOut neither files, directories nor links
     */
    public record Summary(
            Path target, long bytes, long holes, Map<Way, Long> ways, List<Path> leftOut) {
        /** Files that were copied. */
        public long files() {
            return ways.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Path source;
    private final Path parent;
    private final Path target;
    private final long bytes;
    private final List<Path> leftOut = new ArrayList<>();
    private volatile boolean cancelled;

    private TreeCopy(Path source, Path parent, Path name, long bytes) {
        this.source = source;
        this.parent = parent;
        target = parent.resolve(name);
        this.bytes = bytes;
    }

    /**
     * Looks at what is to be copied.
     *
     * @param destination the name of the copy, or a directory in which it gets the source's name
     * @throws IOException if there is no source, or a directory where the copy is to be
     */
    public static TreeCopy of(Path source, Path destination) throws IOException {
        Path from = real(source);
        if (!Files.isRegularFile(from) && !Files.isDirectory(from)) {
            throw new IOException(source + " is neither a file nor a directory");
        }
        Path name = name(source, from);
        Path to = destination.toAbsolutePath().normalize();
        Path target = Files.isDirectory(to) ? to.resolve(name) : to;
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(
                    target + " is there already: remove it, or give the copy another name");
        }
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException("there is no directory " + parent + " to copy into");
        }
        if (parent.toRealPath().startsWith(from)) {
            throw new IOException("a directory cannot be copied into itself");
        }
        return new TreeCopy(from, parent, target.getFileName(), size(from));
    }

    private static Path real(Path source) throws IOException {
        try {
            return source.toRealPath();
        } catch (NoSuchFileException e) {
            throw new IOException("there is no " + source, e);
        }
    }

    /** What the user calls it, which of a link is the name of the link: as cp -rH has it. */
    private static Path name(Path source, Path from) throws IOException {
        Path last = source.getFileName();
        Path name = last == null || NO_NAMES.contains(last.toString()) ? from.getFileName() : last;
        if (name == null) {
            throw new IOException("/ cannot be copied as a whole: name a directory in it");
        }
        return name;
    }

    private static long size(Path from) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    /** Bytes of content to be copied. */
    public long bytes() {
        return bytes;
    }

    /** Has {@link #run} end soon, with nothing left behind. Any thread. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Copies.
     *
     * @param progress told of every few MiB, and once more of each that was verified
     * @throws IllegalArgumentException if this machine has no such way, with the reason
     * @throws IOException if anything could not be copied: then there is no copy
     * @throws java.util.concurrent.CancellationException after {@link #cancel}
     */
    public Summary run(Way way, boolean verify, LongConsumer progress) throws IOException {
        if (way.refusal() != null) {
            throw new IllegalArgumentException(way.refusal());
        }
        // Without the target's name, which may be as long as a name can be.
        Path unfinished = parent.resolve(UNFINISHED + UUID.randomUUID());
        try {
            return run(unfinished, way, verify, progress);
        } catch (Throwable failure) {
            try {
                Removal.of(unfinished);
            } catch (IOException e) {
                failure.addSuppressed(new IOException("cannot remove " + unfinished, e));
            }
            throw failure;
        }
    }

    private Summary run(Path unfinished, Way way, boolean verify, LongConsumer progress)
            throws IOException {
        boolean each = Files.isRegularFile(source) || !OnDisk.KNOWS_TREES;
        try (FileCopy files = new FileCopy(way, each, progress, () -> cancelled)) {
            Files.walkFileTree(source, new Copying(files, unfinished));
            if (!each) {
                OnDisk.writeAllBeside(unfinished);
            }
            if (verify) {
                Verification.demand(source, unfinished, progress, () -> cancelled);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            OnDisk.writeNames(parent);
            long copied = bytes + files.unsized();
            return new Summary(target, copied, files.holes(), files.files(), leftOut);
        } catch (AccessDeniedException e) {
            throw unfinished.toString().equals(e.getFile())
                    ? new IOException("no permission to write into " + parent, e)
                    : e;
        }
    }

    /** Copies what it visits. */
    private final class Copying extends SimpleFileVisitor<Path> {
        private final FileCopy files;
        private final Path into;

        Copying(FileCopy files, Path into) {
            this.files = files;
            this.into = into;
        }

        private Path copyOf(Path visited) {
            // The source itself is the empty path, which leads to `into`.
            return into.resolve(source.relativize(visited));
        }

        @Override
        public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
                throws IOException {
            Path copy = copyOf(visited);
            Files.createDirectory(copy, Private.DIRECTORY.attributes(copy));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes)
                throws IOException {
            Path copy = copyOf(visited);
            if (attributes.isRegularFile()) {
                files.copy(visited, copy);
            } else if (attributes.isSymbolicLink()) {
                Files.createSymbolicLink(copy, Files.readSymbolicLink(visited));
                FileCopy.keepTimes(copy, attributes);
            } else {
                leftOut.add(visited);
            }
            return FileVisitResult.CONTINUE;
        }

        /** Last: files made in a directory change its time, and its mode may forbid them. */
        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Path copy = copyOf(visited);
            FileCopy.keepAttributes(
                    visited, copy, Files.readAttributes(visited, BasicFileAttributes.class));
            return FileVisitResult.CONTINUE;
        }
    }
}
