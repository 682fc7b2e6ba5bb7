package sluice.server.admin;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the JVM and the kernel tell of this process. */
final class ProcessVitals {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;

    private ProcessVitals() {}

    /** CPU time that a thread has used, in seconds; 0 if nobody knows. */
    static double cpuSeconds(long threadId) {
        boolean known = THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();
        return known ? Math.max(0, THREADS.getThreadCpuTime(threadId) / NANOS) : 0;
    }

    /** CPU time that the process has used, in seconds. */
    static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / NANOS)
                .orElse(0.0);
    }

    /** When it started, in seconds since 1970. */
    static double startSeconds() {
        return ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS;
    }

    static double uptimeSeconds() {
        return ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS;
    }

    static MemoryUsage heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }

    static int threads() {
        return THREADS.getThreadCount();
    }

    /** Descriptors open now; 0 where the kernel does not list them. */
    static int descriptors() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            int count = 0;
            for (Path _ : all) {
                count++;
            }
            // One of them lists the others.
            return count - 1;
        } catch (IOException e) {
            return 0;
        }
    }
}
