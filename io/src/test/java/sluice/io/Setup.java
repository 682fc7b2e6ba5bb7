package sluice.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A cell of the matrix and a reactor design: what the conformance suite runs over. */
record Setup(Cell cell, Reactor reactor) {
    /** One of each shape of loop: on these every copy path runs. */
    private static final Set<Model> OF_EVERY_COPY =
            Set.of(Model.EPOLL, Model.SELECTOR, Model.BLOCKING, Model.VIRTUAL);

    /**
     * Every model, with the path it has by itself, in every design; and every path under one model
     * of each shape. What is refused on Linux is left out, and a thread per connection has one
     * design only.
     */
    static List<Setup> all() {
        List<Setup> setups = new ArrayList<>();
        for (Model model : Model.values()) {
            for (Copy copy : Copy.values()) {
                Cell cell = new Cell(model, copy);
                boolean usual = copy == Copy.AUTO;
                if (cell.refusal(true) != null || !usual && !OF_EVERY_COPY.contains(model)) {
                    continue;
                }
                setups.add(new Setup(cell, Reactor.SINGLE));
                if (!cell.hasThreads() && usual) {
                    setups.add(new Setup(cell, Reactor.MAIN_SUB));
                }
            }
        }
        return setups;
    }

    /** One loop for all connections. */
    static List<Setup> singleLoops() {
        return all().stream()
                .filter(setup -> !setup.cell.hasThreads() && setup.reactor == Reactor.SINGLE)
                .toList();
    }

    @Override
    public String toString() {
        String design = cell.hasThreads() ? "" : " " + reactor.label();
        return cell.model().label() + " " + cell.copy().label() + design;
    }
}
