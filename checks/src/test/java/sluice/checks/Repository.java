package sluice.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The work tree this build runs in, without what builds and editors leave in it. */
final class Repository {
    private static final Set<String> SKIPPED =
            Set.of(".git", "target", ".idea", ".vscode", ".settings");

    static final Path ROOT = root();

    private Repository() {}

    /** A file below the root: its path with '/' from the root, and its bytes as text. */
    record SourceFile(String path, String text) {
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        boolean isJava() {
            return path.endsWith(".java");
        }

        boolean isScript() {
            return text.startsWith("#!") || path.endsWith(".sh") || path.endsWith(".py");
        }

        List<String> lines() {
            return text.lines().toList();
        }
    }

    private static final List<SourceFile> FILES = read();

    static List<SourceFile> files() {
        return FILES;
    }

    private static List<SourceFile> read() {
        List<SourceFile> files = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new Collector(files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(files);
    }

    private static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        while (!Files.exists(dir.resolve("checks/pom.xml"))) {
            Path parent = dir.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "not inside the repository: " + Path.of("").toAbsolutePath());
            }
            dir = parent;
        }
        return dir;
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final List<SourceFile> files;

        Collector(List<SourceFile> files) {
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return SKIPPED.contains(String.valueOf(dir.getFileName()))
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (attributes.isRegularFile()) {
                String path = ROOT.relativize(file).toString().replace('\\', '/');
                // Not Files.readString: an image is no UTF-8, and need not be.
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                files.add(new SourceFile(path, text));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
