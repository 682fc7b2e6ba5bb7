package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Files that hold a file's content in other codings, open until an entry takes or closes them. */
final class Siblings {
    private static final ContentCoding[] CODINGS = ContentCoding.values();
    private static final int COUNT = ContentCoding.IDENTITY.ordinal();
    private static final byte[][] SUFFIXES = suffixes();
    /** For content that does not compress: pictures, archives. */
    static final Siblings NONE = new Siblings();

    private final Opened.@Nullable Found[] found = new Opened.Found[COUNT];
    private boolean cold;

    private static byte[][] suffixes() {
        byte[][] suffixes = new byte[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            suffixes[i] = CODINGS[i].suffix().getBytes(StandardCharsets.US_ASCII);
        }
        return suffixes;
    }

    /**
     * Looks for siblings of a file.
     *
     * @param store another place to look, or null
     * @param path of the content
     * @param source the content's own stat: an older sibling was made from another version
     */
    static Siblings find(
            DocumentRoot root,
            @Nullable CompressedStore store,
            byte[] path,
            FileStat source,
            boolean cachedOnly) {
        Siblings siblings = new Siblings();
        for (int i = 0; i < COUNT; i++) {
            byte[] suffix = SUFFIXES[i];
            byte[] name = Arrays.copyOf(path, path.length + suffix.length);
            System.arraycopy(suffix, 0, name, path.length, suffix.length);
            switch (root.open(name, name.length, cachedOnly)) {
                case Opened.Found sibling -> siblings.consider(i, sibling, source);
                case Opened.Cold _ -> siblings.cold = true;
                // An unreadable sibling counts as missing, because the content itself is there.
                default -> {}
            }
            if (store != null && siblings.found[i] == null) {
                siblings.look(store, i, source, cachedOnly);
            }
        }
        return siblings;
    }

    /** Looks in the store, whose files name the version that they were made from. */
    private void look(CompressedStore store, int index, FileStat source, boolean cachedOnly) {
        switch (store.find(source, CODINGS[index], cachedOnly)) {
            case Opened.Found stored -> found[index] = stored;
            case Opened.Cold _ -> cold = true;
            default -> {}
        }
    }

    private void consider(int index, Opened.Found sibling, FileStat source) {
        FileStat stat = sibling.stat();
        boolean newer = stat.mtimeSeconds() > source.mtimeSeconds()
                || stat.mtimeSeconds() == source.mtimeSeconds()
                        && stat.mtimeNanos() >= source.mtimeNanos();
        if (stat.kind() == FileKind.REGULAR && newer) {
            found[index] = sibling;
        } else {
            sibling.file().close();
        }
    }

    /** Whether the look-up would have had to wait for a disk. */
    boolean isCold() {
        return cold;
    }

    /** Whether a sibling is at most this large, so that the loader must read it. */
    boolean hasSmall(long size) {
        for (Opened.Found sibling : found) {
            if (sibling != null && sibling.stat().size() <= size) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        for (Opened.Found sibling : found) {
            if (sibling != null) {
                return false;
            }
        }
        return true;
    }

    @Nullable
    FileStat stat(int index) {
        Opened.Found sibling = found[index];
        return sibling == null ? null : sibling.stat();
    }

    @FunctionalInterface
    interface Loader {
        FileEntry load(Opened.Found sibling, ContentCoding coding);
    }

    /**
     * Makes entries of the siblings; the entries own the files from then on.
     *
     * @param makeable codings that the store could make, as {@link ContentCoding#bit}s
     */
    Variants load(Loader loader, int makeable) {
        if (isEmpty() && makeable == 0) {
            return Variants.NONE;
        }
        @Nullable FileEntry[] entries = new FileEntry[COUNT];
        for (int i = 0; i < COUNT; i++) {
            Opened.Found sibling = found[i];
            if (sibling != null) {
                entries[i] = loader.load(sibling, CODINGS[i]);
            }
        }
        return new Variants(entries, makeable);
    }

    /** Closes the files that no entry took. */
    void close() {
        for (int i = 0; i < COUNT; i++) {
            Opened.Found sibling = found[i];
            if (sibling != null) {
                sibling.file().close();
                found[i] = null;
            }
        }
    }
}
