package sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code sluice serve} as a process of its own, as the launcher starts it. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("Sluice serving (.*) at ((?:https?://|unix:)\\S+)");
    private static final long PATIENCE_SECONDS = 60;
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String NATIVE_FOR_ALL = "--enable-native-access=ALL-UNNAMED";

    private final Process process;
    private final BufferedReader out;
    private final Path errors;
    private final String directory;
    private final URI uri;

    private ServeProcess(Process process, Path errors) throws IOException {
        this.process = process;
        this.errors = errors;
        out = process.inputReader(StandardCharsets.UTF_8);
        String line = String.valueOf(out.readLine());
        Matcher ready = READY.matcher(line);
        if (!ready.matches()) {
            process.destroyForcibly(); // Nobody has it yet who would close it.
        }
        assertThat(ready.matches()).as("%s%n%s", line, Files.readString(errors)).isTrue();
        directory = ready.group(1);
        uri = URI.create(ready.group(2));
    }

    /** Starts it and waits until it is ready. */
    static ServeProcess start(Path errors, String... arguments) throws IOException {
        return start(List.of(), errors, arguments);
    }

    /** The same behind a command that runs another. */
    static ServeProcess start(List<String> before, Path errors, String... arguments)
            throws IOException {
        return new ServeProcess(launch(before, errors, arguments), errors);
    }

    /** The same behind a command that hands over a socket: without a port of its own. */
    static ServeProcess activated(List<String> before, Path errors, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(List.of(arguments));
        return new ServeProcess(
                command(before, all).redirectError(errors.toFile()).start(), errors);
    }

    /** A program among the tests that says the same when it is ready, on the class path. */
    static ServeProcess program(
            List<String> before, Class<?> main, Path errors, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        String path = Stream.of(
                        folder(main).toString(),
                        System.getProperty("jdk.module.path"),
                        System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of(JAVA, "-XX:+UseSerialGC", NATIVE_FOR_ALL, "-cp", path));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        return new ServeProcess(builder.start(), errors);
    }

    /** Where its package lies in, which is not what the module path says of a patched module. */
    private static Path folder(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        String found = String.valueOf(type.getResource("/" + file));
        return Path.of(URI.create(found.substring(0, found.length() - file.length())));
    }

    /** Of one that does not start: its exit code. */
    static int refused(List<String> before, Path errors, String... arguments)
            throws IOException, InterruptedException {
        Process process = launch(before, errors, arguments);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static Process launch(List<String> before, Path errors, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
        all.addAll(List.of(arguments));
        return command(before, all).redirectError(errors.toFile()).start();
    }

    /** Any command, as the launcher starts it, behind a command that runs another. */
    static ProcessBuilder command(List<String> before, List<String> arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(Packaged.java());
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    String directory() {
        return directory;
    }

    URI uri() {
        return uri;
    }

    /** Waits until its stderr has these words. */
    void awaitWords(String words) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!errors().contains(words)) {
            assertThat(isAlive()).as(errors()).isTrue();
            assertThat(System.nanoTime()).as(errors()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it said on stderr until now. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Writes a line to its stdin. */
    void enter() throws IOException {
        process.outputWriter().append('\n').flush();
    }

    /** What it says next on stdout, up to a line with these words. */
    String outputUntil(String words) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf(words) < 0) {
            String line = out.readLine();
            assertThat(line).as("%s comes after %s", words, said).isNotNull();
            said.append(line).append('\n');
        }
        return said.toString();
    }

    void signal(String name) throws IOException, InterruptedException {
        String kill = "kill -" + name + " " + process.pid();
        assertThat(new ProcessBuilder("sh", "-c", kill).start().waitFor()).isZero();
    }

    /** Its exit code, once it has ended. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it has ended")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        // The server may be the child of a tracer, whose end would let it run on.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
