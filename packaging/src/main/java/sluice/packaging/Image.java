package sluice.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Lays out a folder that runs without an installed Java: {@code bin}, {@code lib/sluice} and {@code
 * share}, as below /usr. It fits the platform that it is made on.
 */
public final class Image {
    /**
     * The commands with what they require; jdk.management for what Flight Recorder tells of the
     * machine, and jdk.jcmd so that a running server can be asked without a JDK.
     */
    private static final String MODULES = "sluice.cli,jdk.jcmd,jdk.management";

    private final Path root;
    private final Path image;
    private final FileTime time;

    private Image(Path root, Path image, FileTime time) {
        this.root = root;
        this.image = image;
        this.time = time;
    }

    /**
     * Arguments: root of the sources, folder of the jars, the new folder, time of its files, and
     * whether it gets an AOT cache.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path image = Path.of(args[2]);
        delete(image);
        Image made = new Image(Path.of(args[0]), image, FileTime.from(Instant.parse(args[3])));
        made.runtime(Path.of(args[1]));
        made.programs();
        made.documents(Path.of(args[1]).resolveSibling("sluice.cdx.json"));
        Pages.write(image.resolve("share"));
        // Java believes an AOT cache only if its modules have the time that they had in training.
        made.setTimes();
        if (Boolean.parseBoolean(args[4])) {
            Training.run(image);
            made.setTimes();
        }
    }

    private Path library() {
        return image.resolve("lib/sluice");
    }

    private void runtime(Path jars) throws IOException {
        Path modules = Files.createTempDirectory(jars.getParent(), "modules");
        Path natives = Files.createTempDirectory(jars.getParent(), "natives");
        new Libraries(modules, natives).prepare(jars);
        Path runtime = library().resolve("runtime");
        int failed = ToolProvider.findFirst("jlink")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--module-path",
                        modules.toString(),
                        "--add-modules",
                        MODULES,
                        "--ignore-signing-information",
                        "--no-header-files",
                        "--no-man-pages",
                        "--output",
                        runtime.toString());
        if (failed != 0) {
            throw new IOException("jlink failed: see above");
        }
        // Beside the libraries of Java, which a confined server may open, too.
        for (Path library : files(natives)) {
            Files.move(library, runtime.resolve("lib").resolve(library.getFileName()));
        }
        delete(modules);
        delete(natives);
        // jlink makes one text of a licence and links the others to it. The text is enough.
        for (Path file : files(runtime.resolve("legal"))) {
            if (Files.isSymbolicLink(file)) {
                Files.delete(file);
            }
        }
    }

    private void programs() throws IOException {
        Path bin = Files.createDirectory(image.resolve("bin"));
        Path launcher = bin.resolve("sluice");
        Files.copy(root.resolve("packaging/bin/sluice"), launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void documents(Path listOfLibraries) throws IOException {
        Path documents = Files.createDirectories(image.resolve("share/doc/sluice"));
        for (String name : List.of("LICENSE", "NOTICE", "THIRD-PARTY.md", "CHANGELOG.md")) {
            Files.copy(root.resolve(name), documents.resolve(name));
        }
        Files.copy(listOfLibraries, documents.resolve(listOfLibraries.getFileName()));
        Path licenses = Files.createDirectory(documents.resolve("licenses"));
        for (Path text : files(root.resolve("licenses"))) {
            Files.copy(text, licenses.resolve(text.getFileName()));
        }
    }

    private void setTimes() throws IOException {
        try (Stream<Path> all = Files.walk(image)) {
            for (Path file : all.toList()) {
                Files.setLastModifiedTime(file, time);
            }
        }
    }

    /** All files below a folder, without folders. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path file : files(folder)) {
                Files.delete(file);
            }
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path empty : all.toList().reversed()) {
                    Files.delete(empty);
                }
            }
        }
    }

    /** Writes text into a file, whose folders it creates. */
    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
    }
}
