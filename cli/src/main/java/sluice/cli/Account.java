package sluice.cli;

import sluice.linux.Credentials;
import sluice.linux.Errno;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A user of this system (passwd(5)). */
record Account(String name, int user, int group) {
    private static final Path FILE = Path.of("/etc/passwd");
    private static final int NAME = 0;
    private static final int USER = 2;
    private static final int GROUP = 3;
    private static final int FIELDS = 7;

    /**
     * The entry of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Account named(String name) {
        try {
            return of(name, Files.readAllLines(FILE));
        } catch (IOException e) {
            throw new IllegalArgumentException("--user: cannot read " + FILE, e);
        }
    }

    static Account of(String name, List<String> lines) {
        for (String line : lines) {
            String[] fields = line.split(":", -1);
            if (fields.length == FIELDS && fields[NAME].equals(name)) {
                try {
                    return new Account(
                            name, Integer.parseInt(fields[USER]), Integer.parseInt(fields[GROUP]));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "--user: the entry of " + name + " in " + FILE + " has no numbers", e);
                }
            }
        }
        throw new IllegalArgumentException("--user: there is no user " + name + " in " + FILE);
    }

    /** Lets the whole process become this user. */
    void become() throws IOException {
        int result = Credentials.become(user, group);
        if (result < 0) {
            throw new IOException("--user: cannot become " + name + ": " + Errno.describe(result)
                    + (result == -Errno.EPERM ? "; only root can" : ""));
        }
    }
}
