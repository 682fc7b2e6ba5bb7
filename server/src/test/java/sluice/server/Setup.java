package sluice.server;

import sluice.io.Cell;
import sluice.io.Copy;
import sluice.io.Model;
import sluice.io.Reactor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** One kind of server: a cell of the matrix and an arrangement of loops. */
record Setup(Cell cell, Reactor reactor) {
    private static final int LOOPS = 2;

    /** What runs if nobody asks for more, with one loop. */
    static final Setup PLAIN = new Setup(new Cell(Model.best(), Copy.AUTO), Reactor.SINGLE);

    /** All that can exist on this machine; a thread per connection knows no arrangement. */
    static Stream<Setup> all() {
        return Arrays.stream(Model.values())
                .flatMap(model -> Arrays.stream(Copy.values()).map(copy -> new Cell(model, copy)))
                .filter(cell -> cell.refusal() == null)
                .flatMap(cell -> Arrays.stream(Reactor.values())
                        .filter(reactor -> reactor == Reactor.SINGLE || isArranged(cell, reactor))
                        .map(reactor -> new Setup(cell, reactor)));
    }

    /** Designs are io's to prove with every model; here one of each kind of sockets is enough. */
    private static boolean isArranged(Cell cell, Reactor reactor) {
        boolean plain = cell.copy() == Copy.AUTO
                && (cell.model() == Model.EPOLL || cell.model() == Model.SELECTOR);
        boolean loops = cell.model() != Model.BLOCKING && cell.model() != Model.VIRTUAL;
        return plain || loops && reactor == Reactor.MAIN_SUB;
    }

    /** The same, for what the arrangement cannot matter to. */
    static Stream<Setup> cells() {
        return all().filter(setup -> setup.reactor() == Reactor.SINGLE);
    }

    /** One of each model, for what the copy path cannot matter to. */
    static Stream<Setup> models() {
        return cells().filter(setup -> setup.cell().copy() == Copy.AUTO);
    }

    Sluice.Builder serving(Path root) {
        return Sluice.builder()
                .root(root)
                .port(0)
                .model(cell.model())
                .copy(cell.copy())
                .reactor(reactor)
                .loops(LOOPS);
    }

    @Override
    public String toString() {
        return cell.model().label() + " " + cell.copy().label() + " " + reactor.label();
    }
}
