package sluice.lab;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * What was measured on this machine, and where that is stored.
 *
 * @param results what the lab has found; null if nothing
 * @param file where these are; null as above
 * @param fromMemory up to which size {@code auto} sends files from memory here, and who says so;
 *     empty if that is unknown
 */
public record MachineFigures(
        @Nullable LabResults results, @Nullable Path file, String fromMemory) {
    /** Of a machine of which nothing is known. */
    public static final MachineFigures NONE = new MachineFigures(null, null, "");
}
