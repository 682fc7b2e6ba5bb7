package sluice.io.testing;

import org.jspecify.annotations.Nullable;

import sluice.io.Cell;
import sluice.io.CopyMode;
import sluice.io.Model;
import sluice.io.Reactor;
import sluice.io.uring.ReceiveBuffers;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cell of the matrix and a reactor design: what the conformance suite runs over.
 *
 * @param layer what lies between the connections and the network
 */
public record Setup(Cell cell, Reactor reactor, @Nullable XorLayer layer) {
    /** Without a layer. */
    public Setup(Cell cell, Reactor reactor) {
        this(cell, reactor, null);
    }

    /** {@code -Dsluice.model=NAME} for one who works on one model. */
    private static final String ONLY = System.getProperty("sluice.model", "");

    /** With the profile {@code thorough} of the build. */
    private static final boolean THOROUGH = Boolean.getBoolean("sluice.thorough");

    /** On these every design runs; on the others too where there is time. */
    private static final Set<Model> OF_EVERY_DESIGN = Set.of(Model.EPOLL, Model.IO_URING);

    /** These begin operations and hear of their end. */
    private static final Set<Model> OF_COMPLETIONS =
            Set.of(Model.ASYNC_CHANNEL, Model.POSIX_AIO, Model.IO_URING);

    /** One of each shape of loop, and their doubles thoroughly: on these every copy path runs. */
    private static final Set<Model> OF_EVERY_COPY = THOROUGH
            ? Set.of(
                    Model.EPOLL,
                    Model.SELECTOR,
                    Model.ASYNC_CHANNEL,
                    Model.POSIX_AIO,
                    Model.IO_URING,
                    Model.BLOCKING,
                    Model.VIRTUAL)
            : Set.of(Model.EPOLL, Model.SELECTOR, Model.IO_URING, Model.BLOCKING);

    /** Of each so many of {@link #matrix}, one; no period of its order has this length. */
    private static final int SAMPLED = 7;

    /**
     * For what takes its time. Every model, with the path it has by itself; every path under one
     * model of each shape; every design under some or, thoroughly, all. {@link #matrix} has the
     * rest. What is refused on Linux is left out, and a thread per connection has one design only.
     */
    static List<Setup> all() {
        List<Setup> setups = new ArrayList<>();
        for (Model model : Model.values()) {
            for (CopyMode copy : CopyMode.values()) {
                Cell cell = new Cell(model, copy);
                boolean left = ONLY.isEmpty() || ONLY.equals(model.label());
                boolean run = left && (copy == CopyMode.AUTO || OF_EVERY_COPY.contains(model));
                if (!run || cell.refusal(true) != null) {
                    continue;
                }
                setups.add(new Setup(cell, Reactor.SINGLE));
                boolean designs = THOROUGH || OF_EVERY_DESIGN.contains(model);
                if (designs && !cell.hasThreads() && copy == CopyMode.AUTO) {
                    setups.add(new Setup(cell, Reactor.MAIN_SUB));
                    setups.add(new Setup(cell, Reactor.WORKERS));
                    setups.add(new Setup(cell, Reactor.REUSE_PORT));
                }
            }
        }
        return setups;
    }

    /** These, and the last also in the shape that it has no need of. */
    private static final List<Setup> QUICK_UNDER_A_LAYER = List.of(
            layered(Model.IO_URING, Reactor.SINGLE),
            layered(Model.SELECTOR, Reactor.SINGLE),
            layered(Model.BLOCKING, Reactor.SINGLE),
            layered(Model.EPOLL, Reactor.WORKERS),
            layered(Model.EPOLL, Reactor.SINGLE));

    private static Setup layered(Model model, Reactor reactor) {
        return new Setup(new Cell(model, CopyMode.DIRECT), reactor, XorLayer.over(model));
    }

    /** Under a layer: models of each shape, or, thoroughly, every model in every design. */
    static List<Setup> layered() {
        Stream<Setup> all = THOROUGH
                ? matrix().stream()
                        .filter(setup -> setup.cell.copy() == CopyMode.DIRECT)
                        .map(setup -> layered(setup.cell.model(), setup.reactor))
                : QUICK_UNDER_A_LAYER.stream();
        Setup last = QUICK_UNDER_A_LAYER.getLast();
        Setup inTheOtherShape = new Setup(last.cell, last.reactor, XorLayer.aroundTransports());
        return Stream.concat(all, Stream.of(inTheOtherShape))
                .filter(setup ->
                        ONLY.isEmpty() || ONLY.equals(setup.cell.model().label()))
                .toList();
    }

    /** Every cell that can exist, in every design that it can have: for what is quickly tried. */
    static List<Setup> matrix() {
        List<Setup> setups = new ArrayList<>();
        for (Model model : Model.values()) {
            for (CopyMode copy : CopyMode.values()) {
                Cell cell = new Cell(model, copy);
                if (cell.refusal(true) == null && (ONLY.isEmpty() || ONLY.equals(model.label()))) {
                    Stream.of(Reactor.values())
                            .filter(reactor -> !cell.hasThreads() || reactor == Reactor.SINGLE)
                            .forEach(reactor -> setups.add(new Setup(cell, reactor)));
                }
            }
        }
        return setups;
    }

    /** A sample of the matrix, and thoroughly all of it. */
    static List<Setup> sampled() {
        List<Setup> all = matrix();
        return THOROUGH
                ? all
                : IntStream.range(0, all.size())
                        .filter(i -> i % SAMPLED == 0)
                        .mapToObj(all::get)
                        .toList();
    }

    /** Every model with every design, and files on their way by one copy path only. */
    static List<Setup> models() {
        return all().stream()
                .filter(setup -> setup.cell.copy() == CopyMode.AUTO)
                .toList();
    }

    /** Each model that has loops, with one, and one copy path. */
    static List<Setup> oneLoopPerModel() {
        return singleLoops().stream()
                .filter(setup -> setup.cell.copy() == CopyMode.AUTO)
                .toList();
    }

    /** The same of those that wait for readiness. */
    static List<Setup> oneReadinessLoopPerModel() {
        return oneLoopPerModel().stream()
                .filter(setup -> !OF_COMPLETIONS.contains(setup.cell.model()))
                .toList();
    }

    /** One loop for all connections. */
    static List<Setup> singleLoops() {
        return all().stream()
                .filter(setup -> !setup.cell.hasThreads() && setup.reactor == Reactor.SINGLE)
                .toList();
    }

    /** Blocks for a peer that sends ahead: io_uring hears after a turn that it is to be stopped. */
    public int heldBlocksMax() {
        return cell.model() == Model.IO_URING ? ReceiveBuffers.BLOCKS + 1 : 1;
    }

    /** Why this machine cannot run it; null when it can. */
    @Nullable
    public String refusal() {
        String refusal = cell.refusal();
        return refusal == null ? reactor.refusal(cell) : refusal;
    }

    @Override
    public String toString() {
        String design = cell.hasThreads() ? "" : " " + reactor.label();
        String over = layer == null ? "" : " " + layer.label();
        return cell.model().label() + " " + cell.copy().label() + design + over;
    }
}
