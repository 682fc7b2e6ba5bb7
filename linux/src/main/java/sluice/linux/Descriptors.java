package sluice.linux;

import java.util.ArrayList;
import java.util.List;

/** Closes what was opened, whatever happened meanwhile. For one thread. */
final class Descriptors implements AutoCloseable {
    private final List<Integer> open = new ArrayList<>();

    /** Remembers {@code result} when it is a descriptor; returns it in any case. */
    int add(int result) {
        if (result >= 0) {
            open.add(result);
        }
        return result;
    }

    @Override
    public void close() {
        for (int fd : open) {
            var ignored = FileCalls.close(fd);
        }
    }
}
