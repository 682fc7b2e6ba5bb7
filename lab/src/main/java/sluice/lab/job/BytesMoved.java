package sluice.lab.job;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.CopyOptions;
import sluice.io.Counter;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.lab.LoadPlan;
import sluice.lab.Probe;
import sluice.lab.Settings;
import sluice.lab.load.LoadRun;
import sluice.server.FileServer;
import sluice.server.ResponseRecord;
import sluice.server.Sluice;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Which way bytes take with the settings of a cell. A server in this process answers some requests
 * and tells of each: a server that is measured had to spend CPU time on telling it.
 *
 * @param kernel bytes per request that did not pass user space
 * @param user bytes per request that did
 * @param zeroCopySends sends with MSG_ZEROCOPY, all together
 * @param zeroCopyCopied sends among them of which the kernel said that it had copied (COPIED)
 */
record BytesMoved(double kernel, double user, long zeroCopySends, long zeroCopyCopied) {
    /** Each request of a file takes the same way. */
    private static final int REQUESTS = 16;
    /** Of large files one request has sends enough. */
    private static final long LARGE = 1 << 20;

    private static final Duration MOST = Duration.ofSeconds(60);

    /** Of Sluice with these settings. */
    static BytesMoved of(Settings settings, SiteFiles files) throws IOException {
        Queue<ResponseRecord> told = new ConcurrentLinkedQueue<>();
        Sluice sluice = Sluice.builder()
                .root(files.root())
                .port(0)
                .machinery(machinery(settings))
                .onResponse(told::add)
                .build();
        FileServer server = sluice.start();
        try {
            LoadPlan plan = new LoadPlan(
                            files.targets(settings, server.port()),
                            1,
                            1,
                            0,
                            Duration.ZERO,
                            MOST,
                            1,
                            true,
                            List.of(),
                            MOST)
                    .withRequests(settings.file() < LARGE ? REQUESTS : 1);
            new LoadRun(plan, _ -> {}, Probe.NONE).run();
        } finally {
            server.close(); // It tells of the last responses, and hears of the last sends.
        }
        return new BytesMoved(
                mean(told, record -> record.stats().kernelBytes()),
                mean(told, record -> record.stats().userBytes()),
                server.count(Counter.ZEROCOPY_SENDS),
                server.count(Counter.ZEROCOPY_COPIED));
    }

    private static double mean(Queue<ResponseRecord> told, ToLongFunction<ResponseRecord> bytes) {
        return told.stream().mapToLong(bytes).average().orElse(Double.NaN);
    }

    private static Machinery machinery(Settings settings) {
        Machinery chosen = Machinery.defaults();
        CopyOptions copying =
                CopyOptions.defaults().withColdGuard(settings.guard().equals("on"));
        if (settings.buffer() > 0) {
            copying = copying.withBuffer(settings.buffer());
        }
        Model model = named(
                Model.values(), Model::label, settings.model(), chosen.cell().model());
        CopyMode copy = named(CopyMode.values(), CopyMode::label, settings.copy(), CopyMode.AUTO);
        return chosen.withCell(new Cell(model, copy))
                .withReactor(named(
                        Reactor.values(), Reactor::label, settings.reactor(), chosen.reactor()))
                .withCopying(copying);
    }

    /** That of this name, or another for "auto", which is no name of any but copy paths. */
    private static <T> T named(T[] all, Function<T, String> label, String name, T otherwise) {
        return Arrays.stream(all)
                .filter(one -> label.apply(one).equals(name))
                .findFirst()
                .orElse(otherwise);
    }
}
