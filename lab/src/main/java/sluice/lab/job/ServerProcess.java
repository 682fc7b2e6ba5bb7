package sluice.lab.job;

import sluice.io.Model;
import sluice.lab.Settings;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Sluice in a process of its own, on the JVM and with the options of this one. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Sluice serving .* at http://.*:(\\d+)/");
    /** A JVM on a machine that does something else at the same time. */
    private static final long START_SECONDS = 60;

    private static final long STOP_SECONDS = 10;
    /** What a server says when it refuses its settings. */
    private static final int USAGE = 2;

    private final Process process;
    private final int port;

    /** This machine cannot run a server with these settings. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String reason) {
            super(reason);
        }
    }

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @throws Refused if it refuses its settings, with its reason
     * @throws IOException if it does not start
     */
    static ServerProcess start(Settings.OfServer settings, Path root, Pinning pinning)
            throws IOException, Refused {
        if (settings.body() > NullServer.BODY_MAX) {
            throw new Refused("engine none sends at most " + NullServer.BODY_MAX + " bytes");
        }
        Process process = new ProcessBuilder(command(settings, root, pinning))
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<Integer> port = new CompletableFuture<>();
        StringBuilder said = new StringBuilder();
        Thread.ofPlatform().name("sluice-lab-output").daemon().start(() -> {
            read(output, port, said);
        });
        try {
            return new ServerProcess(process, port.get(START_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException ended) {
            String reason = reason(said);
            if (waitFor(process) == USAGE) {
                throw new Refused(reason);
            }
            throw new IOException("the server ended: " + reason, ended);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("the server did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a server started", e);
        }
    }

    private static int waitFor(Process process) {
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void read(
            BufferedReader output, CompletableFuture<Integer> port, StringBuilder said) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    port.complete(Integer.valueOf(ready.group(1)));
                }
                if (!port.isDone()) {
                    said.append(line).append('\n');
                }
            }
        } catch (IOException ended) {
            // The server has ended.
        }
        port.completeExceptionally(new IOException("the server ended"));
    }

    private static String reason(StringBuilder said) {
        return said.toString()
                .lines()
                .filter(line -> line.startsWith("sluice: "))
                .findFirst()
                .orElse(said.toString().strip())
                .replaceFirst("^sluice: ", "");
    }

    private static List<String> command(Settings.OfServer settings, Path root, Pinning pinning) {
        List<String> command = new ArrayList<>(pinning.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(ServerProcess::concernsServers)
                .forEach(command::add);
        if (settings.engine().equals(Settings.NONE)) {
            addMain(command, "sluice.lab", NullServer.class.getName());
            command.addAll(
                    List.of(settings.model(), settings.reactor(), Long.toString(settings.body())));
            return command;
        }
        addMain(command, "sluice.cli", "sluice.cli.Main");
        command.addAll(List.of("serve", root.toString(), "--port", "0", "--quiet"));
        command.addAll(List.of("--model", settings.model(), "--copy", settings.copy()));
        // A thread per connection has no loops to arrange, whatever the other cells of the job do.
        boolean hasLoops = !settings.model().equals(Model.BLOCKING.label())
                && !settings.model().equals(Model.VIRTUAL.label());
        if (!settings.reactor().equals("auto") && hasLoops) {
            command.addAll(List.of("--reactor", settings.reactor()));
        }
        if (settings.buffer() > 0) {
            command.addAll(List.of("--buffer", Integer.toString(settings.buffer())));
        }
        if (settings.loops() > 0) {
            command.addAll(List.of("--loops", Integer.toString(settings.loops())));
        }
        return command;
    }

    private static void addMain(List<String> command, String module, String type) {
        String modules = System.getProperty("jdk.module.path");
        if (modules == null) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), type));
        } else {
            command.addAll(List.of("-p", modules, "-m", module + "/" + type));
        }
    }

    /** Of this JVM's options those of the launcher: collector, heap, native access, cache. */
    private static boolean concernsServers(String option) {
        return option.startsWith("-XX:")
                || option.startsWith("-Xlog:")
                || option.startsWith("-Xshare")
                || option.startsWith("--enable-native-access");
    }

    int port() {
        return port;
    }

    int pid() {
        return (int) process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        boolean interrupted = Thread.interrupted();
        if (waitFor(process) < 0) {
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
