package sluice.server.admin;

import sluice.io.Counter;
import sluice.io.LoopState;

import java.util.ArrayList;
import java.util.List;

/** What the pages tell of a server. Any thread may ask. */
public interface Vitals {
    /** Of a server that is not there yet. */
    Vitals STARTING = new Vitals() {
        @Override
        public String description() {
            return "starting";
        }

        @Override
        public long count(Counter counter) {
            return 0;
        }

        @Override
        public int connections() {
            return 0;
        }

        @Override
        public List<LoopState> loops() {
            return List.of();
        }

        @Override
        public long lostLogLines() {
            return 0;
        }

        @Override
        public List<String> unready() {
            return List.of("the server starts");
        }
    };

    /** Model, copy path and threads, in words. */
    String description();

    /** The sum of a counter over all loops. */
    long count(Counter counter);

    /** Connections open now. */
    int connections();

    /** Its loops and workers. */
    List<LoopState> loops();

    /** Lines that the access log had to drop; 0 without a log. */
    long lostLogLines();

    /** Whether it is about to end. */
    default boolean isDraining() {
        return false;
    }

    /** Why it should get no requests now; empty if it should. */
    default List<String> unready() {
        if (isDraining()) {
            return List.of("the server drains");
        }
        List<String> reasons = new ArrayList<>();
        for (LoopState loop : loops()) {
            if (!loop.isWell()) {
                reasons.add(loop.name() + (loop.alive() ? " is stuck" : " has ended"));
            }
        }
        return reasons;
    }
}
