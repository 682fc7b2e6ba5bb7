package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Copying;
import sluice.io.IdlePolicy;
import sluice.io.Reactor;
import sluice.linux.Linux;
import sluice.linux.ProcessCalls;
import sluice.server.AccessLog;
import sluice.server.FileServer;
import sluice.server.Sluice;
import sluice.server.SymlinkPolicy;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
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
            description = "the directory; the current one if none is named")
    private Path directory = Path.of(".");

    @Option(
            names = "--host",
            paramLabel = "H",
            defaultValue = "127.0.0.1",
            description =
                    "address to listen at (${DEFAULT-VALUE}: this machine only; 0.0.0.0: all)")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "8000",
            description = "port to listen at; 0 takes a free one (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "auto",
            completionCandidates = Names.Models.class,
            description = "how to wait for sockets: ${COMPLETION-CANDIDATES}"
                    + " (${DEFAULT-VALUE}: tells what it took, and why;"
                    + " `sluice doctor` shows which run here)")
    private ModelChoice model = ModelChoice.AUTO;

    @Option(
            names = "--idle",
            paramLabel = "I",
            defaultValue = "park",
            completionCandidates = Names.IdlePolicies.class,
            description = "what the model nonblocking does when nothing happens:"
                    + " ${COMPLETION-CANDIDATES}; all but park keep a processor busy"
                    + " (${DEFAULT-VALUE})")
    private IdlePolicy idle = IdlePolicy.PARK;

    @Option(
            names = "--reactor",
            paramLabel = "R",
            defaultValue = "main-sub",
            completionCandidates = Names.Reactors.class,
            description = "how connections are spread over loops: ${COMPLETION-CANDIDATES}"
                    + " (${DEFAULT-VALUE}); blocking and virtual have no loops")
    private Reactor reactor = Reactor.MAIN_SUB;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "sub-loops of main-sub, loops of reuse-port (one per processor), workers"
                    + " of workers (8)")
    private @Nullable Integer loops;

    @Option(
            names = "--copy",
            paramLabel = "C",
            defaultValue = "auto",
            completionCandidates = Names.Copies.class,
            description = "how files travel: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Copy copy = Copy.AUTO;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "bytes of the buffer of heap and direct, like 64K or 1M (32K)")
    private @Nullable Long buffer;

    @Option(
            names = "--cold-guard",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "ask before each send if the bytes are in memory, and let others wait"
                    + " for the disk (${DEFAULT-VALUE})")
    private OnOff coldGuard = OnOff.ON;

    @Option(
            names = "--no-listing",
            negatable = false,
            description = "answer 404 for a directory without index.html")
    private boolean noListing;

    @Option(names = "--dotfiles", description = "serve names that begin with a dot, too")
    private boolean dotfiles;

    @Option(
            names = "--symlinks",
            paramLabel = "S",
            defaultValue = "inside",
            description = "links to follow: inside (relative and staying inside), none, all"
                    + " (${DEFAULT-VALUE})")
    private SymlinkPolicy symlinks = SymlinkPolicy.INSIDE;

    @Option(
            names = "--compress",
            arity = "0..1",
            paramLabel = "CACHE",
            fallbackValue = "",
            description = "compress texts once, in the background, into this directory"
                    + " (.cache/sluice in your home)")
    private @Nullable String compress;

    @Option(
            names = "--writable",
            description = "let clients change files by PUT and DELETE: all files, any client")
    private boolean writable;

    @Option(
            names = "--max-upload",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "what an uploaded file may have at most, as 500M or 10G (what fits)")
    private @Nullable Long maxUpload;

    @Option(names = "--explain", description = "tell each answer's path in a Sluice-Path field")
    private boolean explain;

    @Option(
            names = "--access-log",
            paramLabel = "FILE|-",
            description = "tell of each response, a JSON object per line, with the path it took;"
                    + " - is stdout")
    private @Nullable String accessLog;

    @Option(
            names = "--drain-timeout",
            paramLabel = "S",
            defaultValue = "60",
            description =
                    "seconds that answers may take to finish after SIGTERM" + " (${DEFAULT-VALUE})")
    private int drainSeconds;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Sluice.Builder settings;
        Calibration.Choice measured;
        try {
            if (drainSeconds < 0) {
                throw new IllegalArgumentException(
                        "--drain-timeout must be 0 or more, not " + drainSeconds);
            }
            if (maxUpload != null && !writable) {
                throw new IllegalArgumentException("--max-upload needs --writable");
            }
            settings = settings();
            measured = measured();
            settings.memoryUpTo(measured.memoryUpTo()).build();
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
            // Another machine might run it; what none can run was not meant.
            return new Cell(model.model(), copy).isPossible() ? Main.FAILED : Main.USAGE;
        } catch (IOException e) {
            err.println("sluice: " + Failures.inWords(e));
            return Main.FAILED;
        }
        AccessLog opened = log;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, opened, err)));
        err.println("sluice: " + server.description() + model.reason() + measured.words());
        out.println("Sluice serving " + directory + " at " + server.uri());
        out.flush();
        new CountDownLatch(1).await();
        return Main.OK;
    }

    /** Whoever asks for a path by name gets that, whatever was measured. */
    private Calibration.Choice measured() {
        return copy == Copy.AUTO
                ? Calibration.choose(Calibration.file(), Machine.here())
                : new Calibration.Choice(Sluice.MEMORY_UP_TO, "");
    }

    private static AccessLog openLog(String name) throws IOException {
        if (name.equals("-")) {
            return AccessLog.to(new FileOutputStream(FileDescriptor.out).getChannel());
        }
        try {
            return AccessLog.to(Path.of(name));
        } catch (IOException | InvalidPathException e) {
            throw new IOException("the access log cannot be written: " + e, e);
        }
    }

    private Sluice.Builder settings() {
        Sluice.Builder builder = Sluice.builder()
                .root(directory)
                .host(host)
                .port(port)
                .model(model.model())
                .copy(copy)
                .reactor(reactor)
                .listing(!noListing)
                .dotfiles(dotfiles)
                .symlinks(symlinks)
                .writable(writable)
                .explain(explain)
                .idle(idle)
                .copying(copying());
        if (compress != null) {
            builder.compressInto(
                    compress.isEmpty() ? Cache.directory(directory) : Path.of(compress));
        }
        if (maxUpload != null) {
            builder.maxUpload(maxUpload);
        }
        if (loops != null) {
            builder.loops(loops);
        }
        return builder;
    }

    private Copying copying() {
        Copying copying = Copying.defaults().withColdGuard(coldGuard == OnOff.ON);
        // What no int holds is too much as well: it says so itself.
        return buffer == null
                ? copying
                : copying.withBuffer((int) Math.min(Integer.MAX_VALUE, buffer));
    }

    /** Halting is the only way for a process that was told to end by a signal to exit with 0. */
    private void stop(FileServer server, @Nullable AccessLog log, PrintWriter err) {
        Duration limit = Duration.ofSeconds(drainSeconds);
        boolean canBeHurried = letTheNextSignalKill();
        try {
            int open = server.connections();
            if (open > 0) {
                err.println("sluice: finishing " + open + " connections"
                        + (canBeHurried ? "; a second signal ends them at once" : ""));
            }
            if (!server.drain(limit)) {
                err.println(
                        "sluice: " + server.connections() + " connections did not finish within "
                                + limit.toSeconds() + " s and were torn");
            }
            server.close();
            if (log != null) {
                log.close();
                if (log.dropped() > 0) {
                    err.println("sluice: " + log.dropped() + " lines of the access log were lost");
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

    /** The JVM does nothing about a signal that comes while it shuts down; the kernel would. */
    private static boolean letTheNextSignalKill() {
        return Linux.available()
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGINT) == 0
                && ProcessCalls.restoreDefaultAction(ProcessCalls.SIGTERM) == 0;
    }
}
