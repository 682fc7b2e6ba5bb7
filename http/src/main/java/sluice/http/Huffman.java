package sluice.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Huffman code of RFC 7541 section 5.2 and appendix B. It is canonical: codes of one length are
 * consecutive numbers in the order of their octets, and follow those of the shorter lengths. So it
 * is made from the lengths alone.
 */
final class Huffman {
    /** A string that is no Huffman code: its padding is none, or its end is coded. */
    static final int INVALID = -1;

    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int ONES = (1 << LONGEST) - 1;
    private static final int SYMBOLS = 257;
    /** The end of a string, which is never coded. */
    private static final int EOS = 256;

    /** The bits of the code of each octet and of {@link #EOS}: 'a' is 5, 'z' is 30. */
    private static final String LENGTHS = "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxx"
            + "bffhibdgffdgdbbbaaabbbbbbbcdkbhf"
            + "ibccccccccccccccccccccccdcdioijb"
            + "kabababbbaccbbbabcbaabccccckgjix"
            + "prpprrrsrssssststtrstssssqrsrsst"
            + "rqprrssqsrrtqrssqqrqsrssprrrsrrs"
            + "vvporsruvvvwwvtuoqvwwvwtqqvvxwww"
            + "ptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
            + "z";

    /** Bits of the index of {@link #SHORT}: the length of all codes of letters and digits. */
    private static final int INDEX = 8;
    /** For a code of up to 8 bits, whatever follows it: its length and its octet; else 0. */
    private static final short[] SHORT = new short[1 << INDEX];

    private static final int[] CODES = new int[SYMBOLS];
    /** Symbols by their codes, and for each length where its first one is. */
    private static final short[] BY_CODE = new short[SYMBOLS];

    private static final int[] FIRST = new int[LONGEST + 1];
    /** For each length its first code, and the first longer one, in the highest of 30 bits. */
    private static final int[] BEGIN = new int[LONGEST + 1];

    private static final int[] END = new int[LONGEST + 1];

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    static {
        int code = 0;
        int count = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            FIRST[length] = count;
            BEGIN[length] = code << LONGEST - length;
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                if (length(symbol) == length) {
                    BY_CODE[count++] = (short) symbol;
                    CODES[symbol] = code++;
                }
            }
            END[length] = code << LONGEST - length;
            code <<= 1;
        }
        for (int octet = 0; octet < EOS; octet++) {
            int rest = INDEX - length(octet);
            for (int i = 0; rest >= 0 && i < 1 << rest; i++) {
                SHORT[(CODES[octet] << rest) + i] = (short) (length(octet) << Byte.SIZE | octet);
            }
        }
    }

    private Huffman() {}

    private static int length(int symbol) {
        return LENGTHS.charAt(symbol) - 'a' + SHORTEST;
    }

    /** The most octets that a string of so many octets can be decoded to. */
    static int decodedMax(int octets) {
        return (int) (8L * octets / SHORTEST);
    }

    /**
     * Decodes [from, to) of the source. The target has room.
     *
     * @return the offset behind what was decoded, or {@link #INVALID}
     */
    static int decode(byte[] source, int from, int to, byte[] target, int at) {
        long window = 0;
        int bits = 0;
        int next = from;
        int out = at;
        while (to - next >= Integer.BYTES) {
            window = window << Integer.SIZE | Integer.toUnsignedLong((int) WORD.get(source, next));
            next += Integer.BYTES;
            bits += Integer.SIZE;
            while (bits >= LONGEST) {
                int entry = entry((int) (window >>> bits - LONGEST) & ONES);
                if (entry < 0) {
                    return INVALID;
                }
                target[out++] = (byte) entry;
                bits -= entry >> Byte.SIZE;
            }
        }
        while (next < to) {
            window = window << Byte.SIZE | source[next++] & 0xFF;
            bits += Byte.SIZE;
        }
        while (bits > 0) {
            int entry = entry(ahead(window, bits));
            if (entry < 0 || bits < entry >> Byte.SIZE) {
                break;
            }
            target[out++] = (byte) entry;
            bits -= entry >> Byte.SIZE;
        }
        int padding = (1 << bits) - 1;
        return bits < Byte.SIZE && (window & padding) == padding ? out : INVALID;
    }

    /** The octets that [from, to) of the source take when they are coded. */
    static int encodedLength(byte[] source, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits += length(source[i] & 0xFF);
        }
        return (int) (bits + Byte.SIZE - 1 >>> 3);
    }

    /**
     * Codes [from, to) of the source. The target has room.
     *
     * @return the offset behind what was written
     */
    static int encode(byte[] source, int from, int to, byte[] target, int at) {
        long window = 0;
        int bits = 0;
        int out = at;
        for (int i = from; i < to; i++) {
            int octet = source[i] & 0xFF;
            int length = length(octet);
            window = window << length | CODES[octet];
            bits += length;
            while (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                target[out++] = (byte) (window >>> bits);
            }
        }
        if (bits > 0) {
            int missing = Byte.SIZE - bits;
            target[out++] = (byte) (window << missing | (1 << missing) - 1);
        }
        return out;
    }

    /** The next bits for the longest code, with ones behind the last: these are the padding. */
    private static int ahead(long window, int bits) {
        int missing = LONGEST - bits;
        return missing <= 0
                ? (int) (window >>> -missing) & ONES
                : (int) (window << missing) & ONES | (1 << missing) - 1;
    }

    /** Length and octet of the code that these 30 bits begin with, or {@link #INVALID} for EOS. */
    private static int entry(int bits) {
        int entry = SHORT[bits >>> LONGEST - INDEX];
        return entry != 0 ? entry : longEntry(bits);
    }

    private static int longEntry(int bits) {
        int length = INDEX + 1;
        while (bits >= END[length]) {
            length++;
        }
        int symbol = BY_CODE[FIRST[length] + (bits - BEGIN[length] >>> LONGEST - length)];
        return symbol == EOS ? INVALID : length << Byte.SIZE | symbol;
    }
}
