package sluice.lab;

import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a cell of the lab sets up: a server, its files and its clients. The names of the components
 * are those of the keys in a job.
 *
 * @param engine what serves: {@code sluice}; {@code none}, which sends the same bytes whatever it
 *     is asked: what that costs is the harness; or one of {@link #PEERS}, for which what follows up
 *     to the loops means nothing
 * @param model I/O model of the server, as {@code serve --model}
 * @param reactor reactor design, as {@code serve --reactor}
 * @param copy copy path, as {@code serve --copy}
 * @param buffer bytes of the buffer of copying paths; 0: the server's default
 * @param loops event loops; 0: the server's default
 * @param file bytes of each file
 * @param files how many files are asked for in turn
 * @param cold whether the files are dropped from memory before each round
 * @param connections busy connections
 * @param idle connections that stand idle beside them
 * @param keepAlive whether a connection carries more than one request
 * @param pipeline requests in flight per connection
 * @param rate requests per second that are due; 0: a closed loop
 * @param fileMost bytes of the largest file, if {@code file} is the smallest; 0: all are as large
 * @param first so many requests are measured on a fresh process, its start included; 0: a server
 *     that has been warmed up
 * @param guard {@code on}: workers read what is not in memory; {@code off}: the loop waits for the
 *     disk itself, as {@code serve --cold-guard}
 * @param block microseconds for which engine {@code none} sleeps before each answer, as a handler
 *     that blocks; 0: it does not
 */
public record Settings(
        String engine,
        String model,
        String reactor,
        String copy,
        int buffer,
        int loops,
        long file,
        int files,
        boolean cold,
        int connections,
        int idle,
        boolean keepAlive,
        int pipeline,
        double rate,
        long fileMost,
        int first,
        String guard,
        int block) {
    /** The engine that is measured. */
    public static final String SLUICE = "sluice";
    /** The engine that shows what the harness costs. */
    public static final String NONE = "none";
    /** Other servers, each as its documentation says that files are served best. */
    public static final List<String> PEERS = List.of(
            "nginx",
            "lighttpd",
            "h2o",
            "caddy",
            "apache",
            "jwebserver",
            "netty",
            "jetty",
            "undertow",
            "tomcat",
            "vertx",
            "helidon");

    /** Of a longer one, a short round would see no answer. */
    private static final int BLOCK_MAX = 100_000;

    /**
     * @throws IllegalArgumentException if there is no such engine, or two settings do not fit
     */
    public Settings {
        guard = guard == null ? "on" : guard; // Results of earlier versions have none.
        if (!guard.equals("on") && !guard.equals("off")) {
            throw new IllegalArgumentException("guard is on or off, not " + guard);
        }
        List<String> engines = new ArrayList<>(List.of(SLUICE, NONE));
        engines.addAll(PEERS);
        if (!engines.contains(engine)) {
            throw new IllegalArgumentException(
                    "there is no engine " + engine + "; there are " + String.join(", ", engines));
        }
        requireOneOf("model", model, Stream.of(Model.values()).map(Model::label));
        requireOneOf("reactor", reactor, Stream.of(Reactor.values()).map(Reactor::label));
        requireOneOf("copy", copy, Stream.of(CopyMode.values()).map(CopyMode::label));
        requireFrom("buffer", buffer, 0);
        requireFrom("loops", loops, 0);
        requireFrom("file", file, 0);
        requireFrom("files", files, 1);
        requireFrom("connections", connections, 1);
        requireFrom("idle", idle, 0);
        requireFrom("pipeline", pipeline, 1);
        requireFrom("first", first, 0);
        if (!(rate >= 0)) {
            throw new IllegalArgumentException("rate is at least 0, not " + rate);
        }
        if (block != 0 && !engine.equals(NONE)) {
            throw new IllegalArgumentException("only engine none has a handler that blocks");
        }
        if (block < 0 || block > BLOCK_MAX) {
            throw new IllegalArgumentException(
                    "block is from 0 to " + BLOCK_MAX + " microseconds, not " + block);
        }
        if (fileMost != 0 && fileMost < file) {
            throw new IllegalArgumentException("fileMost is " + fileMost + ", less than file");
        }
        if (first > 0 && (idle > 0 || cold || rate > 0)) {
            throw new IllegalArgumentException(
                    "a fresh process is measured without idle, cold and rate");
        }
    }

    private static void requireFrom(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
        }
    }

    private static void requireOneOf(String name, String value, Stream<String> labels) {
        List<String> known = Stream.concat(Stream.of("auto"), labels).distinct().toList();
        if (!known.contains(value)) {
            throw new IllegalArgumentException("there is no " + name + " " + value + "; there are "
                    + String.join(", ", known));
        }
    }

    /** What a job that says nothing gets. */
    public static final Settings DEFAULTS = new Settings(
            SLUICE,
            "auto",
            "auto",
            "auto",
            0,
            0,
            1_024,
            1,
            false,
            LoadPlan.CONNECTIONS,
            0,
            true,
            1,
            0,
            0,
            0,
            "on",
            0);

    /**
     * What must be the same for two cells to share a server.
     *
     * @param body bytes that engine {@code none} sends; 0 for the others
     * @param clients all connections: a process keeps the memory of the most that it has held
     */
    public record OfServer(
            String engine,
            String model,
            String reactor,
            String copy,
            int buffer,
            int loops,
            long body,
            String guard,
            int block,
            int clients) {}

    /** The part that the server needs. */
    public OfServer server() {
        int clients = connections + idle;
        if (PEERS.contains(engine)) {
            return new OfServer(engine, "auto", "auto", "auto", 0, 0, 0, "on", 0, clients);
        }
        return new OfServer(
                engine,
                model,
                reactor,
                copy,
                buffer,
                loops,
                engine.equals(NONE) ? file : 0,
                guard,
                block,
                clients);
    }
}
