package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.io.OpenFile;
import sluice.io.SparseLog;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** Files that hold a file's content in other codings, open until an entry takes or closes them. */
final class Siblings {
    private static final ContentCoding[] CODINGS = ContentCoding.values();
    private static final int COUNT = ContentCoding.IDENTITY.ordinal();
    private static final byte[][] SUFFIXES = suffixes();
    private static final SparseLog LOG =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    /** For content that does not compress: pictures, archives. */
    static final Siblings NONE = new Siblings();

    private final @Nullable DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final @Nullable FileStat source;
    private final Opened.@Nullable Found[] found = new Opened.Found[COUNT];
    /** Whether what was found stands beside the file and nobody has read it yet. */
    private final boolean[] strange = new boolean[COUNT];
    /** Versions beside the file that are not what their names say. */
    private final @Nullable FileStat[] rejected = new FileStat[COUNT];

    private boolean cold;

    private Siblings() {
        root = null;
        store = null;
        source = null;
    }

    /**
     * Siblings that are to be found.
     *
     * @param root where they stand beside the file; null to leave those alone
     * @param store another place to look, or null
     * @param source the content's own stat: an older sibling was made from another version
     * @param known the entry so far, which remembers what was read before
     */
    Siblings(
            @Nullable DocumentRoot root,
            @Nullable CompressedStore store,
            FileStat source,
            @Nullable FileEntry known) {
        this.root = root;
        this.store = store;
        this.source = source;
        if (known != null && known.stat().equals(source)) {
            for (int i = 0; i < COUNT; i++) {
                rejected[i] = known.variants().rejected(i);
            }
        }
    }

    private static byte[][] suffixes() {
        byte[][] suffixes = new byte[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            suffixes[i] = CODINGS[i].suffix().getBytes(StandardCharsets.US_ASCII);
        }
        return suffixes;
    }

    /** Looks for the siblings of a path. */
    Siblings find(byte[] path, boolean cachedOnly) {
        for (int i = 0; i < COUNT; i++) {
            if (root != null) {
                byte[] name = name(path, i);
                switch (root.open(name, name.length, cachedOnly)) {
                    case Opened.Found sibling -> consider(i, sibling);
                    case Opened.Cold _ -> cold = true;
                    // An unreadable sibling counts as missing: the content itself is there.
                    default -> {}
                }
            }
            if (found[i] == null) {
                look(i, cachedOnly);
            }
        }
        return this;
    }

    private static byte[] name(byte[] path, int index) {
        byte[] suffix = SUFFIXES[index];
        byte[] name = Arrays.copyOf(path, path.length + suffix.length);
        System.arraycopy(suffix, 0, name, path.length, suffix.length);
        return name;
    }

    /** A path for a log: a name may hold the control characters of a terminal. */
    private static String inWords(byte[] path) {
        return new String(path, StandardCharsets.UTF_8).replaceAll("\\p{C}", "?");
    }

    /** Looks in the store, whose files name the version that they were made from. */
    private void look(int index, boolean cachedOnly) {
        if (store == null || source == null) {
            return;
        }
        switch (store.find(source, CODINGS[index], cachedOnly)) {
            case Opened.Found stored -> found[index] = stored;
            case Opened.Cold _ -> cold = true;
            default -> {}
        }
    }

    private void consider(int index, Opened.Found sibling) {
        FileStat stat = sibling.stat();
        if (stat.kind() == FileKind.REGULAR
                && source != null
                && isNotOlder(stat, source)
                && !stat.equals(rejected[index])) {
            found[index] = sibling;
            strange[index] = true;
        } else {
            sibling.file().close();
        }
    }

    private static boolean isNotOlder(FileStat stat, FileStat source) {
        return stat.mtimeSeconds() > source.mtimeSeconds()
                || stat.mtimeSeconds() == source.mtimeSeconds()
                        && stat.mtimeNanos() >= source.mtimeNanos();
    }

    /**
     * Reads a little of each sibling that stands beside the file, and leaves aside what is not what
     * its name says; may block. Once per version: the entry remembers.
     *
     * @param path of the content
     */
    void examine(byte[] path, OpenFile content) {
        for (int i = 0; i < COUNT; i++) {
            Opened.Found sibling = found[i];
            if (sibling == null || source == null || !strange[i]) {
                continue;
            }
            long size = sibling.stat().size();
            String fault =
                    SiblingCheck.fault(CODINGS[i], sibling.file(), size, content, source.size());
            if (fault != null) {
                LOG.warn(inWords(name(path, i)) + " is not sent: " + fault);
                sibling.file().close();
                rejected[i] = sibling.stat();
                found[i] = null;
                look(i, false);
            }
        }
    }

    /** Whether the look-up would have had to wait for a disk. */
    boolean isCold() {
        return cold;
    }

    /** Whether the loader must read a sibling: to examine it, or because it is this small. */
    boolean areToBeRead(long size) {
        for (int i = 0; i < COUNT; i++) {
            Opened.Found sibling = found[i];
            if (sibling != null && (strange[i] || sibling.stat().size() <= size)) {
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
        if (isEmpty() && makeable == 0 && Arrays.stream(rejected).allMatch(Objects::isNull)) {
            return Variants.NONE;
        }
        @Nullable FileEntry[] entries = new FileEntry[COUNT];
        for (int i = 0; i < COUNT; i++) {
            Opened.Found sibling = found[i];
            if (sibling != null) {
                entries[i] = loader.load(sibling, CODINGS[i]);
            }
        }
        return new Variants(entries, rejected, makeable);
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
