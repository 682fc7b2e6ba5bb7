package sluice.lab.explain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The line that the server has written of an answer. */
public final class LoggedAnswer {
    /** The server's log has a thread of its own, which may be late. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Between two looks. */
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** Most of a busy log to look through for one line. */
    private static final int READ_MAX = 16 << 20;

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Where a log ended before the request. */
    public record Place(Path log, long size) {}

    private final JsonNode line;

    private LoggedAnswer(JsonNode line) {
        this.line = line;
    }

    /**
     * Where a log ends now.
     *
     * @throws IOException if it cannot be read
     */
    public static Place end(Path log) throws IOException {
        return new Place(log, Files.size(log));
    }

    /** The line whose User-Agent has that name, or null if it does not come in time. */
    public static @Nullable LoggedAnswer after(Place place, String name) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        LoggedAnswer found = null;
        while (found == null && System.nanoTime() < deadline) {
            found = find(place, name);
            if (found == null) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        return found;
    }

    private static @Nullable LoggedAnswer find(Place place, String name) throws IOException {
        try (FileChannel channel = FileChannel.open(place.log())) {
            long more = Math.min(READ_MAX, channel.size() - place.size());
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, more));
            for (int read = 1; read > 0 && bytes.hasRemaining(); ) {
                read = channel.read(bytes, place.size() + bytes.position());
            }
            String text = new String(bytes.array(), 0, bytes.position(), US_ASCII);
            int end = text.lastIndexOf('\n');
            return text.substring(0, Math.max(0, end))
                    .lines()
                    .filter(line -> line.contains(name))
                    .map(LoggedAnswer::parsed)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static LoggedAnswer parsed(String line) {
        try {
            return new LoggedAnswer(MAPPER.readTree(line));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the log has other lines than JSON: " + e.getOriginalMessage(), e);
        }
    }

    long number(String name) {
        return line.path(name).asLong(0);
    }

    /** Microseconds of CPU time, or NaN if the server does not know them. */
    double cpu() {
        JsonNode cpu = line.path("cpu_us");
        return cpu.isNumber() ? cpu.asDouble() : Double.NaN;
    }

    /** A text; empty if it is null. */
    String text(String name) {
        return line.path(name).asString("");
    }
}
