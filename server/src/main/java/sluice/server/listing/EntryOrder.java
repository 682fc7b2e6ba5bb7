package sluice.server.listing;

import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.util.Arrays;
import java.util.Comparator;

/** The order of a listing: folders first, then by the chosen column, then by name. */
final class EntryOrder {
    private static final Comparator<DirectoryEntry> BY_NAME =
            (a, b) -> compareNames(a.name(), b.name());

    private EntryOrder() {}

    static Comparator<DirectoryEntry> of(ListingOptions options) {
        Comparator<DirectoryEntry> column = switch (options.sort()) {
            case NAME -> BY_NAME;
            case SIZE -> Comparator.comparingLong(EntryOrder::shownSize);
            case TIME -> Comparator.comparingLong(DirectoryEntry::mtimeSeconds);
        };
        Comparator<DirectoryEntry> directed = options.ascending() ? column : column.reversed();
        return Comparator.comparing((DirectoryEntry e) -> e.kind() != FileKind.DIRECTORY)
                .thenComparing(directed)
                .thenComparing(BY_NAME);
    }

    /** The size to sort by; a folder's size means nothing to a person. */
    private static long shownSize(DirectoryEntry entry) {
        return entry.kind() == FileKind.DIRECTORY ? 0 : entry.size();
    }

    /**
     * Compares names as people do: digits by their number ("file9" before "file10"), ASCII letters
     * without regard to case. Bytes decide between names that are equal in that order.
     */
    static int compareNames(byte[] a, byte[] b) {
        int i = startOfDifference(a, b);
        int j = i;
        while (i < a.length && j < b.length) {
            int order;
            if (isDigit(a[i]) && isDigit(b[j])) {
                int endOfA = endOfDigits(a, i);
                int endOfB = endOfDigits(b, j);
                order = compareNumbers(a, i, endOfA, b, j, endOfB);
                i = endOfA;
                j = endOfB;
            } else {
                order = Integer.compare(folded(a[i++]), folded(b[j++]));
            }
            if (order != 0) {
                return order;
            }
        }
        int rest = Integer.compare(a.length - i, b.length - j);
        return rest != 0 ? rest : Arrays.compareUnsigned(a, b);
    }

    /** Skips the prefix that names in a directory share; it took half of the time to sort. */
    private static int startOfDifference(byte[] a, byte[] b) {
        int i = Arrays.mismatch(a, b);
        while (i > 0 && isDigit(a[i - 1])) {
            i--;
        }
        return Math.max(0, i);
    }

    /** Compares numbers of any length: without leading zeros, the longer one is greater. */
    private static int compareNumbers(byte[] a, int i, int endOfA, byte[] b, int j, int endOfB) {
        int startOfA = skipZeros(a, i, endOfA);
        int startOfB = skipZeros(b, j, endOfB);
        int lengths = Integer.compare(endOfA - startOfA, endOfB - startOfB);
        return lengths != 0
                ? lengths
                : Arrays.compareUnsigned(a, startOfA, endOfA, b, startOfB, endOfB);
    }

    private static int skipZeros(byte[] name, int from, int to) {
        int i = from;
        while (i < to && name[i] == '0') {
            i++;
        }
        return i;
    }

    private static int endOfDigits(byte[] name, int from) {
        int i = from;
        while (i < name.length && isDigit(name[i])) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    private static int folded(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 'a' - 'A' : octet & 0xFF;
    }
}
