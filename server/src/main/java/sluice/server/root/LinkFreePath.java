package sluice.server.root;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Opens paths below a directory, and refuses any path with a link in it. It opens directory by
 * directory if the system can open beneath an open one; else it opens the whole path, and checks
 * afterwards.
 */
final class LinkFreePath implements AutoCloseable {
    private static final Path ITSELF = Path.of(".");

    private final Path root;
    /** Stays open as long as this object; null if the system cannot open beneath a directory. */
    private final @Nullable SecureDirectoryStream<Path> secure;

    private LinkFreePath(Path root, @Nullable SecureDirectoryStream<Path> secure) {
        this.root = root;
        this.secure = secure;
    }

    static LinkFreePath beneath(Path root) throws IOException {
        var stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new LinkFreePath(root, secure);
        }
        stream.close();
        return new LinkFreePath(root, null);
    }

    /**
     * @throws FileSystemException if the path contains a link, or the open fails
     */
    FileChannel open(Path path) throws IOException {
        if (secure == null) {
            return open(path, path);
        }
        try (var parent = openBeneath(secure, root.relativize(path).getParent())) {
            var options = Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS);
            var channel = parent.newByteChannel(path.getFileName(), options);
            if (channel instanceof FileChannel file) {
                return file;
            }
            channel.close();
            throw new FileSystemException(path.toString(), null, "no file channel");
        }
    }

    /** Opens a path anywhere; its real path must be {@code real}. */
    static FileChannel open(Path path, Path real) throws IOException {
        var file = FileChannel.open(path, StandardOpenOption.READ, NOFOLLOW_LINKS);
        if (!path.toRealPath().equals(real)) {
            file.close();
            throw new NotLinkException(path.toString(), null, "the path contains a link");
        }
        return file;
    }

    /** The entries of a directory; the caller closes the stream. */
    DirectoryStream<Path> list(Path path) throws IOException {
        if (secure != null) {
            return openBeneath(secure, root.relativize(path));
        }
        var stream = Files.newDirectoryStream(path);
        if (!path.toRealPath().equals(path)) {
            stream.close();
            throw new NotLinkException(path.toString(), null, "the path contains a link");
        }
        return stream;
    }

    private static SecureDirectoryStream<Path> openBeneath(
            SecureDirectoryStream<Path> root, @Nullable Path relative) throws IOException {
        var stream = root.newDirectoryStream(ITSELF, NOFOLLOW_LINKS);
        if (relative == null || relative.toString().isEmpty()) {
            return stream;
        }
        for (var name : relative) {
            try (var parent = stream) {
                stream = parent.newDirectoryStream(name, NOFOLLOW_LINKS);
            }
        }
        return stream;
    }

    @Override
    public void close() {
        if (secure != null) {
            try {
                secure.close();
            } catch (IOException e) {
                // The file was open only for reading, so a failed close loses nothing.
            }
        }
    }
}
