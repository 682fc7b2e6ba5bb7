package sluice.server;

import sluice.http.ChosenTypes;
import sluice.http.MediaType;
import sluice.http.MediaTypes;
import sluice.http.TextContent;
import sluice.io.ChannelFile;
import sluice.linux.PathBytes;
import sluice.server.content.CompressedStore;
import sluice.server.content.SiblingCheck;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the compressed siblings that a server sends instead of a file: {@code app.js.br} beside
 * {@code app.js}. A sibling gets the modification time of its source, so that the server sees that
 * the sibling is out of date when the source changes.
 */
public final class Precompressor {
    /** A sibling must save a tenth, or decoding costs the client more than it saves. */
    private static final double WORTH_WHILE = 0.9;

    /** A sibling to make. */
    public record Task(Path source, long size, Encoder encoder) {
        /** The path of the sibling. */
        public Path target() {
            return PathBytes.sibling("", source, encoder.coding().suffix());
        }
    }

    /** The outcome of a task. */
    public enum Outcome {
        MADE,
        /** Compression saved too little; any sibling of an earlier version was removed. */
        NOT_WORTH_WHILE
    }

    private Precompressor() {}

    /**
     * Finds the files of a tree whose siblings are missing, or older than the file. It skips
     * dotfiles, links, small files, and media types that do not compress. The root itself may be a
     * link.
     *
     * @param types media types by extension, as in {@link ServedFiles#types}
     */
    public static List<Task> tasks(Path root, List<Encoder> encoders, Map<String, String> types)
            throws IOException {
        ChosenTypes chosen = new ChosenTypes(types);
        List<Task> tasks = new ArrayList<>();
        Path top = Files.isSymbolicLink(root) ? root.toRealPath() : root;
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                boolean hidden = !path.equals(top) && isDotfile(path);
                return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                    throws IOException {
                boolean wanted = attributes.isRegularFile()
                        && !isDotfile(path)
                        && attributes.size() >= CompressedStore.CONTENT_MIN
                        && isCompressible(path, chosen, attributes.size());
                if (wanted) {
                    addTasks(path, attributes, encoders, tasks);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return tasks;
    }

    /** As a server sees it, which looks at the content of what may be text. */
    private static boolean isCompressible(Path path, ChosenTypes types, long size)
            throws IOException {
        MediaType named = types.of(path.toString());
        if (!named.mayBeText()) {
            return named.compressible();
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(TextContent.LOOK);
            boolean text = TextContent.isText(first, first.length == size);
            return text ? MediaTypes.TEXT.compressible() : named.compressible();
        }
    }

    private static boolean isDotfile(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    private static void addTasks(
            Path path, BasicFileAttributes attributes, List<Encoder> encoders, List<Task> tasks)
            throws IOException {
        for (Encoder encoder : encoders) {
            Task task = new Task(path, attributes.size(), encoder);
            Path target = task.target();
            boolean current = Files.exists(target)
                    && Files.getLastModifiedTime(target).compareTo(attributes.lastModifiedTime())
                            >= 0
                    && isSent(task);
            if (!current) {
                tasks.add(task);
            }
        }
    }

    /** Whether a server would send the sibling; if it cannot be read, {@link #make} says why. */
    private static boolean isSent(Task task) {
        try (FileChannel source = FileChannel.open(task.source());
                FileChannel target = FileChannel.open(task.target())) {
            String fault = SiblingCheck.fault(
                    task.encoder().coding(),
                    new ChannelFile(target),
                    target.size(),
                    new ChannelFile(source),
                    source.size());
            return fault == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes one sibling, which gets its name only when it is complete. Any thread may call. */
    public static Outcome make(Task task) throws IOException {
        Path target = task.target();
        Path unfinished = PathBytes.sibling("", target, ".tmp");
        FileTime time = Files.getLastModifiedTime(task.source());
        try {
            try (InputStream in = Files.newInputStream(task.source());
                    OutputStream out =
                            new BufferedOutputStream(Files.newOutputStream(unfinished))) {
                task.encoder().encode(in, out, Encoder.Effort.BEST);
            }
            if (Files.size(unfinished) > task.size() * WORTH_WHILE) {
                Files.deleteIfExists(target);
                return Outcome.NOT_WORTH_WHILE;
            }
            Files.setLastModifiedTime(unfinished, time);
            if (!Files.getLastModifiedTime(task.source()).equals(time)) {
                throw new IOException(task.source() + " changed during compression");
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            return Outcome.MADE;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
