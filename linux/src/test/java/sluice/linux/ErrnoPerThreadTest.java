package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class ErrnoPerThreadTest {
    private static final int THREADS = 8;
    private static final int CALLS = 20_000;

    @Test
    void everyPlatformThreadSeesItsOwnErrno() throws Exception {
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            assertThat(wrongResults(threads)).isZero();
        }
    }

    @Test
    void everyVirtualThreadSeesItsOwnErrno() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(wrongResults(threads)).isZero();
        }
    }

    /** Half of the threads fail with EBADF, the others with ENOENT, at the same time. */
    private static int wrongResults(ExecutorService threads) throws Exception {
        try (var fixture = new Fixture()) {
            long nowhere = fixture.text("/no such file").address();
            var results = new ArrayList<Future<Integer>>();
            for (int i = 0; i < THREADS; i++) {
                Call badDescriptor = () -> FileCalls.pread(-1, nowhere, 1, 0);
                Call noFile = () -> FileCalls.openat(FileCalls.AT_FDCWD, nowhere, 0, 0);
                boolean even = i % 2 == 0;
                int expected = even ? -Errno.EBADF : -Errno.ENOENT;
                Call call = even ? badDescriptor : noFile;
                results.add(threads.submit(() -> count(expected, call)));
            }
            int wrong = 0;
            for (var result : results) {
                wrong += result.get();
            }
            return wrong;
        }
    }

    private interface Call {
        long run();
    }

    private static int count(long expected, Call call) {
        int wrong = 0;
        for (int i = 0; i < CALLS; i++) {
            wrong += call.run() == expected ? 0 : 1;
            if (i % 100 == 0) {
                Thread.yield(); // virtual threads change places
            }
        }
        return wrong;
    }
}
