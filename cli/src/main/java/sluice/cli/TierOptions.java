package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.server.ServedFiles;
import sluice.server.Tier;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Options for objects of a store, which {@code s3://BUCKET/PREFIX} in place of DIR names. */
final class TierOptions {
    /** What a path makes of s3://, which names no directory that anybody has. */
    private static final String STORE = "s3:/";

    @Option(
            names = "--tier",
            paramLabel = "DIR",
            description = "with s3://BUCKET/PREFIX: directory that keeps parts of the objects,"
                    + " which no other program writes to")
    private @Nullable Path directory;

    @Option(
            names = "--tier-max",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "with --tier: maximum size of the parts on disk, e.g. 100G")
    private @Nullable Long most;

    @Option(
            names = "--tier-fresh",
            paramLabel = "DURATION",
            defaultValue = "1m",
            converter = TimeSpan.class,
            description = "with --tier: how long to believe what the store said of an object whose"
                    + " Cache-Control has no max-age (default: ${DEFAULT-VALUE})")
    private Duration fresh = Tier.FRESH;

    @Option(
            names = "--tier-stale",
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = TimeSpan.class,
            description = "with --tier: how long after that to send an object while the store is"
                    + " asked, or does not answer (default: ${DEFAULT-VALUE})")
    private Duration stale = Tier.STALE;

    /** Whether the place that is served is a store. */
    static boolean isStore(Path served) {
        return served.toString().startsWith(STORE);
    }

    /** The address of a store. */
    static URI address(Path served) {
        return URI.create("s3://" + served.toString().substring(STORE.length()));
    }

    /** A name of what is served, as the user wrote it. */
    static String name(Path served) {
        return isStore(served) ? address(served).toString() : served.toString();
    }

    /**
     * The files of a directory, or the objects of a store.
     *
     * @throws IllegalArgumentException if the options contradict one another
     */
    ServedFiles files(FilesOptions files, Path served) {
        if (!isStore(served)) {
            if (directory != null) {
                throw new IllegalArgumentException(
                        "--tier has no effect without s3://BUCKET/PREFIX in place of DIR");
            }
            return files.files(served);
        }
        if (directory == null || most == null) {
            throw new IllegalArgumentException(name(served)
                    + " needs --tier DIR, which keeps parts of its objects, and --tier-max SIZE");
        }
        Tier tier = new Tier(Stores.open(address(served)), directory, most, fresh, stale);
        return files.files(directory).withTier(tier);
    }
}
