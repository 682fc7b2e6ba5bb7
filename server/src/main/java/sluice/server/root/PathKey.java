package sluice.server.root;

import java.util.Arrays;

/**
 * A path as the key of a map: octets, because names on Linux are octets. A loop reuses one object
 * for all look-ups, so that a hit allocates nothing; a map stores a copy.
 */
public final class PathKey {
    private byte[] bytes;
    private int from;
    private int to;
    private int hash;

    public PathKey() {
        bytes = new byte[0];
    }

    public PathKey set(byte[] path, int start, int end) {
        bytes = path;
        from = start;
        to = end;
        int sum = 0;
        for (int i = start; i < end; i++) {
            sum = 31 * sum + path[i];
        }
        hash = sum;
        return this;
    }

    /** A key with a copy of the octets. */
    public PathKey copy() {
        return new PathKey().set(octets(), 0, to - from);
    }

    public byte[] octets() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathKey key
                && key.hash == hash
                && Arrays.equals(bytes, from, to, key.bytes, key.from, key.to);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
