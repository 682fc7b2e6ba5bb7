package sluice.server;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A directory of resources, of the class path or of a module, as one that a server can serve. The
 * kernel cannot send what is compressed in a jar. So resources of a jar are unpacked into a
 * temporary directory once, when this opens; from then on they leave like all files, without a
 * copy. Resources that lie in a directory, as in a development environment, are served from there.
 *
 * {@snippet :
 * try (ResourceRoot pages = ResourceRoot.of(Main.class.getResource("/static"));
 *         FileServer server = Sluice.builder().root(pages.path()).build().start()) {
 *     server.awaitClosed();
 * }
 * }
 *
 * <p>The unpacked files have the times that the jar tells, and new entity tags at each start, so
 * that browsers fetch them once more.
 */
public final class ResourceRoot implements AutoCloseable {
    /** A temporary directory often lies in memory, and larger files should not lie in a jar. */
    private static final long UNPACKED_MAX = 1L << 30;

    private final Path path;
    private final boolean unpacked;
    private long size;

    private ResourceRoot(Path path, boolean unpacked) {
        this.path = path;
        this.unpacked = unpacked;
    }

    /**
     * Opens a directory of resources; unpacks it where it is none of the file system.
     *
     * @param directory as {@code Main.class.getResource("/static")} returns it. In a named module
     *     that is null for a package that is not opened; a name with a hyphen is no package
     * @throws NoSuchFileException if {@code directory} is null or has no entries. A jar must have
     *     entries for its directories, as the ones of Maven and Gradle do
     * @throws IOException if it cannot be unpacked, or has more than 1 GiB
     */
    public static ResourceRoot of(@Nullable URL directory) throws IOException {
        if (directory == null) {
            throw new NoSuchFileException("no such resource: it is missing, its package is not"
                    + " open, or the jar has no entry for the directory");
        }
        if (directory.openConnection() instanceof JarURLConnection connection) {
            // A jar of the cache would be another's to close.
            connection.setUseCaches(false);
            String prefix = connection.getEntryName();
            try (JarFile jar = connection.getJarFile()) {
                return unpack(jar, prefix == null ? "" : prefix.replaceFirst("/*$", "/"));
            }
        }
        Path source = Path.of(uri(directory));
        return source.getFileSystem().equals(FileSystems.getDefault())
                ? new ResourceRoot(source, false)
                : copy(source);
    }

    private static URI uri(URL url) throws IOException {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("not a URI: " + url, e);
        }
    }

    private static ResourceRoot unpack(JarFile jar, String prefix) throws IOException {
        ResourceRoot root = temporary();
        try {
            int found = 0;
            for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
                JarEntry entry = all.nextElement();
                String name = entry.getName();
                if (!entry.isDirectory() && name.startsWith(prefix)) {
                    found++;
                    try (InputStream content = jar.getInputStream(entry)) {
                        root.add(name.substring(prefix.length()), content, entry);
                    }
                }
            }
            if (found == 0) {
                throw new NoSuchFileException(jar.getName() + "!/" + prefix);
            }
            return root;
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private void add(String name, InputStream content, JarEntry entry) throws IOException {
        FileTime time = entry.getLastModifiedTime();
        add(name, content, time == null ? FileTime.fromMillis(entry.getTime()) : time);
    }

    /** From a file system of another kind, as that of a runtime image. */
    private static ResourceRoot copy(Path source) throws IOException {
        ResourceRoot root = temporary();
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream content = Files.newInputStream(file)) {
                    root.add(
                            source.relativize(file).toString(),
                            content,
                            Files.getLastModifiedTime(file));
                }
            }
            return root;
        } catch (IOException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static ResourceRoot temporary() throws IOException {
        return new ResourceRoot(Files.createTempDirectory("sluice-resources"), true);
    }

    /** A name in a jar may be any text. */
    private void add(String name, InputStream content, FileTime time) throws IOException {
        Path file = path.resolve(name).normalize();
        if (!file.startsWith(path) || file.equals(path)) {
            throw new IOException("the name '" + name + "' leads out of its directory");
        }
        Files.createDirectories(file.getParent());
        size += Files.copy(content, file);
        if (size > UNPACKED_MAX) {
            throw new IOException("resources of more than " + UNPACKED_MAX + " bytes");
        }
        Files.setLastModifiedTime(file, time);
    }

    /** The directory with the resources. */
    public Path path() {
        return path;
    }

    /** Whether it is a temporary directory, which {@link #close} deletes. */
    public boolean isUnpacked() {
        return unpacked;
    }

    /** Deletes what was unpacked; call it when no server serves it any more. */
    @Override
    public void close() throws IOException {
        if (!unpacked || Files.notExists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                    throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                    throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
