package sluice.server.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.TlsProvider;
import sluice.io.TlsSettings;
import sluice.io.testing.XorLayer;
import sluice.linux.OpenSsl;
import sluice.server.FileServer;
import sluice.server.Sluice;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One kind of server: a cell of the matrix and an arrangement of loops.
 *
 * @param layer what lies between its connections and the network
 * @param tls who encrypts, if that is TLS
 */
public record Setup(
        Cell cell,
        Reactor reactor,
        @Nullable XorLayer layer,
        @Nullable TlsProvider tls) {
    /** Without a layer. */
    public Setup(Cell cell, Reactor reactor) {
        this(cell, reactor, null);
    }

    /** Under a layer that is not TLS. */
    public Setup(Cell cell, Reactor reactor, @Nullable XorLayer layer) {
        this(cell, reactor, layer, null);
    }

    private static final int LOOPS = 2;

    /** What runs if nobody asks for more, with one loop. */
    public static final Setup PLAIN =
            new Setup(new Cell(Model.best(), CopyMode.AUTO), Reactor.SINGLE);

    /** With the profile {@code thorough} of the build. */
    private static final boolean THOROUGH = Boolean.getBoolean("sluice.thorough");

    /** On these every copy path and every design runs: raw sockets, channels, blocking calls. */
    private static final Set<Model> OF_EVERY_COPY =
            THOROUGH ? Set.of(Model.EPOLL, Model.SELECTOR, Model.BLOCKING) : Set.of(Model.EPOLL);

    /**
     * Every model, every copy path, every design, and not each with each: that is for io to prove
     * (EventLoopConformanceTest), and for {@code bench/prove mirror} and {@code chaos}.
     */
    public static Stream<Setup> all() {
        return Arrays.stream(Model.values())
                .flatMap(model ->
                        Arrays.stream(CopyMode.values()).map(copy -> new Cell(model, copy)))
                .filter(cell -> cell.refusal() == null)
                .filter(cell ->
                        cell.copy() == CopyMode.AUTO || OF_EVERY_COPY.contains(cell.model()))
                .flatMap(cell -> Arrays.stream(Reactor.values())
                        .filter(reactor -> reactor == Reactor.SINGLE || isArranged(cell))
                        .map(reactor -> new Setup(cell, reactor)));
    }

    private static boolean isArranged(Cell cell) {
        boolean every = OF_EVERY_COPY.contains(cell.model()) && cell.model() != Model.BLOCKING;
        return every && cell.copy() == CopyMode.AUTO;
    }

    /** The same, for what the arrangement cannot matter to. */
    public static Stream<Setup> cells() {
        return all().filter(setup -> setup.reactor() == Reactor.SINGLE);
    }

    /** One of each model, for what the copy path cannot matter to. */
    public static Stream<Setup> models() {
        return cells().filter(setup -> setup.cell().copy() == CopyMode.AUTO);
    }

    /** Layers that change every byte: one of the tests, and TLS. */
    public static Stream<Setup> layered() {
        return Stream.concat(underXor(), underTls());
    }

    /** Over a model that waits and one that blocks; thoroughly, over every model that can. */
    private static Stream<Setup> underTls() {
        return Stream.concat(
                OpenSsl.refusal() == null ? underLibssl() : Stream.empty(), underTlsOfTheJdk());
    }

    private static Stream<Setup> underTlsOfTheJdk() {
        Stream<Model> models = THOROUGH
                ? Stream.of(Model.SELECTOR, Model.EPOLL, Model.BLOCKING, Model.VIRTUAL)
                : Stream.of(Model.SELECTOR);
        return models.map(model -> new Cell(model, CopyMode.DIRECT))
                .map(cell -> new Setup(cell, Reactor.SINGLE, null, TlsProvider.JDK));
    }

    private static Stream<Setup> underLibssl() {
        Stream<Model> models = THOROUGH
                ? Stream.of(
                        Model.NONBLOCKING,
                        Model.SELECT,
                        Model.POLL,
                        Model.SIGNAL,
                        Model.EPOLL,
                        Model.EPOLL_ET,
                        Model.EPOLL_ONESHOT,
                        Model.BLOCKING)
                : Stream.of(Model.EPOLL, Model.BLOCKING);
        return models.map(model -> new Cell(model, CopyMode.DIRECT))
                .flatMap(cell -> Arrays.stream(Reactor.values())
                        .filter(reactor ->
                                reactor == Reactor.SINGLE || THOROUGH && !cell.hasThreads())
                        .map(reactor -> new Setup(cell, reactor, null, TlsProvider.OPENSSL)));
    }

    /** Over a model of each shape; thoroughly, over every model and in every design. */
    private static Stream<Setup> underXor() {
        Stream<Model> models = THOROUGH
                ? Arrays.stream(Model.values())
                : Stream.of(Model.EPOLL, Model.IO_URING, Model.BLOCKING, Model.SELECTOR);
        return models.map(model -> new Cell(model, CopyMode.DIRECT))
                .filter(cell -> cell.refusal() == null)
                .flatMap(cell -> Arrays.stream(Reactor.values())
                        .filter(reactor ->
                                reactor == Reactor.SINGLE || THOROUGH && !cell.hasThreads())
                        .map(reactor -> new Setup(cell, reactor, XorLayer.over(cell.model()))));
    }

    /** The same, for what the arrangement cannot matter to. */
    public static Stream<Setup> layeredCells() {
        return layered().filter(setup -> setup.reactor() == Reactor.SINGLE);
    }

    public FileServer start(Sluice.Builder settings) throws IOException {
        if (tls != null) {
            settings.tls(TlsSettings.selfSigned().withProvider(tls));
        }
        Sluice sluice = settings.build();
        return layer == null ? sluice.start() : sluice.start(layer);
    }

    public Sluice.Builder serving(Path root) {
        return Sluice.builder().root(root).port(0).allowHost(RawClient.HOST).machinery(machinery());
    }

    public Machinery machinery() {
        return Machinery.defaults().withCell(cell).withReactor(reactor).withLoops(LOOPS);
    }

    @Override
    public String toString() {
        return cell.model().label() + " " + cell.copy().label() + " " + reactor.label()
                + (layer == null ? "" : " under " + layer.label())
                + (tls == null ? "" : " under TLS by " + tls.label());
    }
}
