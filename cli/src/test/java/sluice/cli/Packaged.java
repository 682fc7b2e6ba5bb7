package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * The command as it is shipped, from jars and an AOT cache of a start: that takes 0.5 s of CPU time
 * instead of 1.0 from class folders. Jars stay open, too: out of a folder a class that is first
 * needed when descriptors have run out cannot be loaded, then and ever after. The first test JVM
 * that needs it makes it for all.
 */
final class Packaged {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String MAIN = "sluice-cli.jar";
    private static final boolean NAMED = Main.class.getModule().isNamed();
    /** A start without the cache is only slower. */
    private static final long PATIENCE_SECONDS = 60;

    private static final class Once {
        static final Packaged MADE = made();
    }

    private final List<Path> path;
    private final List<String> java;

    private Packaged(List<Path> path, List<String> java) {
        this.path = path;
        this.java = java;
    }

    /** The command without its arguments. */
    static List<String> java() {
        return Once.MADE.java;
    }

    private static Packaged made() {
        try {
            Path code = code();
            Path folder = code.resolveSibling("packaged");
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                return madeIn(folder, code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of classes of the command. */
    private static Path code() {
        return Path.of(URI.create(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** On the module path if the tests are. */
    private static Packaged madeIn(Path folder, Path code) throws IOException {
        String entries = System.getProperty(NAMED ? "jdk.module.path" : "java.class.path");
        StringBuilder wanted = new StringBuilder();
        List<Path> from = Stream.of(entries.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toList();
        for (Path entry : from) {
            wanted.append(entry).append(' ').append(newest(entry)).append('\n');
        }
        Path made = folder.resolve("made-of");
        boolean isNew = !Files.exists(made) || !Files.readString(made).contentEquals(wanted);
        List<Path> path = new ArrayList<>();
        for (Path entry : from) {
            // A library without a module descriptor is named after its file.
            Path jar = entry;
            if (Files.isDirectory(entry)) {
                jar = folder.resolve(entry.equals(code) ? MAIN : path.size() + ".jar");
                if (isNew) {
                    jar(entry, jar);
                }
            }
            path.add(jar);
        }
        Path cache = folder.resolve("start.aot");
        if (isNew) {
            Files.deleteIfExists(cache);
            train(folder, path);
            Files.writeString(made, wanted);
        }
        List<String> java = Files.exists(cache)
                ? command(path, "-XX:AOTCache=" + cache, "-Xlog:aot*=off")
                : command(path);
        return new Packaged(path, java);
    }

    /** The launcher's flags, and one compiler: these processes end within seconds. */
    private static List<String> command(List<Path> jars, String... options) {
        String main = Main.class.getName();
        String path = jars.stream().map(Path::toString).collect(joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+StartAttachListener"));
        command.addAll(List.of(options));
        command.addAll(
                NAMED
                        ? List.of(
                                "--enable-native-access=sluice.linux",
                                "--module-path",
                                path,
                                "-m",
                                Main.class.getModule().getName() + "/" + main)
                        : List.of("--enable-native-access=ALL-UNNAMED", "-cp", path, main));
        return command;
    }

    /** Lets a server start and end once; where that leaves no cache, there is none. */
    private static void train(Path folder, List<Path> path) throws IOException {
        Path cache = folder.resolve("start.aot.new");
        List<String> command = command(path, "-XX:AOTCacheOutput=" + cache);
        command.addAll(List.of("serve", "--port", "0", folder.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = process.inputReader()) {
            boolean isReady = false;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (!isReady && line.startsWith("Sluice serving")) {
                    isReady = true;
                    process.toHandle().destroy(); // The process itself would close the stream.
                }
            }
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        if (Files.exists(cache)) {
            Files.move(cache, folder.resolve("start.aot"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** When a file, or a file in a folder, was last written. */
    private static FileTime newest(Path entry) throws IOException {
        try (Stream<Path> files = Files.walk(entry)) {
            List<FileTime> times = new ArrayList<>();
            for (Path file : (Iterable<Path>) files::iterator) {
                times.add(Files.getLastModifiedTime(file));
            }
            return times.stream().max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    /** Copies the jars of the module path into a folder, and returns that of the command. */
    static Path copy(Path into) throws IOException {
        for (Path jar : Once.MADE.path) {
            Files.copy(jar, into.resolve(jar.getFileName()));
        }
        return into.resolve(MAIN);
    }

    private static void jar(Path folder, Path into) {
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "-c0f", into.toString(), "-C", folder.toString(), ".");
        assertThat(code).as("jar of %s", folder).isZero();
    }
}
