package sluice.server.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the umask: the permissions that this process withholds from each file it creates. */
public final class Umask {
    private static final String FIELD = "Umask:";
    /** The default if the umask is unknown: only the owner may use a file. */
    private static final int STRICT = 0077;

    private Umask() {}

    /** Reads /proc (proc_pid_status(5)), since umask(2) would change the mask for all threads. */
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
