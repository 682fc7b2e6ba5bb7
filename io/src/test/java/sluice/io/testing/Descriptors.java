package sluice.io.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The descriptors that this process has open, by kind. */
public final class Descriptors {
    private static final Path OWN = Path.of("/proc/self/fd");
    private static final String TEMPORARY = System.getProperty("java.io.tmpdir") + "/junit-";

    private Descriptors() {}

    /** How many of each kind; what the JVM opens for its classes is left out. */
    public static Map<String, Integer> open() {
        Map<String, Integer> kinds = new TreeMap<>();
        if (!Files.isDirectory(OWN)) {
            return kinds;
        }
        try (Stream<Path> links = Files.list(OWN)) {
            links.map(Descriptors::kind)
                    .filter(kind -> !kind.isEmpty())
                    .forEach(kind -> kinds.merge(kind, 1, Integer::sum));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kinds;
    }

    private static String kind(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            boolean ours = target.startsWith("socket:")
                    || target.startsWith("pipe:")
                    || target.startsWith("anon_inode:")
                    || target.startsWith(TEMPORARY);
            return ours ? target.replaceAll("\\d{3,}.*", "") : "";
        } catch (IOException e) {
            // Closed since it was listed.
            return "";
        }
    }
}
