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
 * Copies a file or a tree atomically. The copy is written under a hidden name beside the final one,
 * synced to the disk, verified if asked for, and renamed. Whatever happens, the final name has the
 * complete copy or what it had before.
 *
 * <p>Symbolic links are copied as links, but a source that is a link is followed. Holes, modes and
 * times are kept. The copy belongs to the user who copies; if the source belongs to another user or
 * group, the copy loses set-user-ID and set-group-ID. Only its owner can read an unfinished copy.
 * Hard links become separate files. FIFOs, sockets and devices are skipped and reported.
 */
public final class TreeCopy {
    /** Prefix of the name of an unfinished copy; a killed process leaves one behind. */
    public static final String UNFINISHED_PREFIX = ".sluice-copy-";

    /** Last names of a path that are no name for a copy. */
    private static final Set<String> NO_NAMES = Set.of("", ".", "..");

    /**
     * The result of a copy.
     *
     * @param target the final name
     * @param bytes of content, holes included
     * @param holes how many of these bytes are in holes, which take no space on the disk
     * @param methods how many files each method copied
     * @param empty how many files were copied by no method, since they had no byte to copy
     * @param skipped what is neither a file, a directory nor a symbolic link
     */
    public record Summary(
            Path target,
            long bytes,
            long holes,
            Map<CopyMethod, Long> methods,
            long empty,
            List<Path> skipped) {
        /** How many files were copied. */
        public long files() {
            return empty + methods.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Path source;
    private final Path parent;
    private final Path target;
    private final long bytes;
    private final List<Path> skipped = new ArrayList<>();
    private volatile boolean cancelled;

    private TreeCopy(Path source, Path parent, Path name, long bytes) {
        this.source = source;
        this.parent = parent;
        target = parent.resolve(name);
        this.bytes = bytes;
    }

    /**
     * Prepares a copy: checks both paths and adds up the size of the source.
     *
     * @param destination the name of the copy, or a directory; there it gets the source's name
     * @throws IOException if the source does not exist, or is what has the copy's name, or a
     *     directory has this name
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
                    target + " already exists: remove it, or give the copy another name");
        }
        if (Files.exists(target) && Files.isSameFile(from, target)) {
            throw new IOException(
                    source + " and " + target + " are the same file; give the copy another name");
        }
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException(
                    "there is no directory " + parent + " to copy into; create it first");
        }
        if (parent.toRealPath().startsWith(from)) {
            throw new IOException(
                    "cannot copy " + source + " into itself; copy it to a directory outside");
        }
        return new TreeCopy(from, parent, target.getFileName(), size(from));
    }

    private static Path real(Path source) throws IOException {
        try {
            return source.toRealPath();
        } catch (NoSuchFileException e) {
            throw new IOException(source + " does not exist", e);
        }
    }

    /** The name as the user gives it: of a link, the name of the link, as with cp -rH. */
    private static Path name(Path source, Path from) throws IOException {
        Path last = source.getFileName();
        Path name = last == null || NO_NAMES.contains(last.toString()) ? from.getFileName() : last;
        if (name == null) {
            throw new IOException("cannot copy the whole of /: name a directory in it");
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

    /** The name that the copy will have. */
    public Path target() {
        return target;
    }

    /** Bytes of content to copy. */
    public long bytes() {
        return bytes;
    }

    /** Makes {@link #run} stop soon and remove the unfinished copy. Any thread. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Copies.
     *
     * @param progress gets the bytes of each step: those copied, then those verified
     * @throws IllegalArgumentException if the method is not available here, with the reason
     * @throws IOException if anything could not be copied: then there is no copy
     * @throws java.util.concurrent.CancellationException after {@link #cancel}
     */
    public Summary run(CopyMethod method, boolean verify, LongConsumer progress)
            throws IOException {
        if (method.refusal() != null) {
            throw new IllegalArgumentException(method.refusal());
        }
        // Does not contain the target's name: that may already have the greatest length of a name.
        Path unfinished = parent.resolve(UNFINISHED_PREFIX + UUID.randomUUID());
        try {
            return run(unfinished, method, verify, progress);
        } catch (Throwable failure) {
            try {
                RecursiveDelete.delete(unfinished);
            } catch (IOException e) {
                failure.addSuppressed(new IOException("cannot remove " + unfinished, e));
            }
            throw failure;
        }
    }

    private Summary run(Path unfinished, CopyMethod method, boolean verify, LongConsumer progress)
            throws IOException {
        boolean each = Files.isRegularFile(source) || !Durability.CAN_SYNC_TREE;
        try (FileCopy files = new FileCopy(method, each, progress, () -> cancelled)) {
            Files.walkFileTree(source, new Copying(files, unfinished));
            if (!each) {
                Durability.syncTree(unfinished);
            }
            if (verify) {
                Verification.requireEqual(source, unfinished, progress, () -> cancelled);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            Durability.syncDirectory(parent);
            long copied = bytes + files.unsized();
            return new Summary(
                    target, copied, files.holes(), files.files(), files.empty(), skipped);
        } catch (AccessDeniedException e) {
            throw unfinished.toString().equals(e.getFile())
                    ? new IOException("no permission to write to directory " + parent, e)
                    : e;
        }
    }

    /** Copies each file, directory and link of the walk. */
    private final class Copying extends SimpleFileVisitor<Path> {
        private final FileCopy files;
        private final Path into;

        Copying(FileCopy files, Path into) {
            this.files = files;
            this.into = into;
        }

        private Path copyOf(Path visited) {
            // For the source itself the relative path is empty, and resolving it gives `into`.
            return into.resolve(source.relativize(visited));
        }

        @Override
        public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
                throws IOException {
            Path copy = copyOf(visited);
            Files.createDirectory(copy, OwnerOnly.DIRECTORY.attributes(copy));
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
                skipped.add(visited);
            }
            return FileVisitResult.CONTINUE;
        }

        /** Sets attributes last: new entries change a directory's time and need its write bit. */
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
