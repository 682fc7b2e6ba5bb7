package sluice.lab.job;

import sluice.lab.measure.Processors;

import java.util.List;

/**
 * Keeps the server and this client on processors of their own, where this process may use two or
 * more and taskset(1) is installed: else each would measure the other. Each gets whole cores if
 * there are two.
 *
 * @param server numbers of the server's processors; none where nothing is pinned
 * @param clients numbers of the others
 * @param sharesCore whether both run on threads of the only core
 */
record Pinning(List<Integer> server, List<Integer> clients, boolean sharesCore) {
    private static final Pinning NONE = new Pinning(List.of(), List.of(), false);

    /** Once in a process: afterwards the system tells only the processors that it has left. */
    private static final class Once {
        static final Processors ALL = Processors.read();
        static final Pinning PINNING = pin(of(ALL));
    }

    /** Pins the threads that this process has, and those that they start. */
    static Pinning begin() {
        return Once.PINNING;
    }

    /** The processors that this process might use at first. */
    static Processors all() {
        return Once.ALL;
    }

    /** Half of the cores each; half of the threads of the only core; or nothing. */
    static Pinning of(Processors processors) {
        List<List<Integer>> cores = processors.cores();
        if (processors.count() < 2) {
            return NONE;
        }
        if (cores.size() > 1) {
            int half = cores.size() / 2;
            return new Pinning(
                    flat(cores.subList(0, half)), flat(cores.subList(half, cores.size())), false);
        }
        List<Integer> threads = cores.getFirst();
        int half = threads.size() / 2;
        return new Pinning(threads.subList(0, half), threads.subList(half, threads.size()), true);
    }

    private static List<Integer> flat(List<List<Integer>> cores) {
        return cores.stream().flatMap(List::stream).toList();
    }

    private static Pinning pin(Pinning wanted) {
        String self = Long.toString(ProcessHandle.current().pid());
        boolean pinned = wanted.isPinned()
                && SmallProgram.succeeds(List.of(
                        "taskset", "-a", "-p", "-c", Processors.list(wanted.clients), self));
        return pinned ? wanted : NONE;
    }

    boolean isPinned() {
        return !server.isEmpty();
    }

    /** What a command of a server begins with. */
    List<String> prefix() {
        return isPinned() ? List.of("taskset", "-c", Processors.list(server)) : List.of();
    }

    /** How many processors the server has. */
    int ofServer() {
        return isPinned() ? server.size() : Runtime.getRuntime().availableProcessors();
    }

    String words() {
        return isPinned()
                ? "server on CPUs " + Processors.list(server) + ", clients on "
                        + Processors.list(clients) + (sharesCore ? ", of one core" : "")
                : "not pinned";
    }
}
