package sluice.lab.measure;

import java.util.List;
import java.util.stream.Stream;

/** A server may be several processes: one that others descend from. */
final class ProcessTree {
    private ProcessTree() {}

    /** The process and all that descend from it now. */
    static List<Integer> of(int pid) {
        Stream<ProcessHandle> children =
                ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
        return Stream.concat(Stream.of(pid), children.map(child -> (int) child.pid()))
                .toList();
    }
}
