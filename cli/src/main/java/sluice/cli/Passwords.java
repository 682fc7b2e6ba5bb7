package sluice.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import at.favre.lib.crypto.bcrypt.BCrypt;

import sluice.server.PasswordCheck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users and the bcrypt hashes of their passwords. */
final class Passwords implements PasswordCheck {
    /** Such a file has a line per user; a larger one is another kind of file. */
    private static final long FILE_MAX = 1 << 20;
    /** A check takes twice as long with each: 14 takes a second. */
    private static final int COST_MAX = 14;
    /** bcrypt reads 72 octets, the last a NUL; of longer ones it would compare the start only. */
    private static final int PASSWORD_MAX = 71;

    private static final Pattern LINE =
            Pattern.compile("([^:\\s]+):(\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");

    private final Map<String, byte[]> hashes = new HashMap<>();
    /** Checked for users who do not exist, so that they take as long. */
    private byte[] another = new byte[0];

    /**
     * Adds one, as {@code user:hash}.
     *
     * @throws IllegalArgumentException if it is none
     */
    void add(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            // The hash is no secret to be told, so the message has the name at most.
            throw new IllegalArgumentException("no user and bcrypt hash: "
                    + line.replaceFirst(":.*", ":...")
                    + "; htpasswd -nB USER makes one, as anna:$2y$10$...");
        }
        if (Integer.parseInt(parts.group(3)) > COST_MAX) {
            throw new IllegalArgumentException("the hash of " + parts.group(1)
                    + " has a cost of more than " + COST_MAX + ": a check would take seconds");
        }
        byte[] hash = parts.group(2).getBytes(US_ASCII);
        if (hashes.put(parts.group(1), hash) != null) {
            throw new IllegalArgumentException(parts.group(1) + " has two passwords");
        }
        another = hash;
    }

    /**
     * Adds all of a file, one a line; empty lines and those that begin with # are none.
     *
     * @throws IllegalArgumentException if it has another line
     */
    void addAll(Path file) throws IOException {
        if (Files.size(file) > FILE_MAX) {
            throw new IOException(file + " has more than " + FILE_MAX + " bytes");
        }
        int number = 0;
        for (String line : Files.readAllLines(file, UTF_8)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    add(line.strip());
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            file + ":" + number + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /** The library compares in constant time. */
    @Override
    public boolean accepts(String user, byte[] password) {
        if (password.length > PASSWORD_MAX || another.length == 0) {
            return false;
        }
        byte[] hash = hashes.get(user);
        boolean right = BCrypt.verifyer().verify(password, hash == null ? another : hash).verified;
        return right && hash != null;
    }
}
