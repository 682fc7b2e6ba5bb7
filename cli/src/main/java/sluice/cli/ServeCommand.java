package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import sluice.linux.Linux;
import sluice.linux.ProcessCalls;
import sluice.server.AccessLog;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code sluice serve}. */
@Command(
        name = "serve",
        description = "Serves the files of a directory over HTTP.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "directory to serve (default: the current one)")
    private Path directory = Path.of(".");

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "address to listen on; 0.0.0.0 accepts from other machines, too"
                    + " (default: ${DEFAULT-VALUE}, this machine only)")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "port to listen on; 0 chooses a free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description =
                    "name that a request may have in Host, besides localhost, IP addresses and"
                        + " HOST, if the server listens on this machine only; repeatable; * allows"
                        + " every name. Keeps out web pages whose name leads here (DNS rebinding)")
    private List<String> allowedHosts = List.of();

    @Mixin
    private MachineryOptions machinery = new MachineryOptions();

    @Mixin
    private FilesOptions files = new FilesOptions();

    @Mixin
    private ResourceOptions resources = new ResourceOptions();

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description = "write one JSON object per response, a line each, saying how the body was"
                    + " sent; - is stdout. SIGUSR1 reopens the file")
    private @Nullable String accessLog;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "seconds that open responses may take to finish after SIGTERM,"
                    + " SIGQUIT or Ctrl-C (default: ${DEFAULT-VALUE})")
    private int drainSeconds;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Sluice.Builder settings;
        Calibration.Choice measured = machinery.measured();
        if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
            err.println("sluice: no permission to search " + directory + " (chmod +x)");
            return Main.FAILED;
        }
        try {
            if (drainSeconds < 0) {
                throw new IllegalArgumentException(
                        "--drain-timeout must be 0 or more, not " + drainSeconds);
            }
            settings = Sluice.builder()
                    .host(host)
                    .port(port)
                    .machinery(machinery.machinery())
                    .limits(resources.limits(machinery.machinery()))
                    .memory(resources.memory())
                    .files(files.files(directory).withMemoryUpTo(measured.memoryUpTo()));
            allowedHosts.forEach(settings::allowHost);
            settings.build();
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            return Main.USAGE;
        }
        FileServer server;
        AccessLog log = null;
        try {
            if (accessLog != null) {
                log = openLog(accessLog);
                settings.onResponse(log);
            }
            server = settings.build().start();
        } catch (IllegalArgumentException e) {
            err.println("sluice: " + e.getMessage());
            // FAILED if another machine could run it, USAGE if none can.
            return machinery.machinery().cell().isPossible() ? Main.FAILED : Main.USAGE;
        } catch (IOException e) {
            err.println("sluice: " + Failures.inWords(e));
            return Main.FAILED;
        }
        AccessLog opened = log;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, opened, err)));
        Signals.handle(err, () -> reopen(opened, err));
        err.println("sluice: " + server.description() + machinery.reason() + measured.words());
        out.println("Sluice serving " + absolute(directory) + " at " + server.uri());
        out.flush();
        new CountDownLatch(1).await();
        return Main.OK;
    }

    private static AccessLog openLog(String name) throws IOException {
        if (name.equals("-")) {
            return AccessLog.to(new FileOutputStream(FileDescriptor.out).getChannel());
        }
        try {
            return AccessLog.to(Arguments.path(name));
        } catch (IOException e) {
            throw new IOException("cannot write the access log: " + e, e);
        } catch (InvalidPathException | TypeConversionException e) {
            throw new IOException("cannot write the access log: " + e.getMessage(), e);
        }
    }

    private static void reopen(@Nullable AccessLog log, PrintWriter err) {
        if (log == null) {
            err.println("sluice: SIGUSR1: there is no access log to reopen");
        } else {
            log.reopen();
            err.println("sluice: SIGUSR1: reopening the access log");
        }
    }

    /** For the user. Only the file system knows what a .. behind a link leads to. */
    private static Path absolute(Path path) {
        for (Path name : path) {
            if (name.toString().equals("..")) {
                try {
                    return path.toRealPath();
                } catch (IOException e) {
                    return path.toAbsolutePath();
                }
            }
        }
        return path.toAbsolutePath().normalize();
    }

    /** Halts the JVM: only so does a process that a signal ends exit with 0. */
    private void stop(FileServer server, @Nullable AccessLog log, PrintWriter err) {
        Duration limit = Duration.ofSeconds(drainSeconds);
        boolean secondSignalKills = letTheNextSignalKill();
        try {
            int open = server.connections();
            if (open > 0) {
                err.println("sluice: waiting for " + open + " connections to finish"
                        + (secondSignalKills ? "; a second signal closes them at once" : ""));
            }
            if (!server.drain(limit)) {
                err.println(
                        "sluice: " + server.connections() + " connections did not finish within "
                                + limit.toSeconds() + " s and were reset");
            }
            server.close();
            if (log != null) {
                log.close();
                if (log.dropped() > 0) {
                    err.println("sluice: the access log lost " + log.dropped() + " lines");
                }
            }
        } catch (InterruptedException e) {
            err.println("sluice: interrupted while stopping");
        } catch (IOException e) {
            err.println("sluice: " + Failures.inWords(e));
        }
        err.flush();
        Runtime.getRuntime().halt(Main.OK);
    }

    /** Restores the default action: during its shutdown the JVM would ignore another signal. */
    private static boolean letTheNextSignalKill() {
        return Linux.available()
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGINT) == 0
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGTERM) == 0;
    }
}
