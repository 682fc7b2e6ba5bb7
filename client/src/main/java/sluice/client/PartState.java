package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.linux.Linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What must be known of a file that was received in part, to go on with it.
 *
 * @param url where it comes from
 * @param tag the strong entity tag of its version; empty if it has none, so it cannot go on
 * @param length octets of the whole, or -1
 * @param boot when the machine was started: what was written since then is there, in memory or not
 * @param synced octets that are there even after a loss of power
 */
record PartState(String url, String tag, long length, String boot, long synced) {
    private static final String FORM = "sluice-get 1";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int LINES = 6;

    /** Of a transfer that begins now. */
    static PartState of(HttpUrl url, Response response) {
        long length = response.body() == BodyLength.FIXED ? response.length() : -1;
        return new PartState(url.toString(), response.strongTag(), length, thisBoot(), 0);
    }

    /** Whether the rest can be asked for. */
    boolean canGoOn() {
        return !tag.isEmpty() && length > 0;
    }

    /** How much of a file with so many octets is sure to be what was written. */
    long trusted(long size) {
        boolean sameBoot = !boot.isEmpty() && boot.equals(thisBoot());
        return Math.min(length, sameBoot ? size : Math.min(size, synced));
    }

    PartState syncedTo(long octets) {
        return new PartState(url, tag, length, boot, octets);
    }

    /**
     * Writes it durably. What was saved before stays until all of this is there: the first thing
     * that writing in place does is to empty the file, and a full disk leaves it so.
     */
    void save(Path path) throws IOException {
        Path beside = beside(path);
        Files.deleteIfExists(beside);
        try {
            Files.write(
                    beside,
                    List.of(FORM, url, tag, Long.toString(length), boot, Long.toString(synced)),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DSYNC);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(beside);
            throw e;
        }
    }

    /** Removes what was saved, and what a save that was killed has left. */
    static void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(beside(path));
    }

    private static Path beside(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    /** Reads one; null if there is none that makes sense. */
    static @Nullable PartState load(Path path) {
        try {
            List<String> lines = Files.readAllLines(path);
            return lines.size() == LINES && lines.getFirst().equals(FORM)
                    ? new PartState(
                            lines.get(1),
                            lines.get(2),
                            Long.parseLong(lines.get(3)),
                            lines.get(4),
                            Long.parseLong(lines.get(5)))
                    : null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /** Another one after each start of the machine; empty where that cannot be known. */
    private static String thisBoot() {
        try {
            return Linux.available() ? Files.readString(BOOT_ID).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
