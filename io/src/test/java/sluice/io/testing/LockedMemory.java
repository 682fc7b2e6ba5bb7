package sluice.io.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory that may be locked: all processes of a user share it (RLIMIT_MEMLOCK), and rings and
 * zero-copy sends take it. What other test JVMs hold at the moment decides then whether a send is
 * copied.
 */
public final class LockedMemory {
    private static final int CAP_IPC_LOCK = 14;

    private LockedMemory() {}

    /** Whether this process is above the limit (capabilities(7)). */
    public static boolean isUnlimited() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(effective -> (effective >> CAP_IPC_LOCK & 1) == 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
