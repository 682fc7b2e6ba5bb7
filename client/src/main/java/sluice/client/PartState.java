package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.linux.Linux;
import sluice.linux.PathBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What is needed to resume a partial download.
 *
 * @param url of the file
 * @param tag strong entity tag of the version; empty if it has none and so cannot be resumed
 * @param length octets of the complete file, or -1
 * @param boot the kernel's id of the current boot: what was written since then can be read
 * @param synced octets that survive a power failure
 */
record PartState(String url, String tag, long length, String boot, long synced) {
    private static final String FORM = "sluice-get 1";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int LINES = 6;

    /** The state of a download that starts now. */
    static PartState of(HttpUrl url, Response response) {
        long length = response.body() == BodyLength.FIXED ? response.length() : -1;
        return new PartState(url.toString(), response.strongTag(), length, thisBoot(), 0);
    }

    /** Whether a range request can fetch the rest. */
    boolean canGoOn() {
        return !tag.isEmpty() && length > 0;
    }

    /** How many of the {@code size} octets in the file are sure to be those received. */
    long trusted(long size) {
        boolean sameBoot = !boot.isEmpty() && boot.equals(thisBoot());
        return Math.min(length, sameBoot ? size : Math.min(size, synced));
    }

    PartState syncedTo(long octets) {
        return new PartState(url, tag, length, boot, octets);
    }

    /**
     * Saves the state durably and atomically. Writing in place would empty the file first, and on
     * a full disk the file would stay empty.
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

    /** Deletes the saved state, and the file that a killed save left behind. */
    static void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(beside(path));
    }

    private static Path beside(Path path) {
        return PathBytes.sibling("", path, ".new");
    }

    /** Loads a saved state; null if it is missing or malformed. */
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

    /** The id of the current boot; empty where it cannot be read. */
    static String thisBoot() {
        try {
            return Linux.available() ? Files.readString(BOOT_ID).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
