package sluice.server.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The permissions that this process takes from each file it makes. */
public final class Umask {
    private static final String FIELD = "Umask:";
    /** Where nobody tells: a file is its owner's alone. */
    private static final int STRICT = 0077;

    private Umask() {}

    /** Asks. By /proc (proc_pid_status(5)): umask(2) tells only by changing it, for all threads. */
    public static int ofProcess() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"), ISO_8859_1)) {
                if (line.startsWith(FIELD)) {
                    return Integer.parseInt(line.substring(FIELD.length()).strip(), 8);
                }
            }
        } catch (IOException e) {
            return STRICT;
        }
        return STRICT;
    }
}
