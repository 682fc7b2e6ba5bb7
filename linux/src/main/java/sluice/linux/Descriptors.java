package sluice.linux;

import java.util.ArrayList;
import java.util.List;

/** Closes all added descriptors, also after an exception. For one thread. */
final class Descriptors implements AutoCloseable {
    private final List<Integer> open = new ArrayList<>();

    /** Adds {@code result} if it is a descriptor; always returns it. */
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
