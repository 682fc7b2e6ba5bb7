package sluice.server.listing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.http.ByteWriter;
import sluice.io.Block;
import sluice.server.root.DirectoryEntries;
import sluice.server.root.DirectoryEntry;
import sluice.server.root.FileKind;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The text that a page shows below its list, as it is in the file.
 *
 * @param name of the file, in ASCII
 * @param html the text, escaped
 * @param cut whether the file has more
 */
public record Readme(String name, byte[] html, boolean cut) {
    /** Some pages of text, and what one read of a file takes. A longer text is a link away. */
    public static final int MAX = Block.SIZE;

    private static final String[] NAMES = {"README.md", "README.txt", "README"};
    /** Octets of HTML for one of the file at most: a control character becomes a marked number. */
    private static final int EXPANSION = 40;

    /** The name of the file to show; null if the directory has none. */
    public static @Nullable String find(DirectoryEntries directory) {
        for (String name : NAMES) {
            byte[] wanted = name.getBytes(US_ASCII);
            for (DirectoryEntry entry : directory.entries()) {
                if (entry.kind() == FileKind.REGULAR && Arrays.equals(entry.name(), wanted)) {
                    return name;
                }
            }
        }
        return null;
    }

    /**
     * Makes a text to show of the first octets of a file; null if they are no text.
     *
     * @param cut whether the file has more
     */
    public static @Nullable Readme of(String name, byte[] octets, boolean cut) {
        for (byte octet : octets) {
            if (octet == 0) {
                return null;
            }
        }
        int length = cut ? lastLineEnd(octets) : octets.length;
        byte[] html = new byte[EXPANSION * length];
        ByteWriter out = new ByteWriter().over(MemorySegment.ofArray(html), 0, html.length);
        NameText.lines(new String(octets, 0, length, UTF_8), out);
        return new Readme(name, Arrays.copyOf(html, (int) out.position()), cut);
    }

    /** Where the last whole line ends, so that no character is cut; the end if there is none. */
    private static int lastLineEnd(byte[] octets) {
        for (int i = octets.length; i > 0; i--) {
            if (octets[i - 1] == '\n') {
                return i;
            }
        }
        return octets.length;
    }
}
