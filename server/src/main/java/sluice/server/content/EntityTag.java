package sluice.server.content;

import sluice.server.EntityTags;
import sluice.server.root.FileStat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Entity tags of files, quotes included (RFC 9110 section 8.8.3). */
public final class EntityTag {
    /**
     * 1990-01-01. No file of the web is older, and builds that fix the times of all files take a
     * time before it: 1970 (Nix), 1980 (zip), 1985 (npm). Their mtime says nothing of a version.
     */
    private static final long FIXED_BEFORE = 631_152_000;

    /** Octets of a hash that no two contents share, by chance or by intent (2^64 tries). */
    private static final int HASH_OCTETS = 16;

    private EntityTag() {}

    /**
     * The tag that attributes give.
     *
     * @param now seconds since 1970
     */
    public static byte[] of(FileStat stat, EntityTags kind, long now) {
        if (kind == EntityTags.STAT || stat.mtimeSeconds() < FIXED_BEFORE) {
            return ofStat(stat);
        }
        // A file system, or a program that has copied the file, keeps whole seconds: as long as
        // this one lasts, a write may leave it as it is (RFC 9110 section 8.8.1).
        boolean weak = stat.mtimeNanos() == 0 && now <= stat.mtimeSeconds();
        String tag = Long.toHexString(stat.size()) + "-"
                + Long.toHexString(stat.mtimeSeconds() * 1_000_000_000 + stat.mtimeNanos());
        return octets((weak ? "W/\"" : "\"") + tag + "\"");
    }

    /** ctime and inode tell versions apart to which a program has given one size and mtime. */
    private static byte[] ofStat(FileStat stat) {
        long mix = stat.mtimeSeconds() * 1_000_000_000 + stat.mtimeNanos();
        mix = spread(mix) ^ (stat.ctimeSeconds() * 1_000_000_000 + stat.ctimeNanos());
        mix = spread(mix) ^ stat.inode();
        String hex = HexFormat.of().toHexDigits(spread(mix));
        return octets("\"" + Long.toHexString(stat.size()) + "-" + hex + "\"");
    }

    /** The tag of a content with this SHA-256. */
    static byte[] ofContent(byte[] sha256) {
        return octets("\"" + HexFormat.of().formatHex(sha256, 0, HASH_OCTETS) + "\"");
    }

    private static byte[] octets(String tag) {
        return tag.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The finalizer of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number
     * Generators", variant 13): every bit of the input reaches every bit of the result.
     */
    private static long spread(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
