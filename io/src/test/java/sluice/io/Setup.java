package sluice.io;

import java.util.ArrayList;
import java.util.List;

/** A cell of the matrix and a reactor design: what the conformance suite runs over. */
record Setup(Cell cell, Reactor reactor) {
    /** All that are not refused on Linux; a thread per connection has one design only. */
    static List<Setup> all() {
        List<Setup> setups = new ArrayList<>();
        for (Model model : Model.values()) {
            for (Copy copy : Copy.values()) {
                Cell cell = new Cell(model, copy);
                if (cell.refusal(true) != null) {
                    continue;
                }
                setups.add(new Setup(cell, Reactor.SINGLE));
                if (!cell.hasThreads()) {
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
