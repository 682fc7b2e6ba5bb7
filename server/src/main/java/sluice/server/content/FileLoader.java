package sluice.server.content;

import org.jspecify.annotations.Nullable;

import sluice.http.ContentCoding;
import sluice.http.Fields;
import sluice.http.MediaType;
import sluice.http.MediaTypes;
import sluice.http.TextContent;
import sluice.io.Block;
import sluice.io.OpenFile;
import sluice.server.EntityTags;
import sluice.server.ObjectHead;
import sluice.server.root.DocumentRoot;
import sluice.server.root.FileStat;
import sluice.server.root.Opened;
import sluice.server.root.Versions;

import java.lang.foreign.Arena;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Makes an entry of a file: finds its codings, reads a small file. Any thread may call. */
final class FileLoader {
    /**
     * Reads of a file that changes meanwhile; after these the entry keeps the file open instead.
     */
    private static final int READ_TRIES = 3;

    private final DocumentRoot root;
    private final @Nullable CompressedStore store;
    private final FileCache.Rules rules;
    private final int bodyMax;

    /**
     * @param store compresses content, or null
     */
    FileLoader(DocumentRoot root, @Nullable CompressedStore store, FileCache.Rules rules) {
        this.root = root;
        this.store = store;
        this.rules = rules;
        bodyMax = rules.bodyMax();
    }

    /**
     * Makes an entry of an open file; the entry owns the file from then on.
     *
     * @param name the file's path
     * @param known the entry so far, which stays if the file and its codings are unchanged
     * @return an entry with one use beside the cache's; or COLD; or NOT_FOUND for a file that does
     *     not hold as many octets as it says
     */
    Lookup load(
            byte[] name,
            Opened.Found found,
            @Nullable FileEntry known,
            long now,
            boolean mayBlock) {
        if (found.object() != null) {
            return object(name, found, found.object(), known, now, mayBlock);
        }
        MediaType named = rules.types().of(name);
        if (named.mayBeText() && !mayBlock && !isOf(known, found)) {
            // The loader must look at the content, and that may wait for a disk.
            found.file().close();
            return Lookup.Missing.COLD;
        }
        MediaType type = named.mayBeText() ? byContent(found, known, named) : named;
        long size = found.stat().size();
        CompressedStore here = CompressedStore.takes(size) ? store : null;
        Siblings siblings = type.compressible()
                ? new Siblings(rules.siblings() ? root : null, here, found.stat(), known)
                        .find(name, !mayBlock)
                : Siblings.NONE;
        if (known != null
                && isOf(known, found)
                && known.variants().are(siblings)
                && known.retain()) {
            found.file().close();
            siblings.close();
            known.checked(now);
            known.used(now);
            return known;
        }
        boolean toBeRead = size <= bodyMax
                || siblings.areToBeRead(bodyMax)
                || rules.tags() == EntityTags.CONTENT;
        if (!mayBlock && (siblings.isCold() || toBeRead)) {
            // The loader must read the content, and that may wait for a disk.
            found.file().close();
            siblings.close();
            return Lookup.Missing.COLD;
        }
        if (size <= bodyMax && !holdsItsSize(found)) {
            found.file().close();
            siblings.close();
            return Lookup.Missing.NOT_FOUND;
        }
        siblings.examine(name, found.file());
        int makeable = here != null && type.compressible() ? here.codings() : 0;
        boolean negotiated = makeable != 0 || !siblings.isEmpty();
        Said said = new Said(type.bytes(), negotiated, rules.fields().ofFile(name));
        Variants variants = siblings.load(
                (sibling, coding) -> entry(sibling, said, coding, Variants.NONE, now), makeable);
        FileEntry entry = entry(found, said, type.coding(), variants, now);
        entry.retain();
        return entry;
    }

    /** Makes an entry of an object: its store tells the type, the coding and the tag. */
    private Lookup object(
            byte[] name,
            Opened.Found found,
            ObjectHead object,
            @Nullable FileEntry known,
            long now,
            boolean mayBlock) {
        if (known != null && isOf(known, found) && known.retain()) {
            found.file().close();
            known.checked(now);
            known.used(now);
            return known;
        }
        boolean inMemory = object.size() <= bodyMax;
        if (inMemory && object.size() > 0 && !mayBlock) {
            found.file().close();
            return Lookup.Missing.COLD;
        }
        byte[] body = inMemory ? found.file().content((int) object.size()) : null;
        if (inMemory) {
            found.file().close();
        }
        if (inMemory && body == null) {
            return Lookup.Missing.UNREACHABLE;
        }
        byte[] named = rules.types().of(name).bytes();
        Representation representation = Representation.of(
                object, named, rules.fields().ofFile(name), System.currentTimeMillis() / 1_000);
        OpenFile file = inMemory ? null : found.file();
        FileEntry entry =
                new FileEntry(file, found.stat(), representation, body, Variants.NONE, now);
        entry.retain();
        return entry;
    }

    private static boolean isOf(@Nullable FileEntry known, Opened.Found found) {
        return known != null && found.stat().equals(known.stat());
    }

    /** The type of a file whose name does not tell it; may block if its version is not known. */
    private static MediaType byContent(
            Opened.Found found, @Nullable FileEntry known, MediaType named) {
        boolean text;
        if (known != null && isOf(known, found)) {
            text = Arrays.equals(known.representation().type(), MediaTypes.TEXT.bytes());
        } else {
            long size = found.stat().size();
            int look = (int) Math.min(size, TextContent.LOOK);
            byte[] first = look == 0 ? new byte[0] : found.file().content(look);
            text = first != null && TextContent.isText(first, look == size);
        }
        return text ? MediaTypes.TEXT : named;
    }

    /** What is said about a file in all of its codings. */
    private record Said(byte[] type, boolean negotiated, Fields rules) {}

    private FileEntry entry(
            Opened.Found found, Said said, ContentCoding coding, Variants variants, long now) {
        byte[] body = null;
        FileStat stat = found.stat();
        if (stat.size() == 0) {
            body = new byte[0];
        } else if (stat.size() <= bodyMax) {
            body = readBody(found.file(), stat);
        }
        long wallSeconds = System.currentTimeMillis() / 1_000;
        byte[] tag = tag(found, body, wallSeconds);
        Representation representation = Representation.of(
                stat, tag, said.type, coding, said.negotiated, said.rules, wallSeconds);
        if (body != null) {
            found.file().close();
        }
        return new FileEntry(
                body == null ? found.file() : null, stat, representation, body, variants, now);
    }

    /** A content that changes while it is read gets the tag of a version that nobody else has. */
    private byte[] tag(Opened.Found found, byte @Nullable [] body, long now) {
        FileStat stat = found.stat();
        if (rules.tags() != EntityTags.CONTENT) {
            return EntityTag.of(stat, rules.tags(), now);
        }
        MessageDigest sha256 = sha256();
        if (body != null) {
            return EntityTag.ofContent(sha256.digest(body));
        }
        return found.file().readTo(stat.size(), sha256::update)
                        && Versions.unchanged(found.file(), stat)
                ? EntityTag.ofContent(sha256.digest())
                : EntityTag.of(stat, EntityTags.STAT, now);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Whether a read ends where the size says. It does not if a program makes the content while it
     * is read (FUSE, lxcfs), and then nobody can promise a length. See also {@link
     * sluice.server.root.DocumentRoot#open} about /proc and /sys.
     */
    private static boolean holdsItsSize(Opened.Found found) {
        long size = found.stat().size();
        try (Arena arena = Arena.ofConfined()) {
            Block octet = new Block(arena, Long.BYTES);
            long read = found.file().read(Math.max(0, size - 1), octet, 1);
            return read < 0
                    || read == Math.min(1, size)
                    || !Versions.unchanged(found.file(), found.stat());
        }
    }

    /** The content of one version, or null if the file kept changing. */
    private static byte @Nullable [] readBody(OpenFile file, FileStat stat) {
        for (int i = 0; i < READ_TRIES; i++) {
            byte[] body = file.content((int) stat.size());
            if (body != null && Versions.unchanged(file, stat)) {
                return body;
            }
        }
        return null;
    }
}
