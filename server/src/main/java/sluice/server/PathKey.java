package sluice.server;

import java.util.Arrays;

/**
 * A path as a key: octets, because names on Linux are octets. A loop looks up with one object that
 * it sets again and again, so that a hit allocates nothing; a key that stays in a map is a copy.
 */
final class PathKey {
    private byte[] bytes;
    private int from;
    private int to;
    private int hash;

    PathKey() {
        bytes = new byte[0];
    }

    PathKey set(byte[] path, int start, int end) {
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

    /** A key of its own octets. */
    PathKey copy() {
        return new PathKey().set(octets(), 0, to - from);
    }

    byte[] octets() {
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
