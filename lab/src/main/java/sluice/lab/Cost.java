package sluice.lab;

import org.jspecify.annotations.Nullable;

import sluice.lab.cost.LogScan;

import java.io.IOException;
import java.nio.file.Path;

/** What the answers of an access log have cost: the door to the room {@code cost}. */
public final class Cost {
    private Cost() {}

    /**
     * Reads an access log in JSON.
     *
     * @param root the folder that was served, to find out what precompressing would save; or null
     * @throws IOException if the log cannot be read
     */
    public static CostReport of(Path log, @Nullable Path root) throws IOException {
        return LogScan.of(log, root);
    }
}
