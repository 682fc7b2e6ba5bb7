package sluice.lab.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines that a process said: a server may say much before it ends. */
final class LastLines {
    private static final int LINES_MAX = 20;
    private static final int CHARS_MAX = 4_096;

    private final Deque<String> lines = new ArrayDeque<>();
    private int chars;

    synchronized void add(String line) {
        String kept = line.substring(0, Math.min(line.length(), CHARS_MAX));
        lines.add(kept);
        chars += kept.length();
        while (lines.size() > LINES_MAX || chars > CHARS_MAX) {
            chars -= lines.remove().length();
        }
    }

    synchronized void clear() {
        lines.clear();
        chars = 0;
    }

    synchronized List<String> all() {
        return List.copyOf(lines);
    }

    /** Those of a file; none if it cannot be read. */
    static LastLines of(Path file) {
        LastLines last = new LastLines();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - CHARS_MAX));
            ByteBuffer end = ByteBuffer.allocate(CHARS_MAX);
            while (end.hasRemaining() && channel.read(end) >= 0) {
                // One read may bring a part only.
            }
            StandardCharsets.UTF_8.decode(end.flip()).toString().lines().forEach(last::add);
        } catch (IOException unreadable) {
            // Then the server said nothing that anybody knows.
        }
        return last;
    }
}
