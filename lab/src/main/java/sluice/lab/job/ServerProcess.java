package sluice.lab.job;

import org.jspecify.annotations.Nullable;

import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.lab.PeerUsed;
import sluice.lab.Settings;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A server in a process of its own; a Sluice on the JVM and with the options of this one. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("Sluice serving .* at http://.*:(\\d+)/");
    /** A JVM on a machine that does something else at the same time. */
    private static final long START_SECONDS = 60;

    private static final long STOP_SECONDS = 10;
    /** A process closes its sockets some moments before its parent hears of its end. */
    private static final long ENDING_SECONDS = 1;
    /** Copy paths for which {@code serve} takes a size of buffers. */
    private static final List<String> BUFFERED =
            List.of(CopyMode.DIRECT.label(), CopyMode.HEAP.label());

    /** What a server says when it refuses its settings. */
    private static final int USAGE = 2;

    private final Process process;
    private final int port;
    private final @Nullable PeerUsed peer;
    private final @Nullable Path folder;
    private final Supplier<LastLines> said;

    /** This machine cannot run a server with these settings. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String reason) {
            super(reason);
        }
    }

    /**
     * A {@code folder} is the server's own, and deleted with it; {@code said} tells what the server
     * said at last.
     */
    ServerProcess(
            Process process,
            int port,
            @Nullable PeerUsed peer,
            @Nullable Path folder,
            Supplier<LastLines> said) {
        this.process = process;
        this.port = port;
        this.peer = peer;
        this.folder = folder;
        this.said = said;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @throws Refused if it refuses its settings, with its reason
     * @throws IOException if it does not start
     */
    static ServerProcess start(Settings.OfServer settings, Path root, Pinning pinning)
            throws IOException, Refused {
        if (Settings.PEERS.contains(settings.engine())) {
            return PeerProcess.start(settings.engine(), root, pinning);
        }
        if (settings.body() > NullServer.BODY_MAX) {
            throw new Refused("engine none sends at most " + NullServer.BODY_MAX + " bytes");
        }
        Process process = new ProcessBuilder(command(settings, root, pinning))
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<Integer> port = new CompletableFuture<>();
        LastLines said = new LastLines();
        Thread reader = Thread.ofPlatform().name("sluice-lab-output").daemon().start(() -> {
            read(output, port, said);
        });
        try {
            return new ServerProcess(
                    process,
                    port.get(START_SECONDS, TimeUnit.SECONDS),
                    null,
                    null,
                    () -> complete(said, reader));
        } catch (ExecutionException ended) {
            String reason = reason(said);
            if (waitFor(process, STOP_SECONDS) == USAGE) {
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

    /** What an ended server said, once the thread that reads it has read all. */
    private static LastLines complete(LastLines said, Thread reader) {
        try {
            reader.join(Duration.ofSeconds(ENDING_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return said;
    }

    /** The exit code, or -1 if it still runs then. */
    private static int waitFor(Process process, long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void read(
            BufferedReader output, CompletableFuture<Integer> port, LastLines said) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    said.clear(); // A start that went well is no reason of a later end.
                    port.complete(Integer.valueOf(ready.group(1)));
                } else {
                    said.add(line);
                }
            }
        } catch (IOException ended) {
            // The server has ended.
        }
        port.completeExceptionally(new IOException("the server ended"));
    }

    private static String reason(LastLines said) {
        List<String> lines = said.all();
        return lines.stream()
                .filter(line -> line.startsWith("sluice: "))
                .findFirst()
                .orElse(String.join("\n", lines).strip())
                .replaceFirst("^sluice: ", "");
    }

    private static List<String> command(Settings.OfServer settings, Path root, Pinning pinning) {
        List<String> command = new ArrayList<>(EndsWithLab.prefix());
        command.addAll(pinning.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        if (settings.engine().equals(Settings.NONE)) {
            addMain(command, "sluice.lab", NullServer.class.getName());
            command.addAll(List.of(
                    settings.model(),
                    settings.reactor(),
                    Integer.toString(settings.loops()),
                    Long.toString(settings.body()),
                    Integer.toString(settings.block())));
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
        // Of the paths that a job compares, some may have a buffer.
        if (settings.buffer() > 0 && BUFFERED.contains(settings.copy())) {
            command.addAll(List.of("--buffer", Integer.toString(settings.buffer())));
        }
        if (!settings.guard().equals("on")) {
            command.addAll(List.of("--cold-guard", settings.guard()));
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

    /** Of this JVM, for each server. */
    private static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(ServerProcess::concernsServers)
                .toList();
    }

    /** The same without the places of files, which are others in each installation. */
    static String optionsTold() {
        String told = options().stream()
                .map(option -> option.replaceFirst("=[^=]*/.*", "=FILE"))
                .collect(Collectors.joining(" "));
        return told.isEmpty() ? "none" : told;
    }

    /** Of this JVM's options those of the launcher: collector, heap, native access, cache. */
    private static boolean concernsServers(String option) {
        return option.startsWith("-XX:")
                || option.startsWith("-Xlog:")
                || option.startsWith("-Xshare")
                || option.startsWith("--enable-native-access");
    }

    /** Options for another server: without what only fits the classes of this one. */
    static List<String> plainOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:") && !option.startsWith("-XX:AOT"))
                .filter(option -> !option.contains("Archive"))
                .toList();
    }

    /** What is known of it if it is another server. */
    @Nullable
    PeerUsed peer() {
        return peer;
    }

    int port() {
        return port;
    }

    int pid() {
        return (int) process.pid();
    }

    /** How it ended, in words; null if it still runs. */
    @Nullable
    String ending() {
        int exitCode = waitFor(process, ENDING_SECONDS);
        return exitCode < 0 ? null : Ending.words(exitCode, said.get().all());
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        kill(process);
        if (folder != null) {
            try {
                SiteFiles.delete(folder);
            } catch (IOException stays) {
                // The system deletes what is left of temporary files.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a process, politely at first, and all that descend from it. */
    static void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (waitFor(process, STOP_SECONDS) < 0) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
