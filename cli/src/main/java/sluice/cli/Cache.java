package sluice.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;

/** Where the command keeps files it can make again (XDG Base Directory Specification). */
final class Cache {
    private Cache() {}

    /**
     * The cache directory of a document root; each root has its own.
     *
     * @throws IllegalArgumentException if this user has no home, with what to do
     */
    static Path directory(Path root) {
        return directory(root, ofThisUser());
    }

    static Path directory(Path root, @Nullable Path base) {
        String name = HexFormat.of()
                .toHexDigits(root.toAbsolutePath().normalize().toString().hashCode());
        if (base == null) {
            throw new IllegalArgumentException("this user has no home directory for the cache of"
                    + " --compress; choose a directory by --compress-cache");
        }
        return base.resolve("sluice").resolve(name);
    }

    /**
     * The directory of all caches; null if the user has no home. A relative value counts as none:
     * the specification says so of the first, and the JVM calls the home of a user without an entry
     * in passwd(5) "?".
     */
    static @Nullable Path base(
            @Nullable String configured, @Nullable String home, @Nullable String entry) {
        Path chosen = absolute(configured);
        if (chosen != null) {
            return chosen;
        }
        Path known = absolute(home);
        if (known == null) {
            known = absolute(entry);
        }
        return known == null ? null : known.resolve(".cache");
    }

    private static @Nullable Path ofThisUser() {
        return base(
                System.getenv("XDG_CACHE_HOME"),
                System.getenv("HOME"),
                System.getProperty("user.home"));
    }

    /** Where {@code put} remembers unfinished uploads; null if this user has no home. */
    static @Nullable Path uploads() {
        Path base = ofThisUser();
        return base == null ? null : base.resolve("sluice").resolve("uploads");
    }

    private static @Nullable Path absolute(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Path path = Path.of(text);
        return path.isAbsolute() ? path : null;
    }

    /** Whether a server of {@code root} would show clients what is in the cache. */
    static boolean isServed(Path cache, Path root, boolean dotfiles) {
        Path inside = existing(cache);
        Path served = existing(root);
        if (!inside.startsWith(served)) {
            return false;
        }
        boolean hidden = false;
        for (Path name : served.relativize(inside)) {
            hidden |= name.toString().startsWith(".");
        }
        return dotfiles || !hidden;
    }

    /** The path without links, as far as it exists. */
    private static Path existing(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path above = absolute; above != null; above = above.getParent()) {
            try {
                return above.toRealPath().resolve(above.relativize(absolute));
            } catch (IOException e) {
                // What does not exist is no link.
            }
        }
        return absolute;
    }
}
