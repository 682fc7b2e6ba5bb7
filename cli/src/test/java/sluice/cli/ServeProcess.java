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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice serve} as a process of its own, as the launcher starts it. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Sluice serving (.*) at (http://\\S+)");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path errors;
    private final String directory;
    private final URI uri;

    private ServeProcess(Process process, Path errors) throws IOException {
        this.process = process;
        this.errors = errors;
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = String.valueOf(out.readLine());
        Matcher ready = READY.matcher(line);
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
        command.addAll(java());
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** On the module path if the tests are; the launcher's flags. */
    private static List<String> java() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String main = Main.class.getName();
        return Main.class.getModule().isNamed()
                ? List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "--enable-native-access=sluice.linux",
                        "--module-path",
                        System.getProperty("jdk.module.path"),
                        "-m",
                        Main.class.getModule().getName() + "/" + main)
                : List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator,
                        main);
    }

    String directory() {
        return directory;
    }

    URI uri() {
        return uri;
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
        process.destroyForcibly();
    }
}
