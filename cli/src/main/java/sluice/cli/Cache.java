package sluice.cli;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HexFormat;

/** Where the command keeps files it can make again (XDG Base Directory Specification). */
final class Cache {
    private Cache() {}

    /** The cache directory of a document root; each root has its own. */
    static Path directory(Path root) {
        String name = HexFormat.of()
                .toHexDigits(root.toAbsolutePath().normalize().toString().hashCode());
        return base(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"))
                .resolve("sluice")
                .resolve(name);
    }

    static Path base(@Nullable String configured, String home) {
        boolean given = configured != null && !configured.isEmpty();
        return given ? Path.of(configured) : Path.of(home, ".cache");
    }
}
