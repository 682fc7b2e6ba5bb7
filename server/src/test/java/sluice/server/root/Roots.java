package sluice.server.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import sluice.io.OpenFile;
import sluice.linux.Linux;
import sluice.linux.PathBytes;
import sluice.server.SymlinkPolicy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Both kinds of document root, so that one suite holds for either. */
public enum Roots {
    LINUX,
    /** Linux where openat2(2) is refused. */
    WALKING,
    PORTABLE;

    public DocumentRoot open(Path directory, SymlinkPolicy policy) throws IOException {
        if (this == PORTABLE) {
            return PortableRoot.open(directory, policy);
        }
        assumeTrue(Linux.available(), Linux::unavailableReason);
        if (this == WALKING) {
            return LinuxRoot.open(directory, policy, 0, true);
        }
        assumeTrue(LinuxRoot.refusal() == 0, "this kernel has no openat2, or a filter forbids it");
        return LinuxRoot.open(directory, policy, 0);
    }

    /** A root that files below can be changed in. */
    public static LinuxRoot linux(Path directory) throws IOException {
        return LinuxRoot.open(directory, SymlinkPolicy.INSIDE, 0);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static Opened open(DocumentRoot root, String path) {
        byte[] bytes = bytes(path);
        return root.open(bytes, bytes.length, false);
    }

    /** Opens, looks and closes: the content of a file, "directory", or why there is neither. */
    public static String see(DocumentRoot root, byte[] path) {
        return switch (root.open(path, path.length, false)) {
            case Opened.Found found -> {
                try {
                    yield found.stat().kind() == FileKind.DIRECTORY
                            ? "directory"
                            : content(found.file(), found.stat());
                } finally {
                    found.file().close();
                }
            }
            case Opened.NotFound notFound -> "not found";
            case Opened.Forbidden forbidden -> "forbidden";
            case Opened.Cold cold -> "cold";
            case Opened.Unreachable unreachable -> "unreachable";
            case Opened.Failed failed -> "failed " + failed.error();
        };
    }

    public static String see(DocumentRoot root, String path) {
        return see(root, bytes(path));
    }

    private static String content(OpenFile file, FileStat stat) {
        byte[] content = Objects.requireNonNull(file.content((int) stat.size()));
        return new String(content, StandardCharsets.UTF_8);
    }

    public static Path write(Path file, String content) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, content);
    }

    /** A file that holds its own name, whatever bytes that has. */
    public static void writeNamed(Path directory, byte[] name) throws IOException {
        Files.write(directory.resolve(PathBytes.name(name)), name);
    }

    public static void link(Path link, String target) throws IOException {
        Files.createDirectories(Objects.requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, Path.of(target));
    }

    /** JUnit would warn of every link that leads out of its temporary directory. */
    public static void deleteLinks(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }

    public static void makeFifo(Path path) throws IOException, InterruptedException {
        var process = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(process.waitFor()).as("mkfifo").isZero();
    }

    /** Open descriptors of this process, give or take what the JVM does meanwhile. */
    public static int descriptors() throws IOException {
        var open = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(open), "descriptors are counted in /proc");
        try (var entries = Files.list(open)) {
            return (int) entries.count();
        }
    }
}
