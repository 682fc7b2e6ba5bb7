package sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import sluice.linux.PathBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a run leaves for the next one about a tree that is not complete: a hidden file beside the
 * directory, locked while a run has it. Small files are not synced one by one, so after a restart
 * of the machine nothing that is there is believed.
 */
final class TreeState implements AutoCloseable {
    private static final String FORM = "sluice-get-tree 1";
    private static final int LINES = 4;
    /** A URL and the rest: more was not written by us. */
    private static final int SIZE_MAX = 64 << 10;

    private final Path path;
    private final FileChannel channel;
    private final List<String> known;

    private TreeState(Path path, FileChannel channel, List<String> known) {
        this.path = path;
        this.channel = channel;
        this.known = known;
    }

    static TreeState open(Path top) throws IOException {
        Path path = PathBytes.sibling(".", top.toAbsolutePath().normalize(), ".sluice-tree");
        FileChannel channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException("another download is writing " + top);
        }
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_MAX);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), UTF_8);
        return new TreeState(path, channel, text.lines().toList());
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another download of this process has the lock.
        }
    }

    private boolean isSaved() {
        return known.size() == LINES && known.getFirst().equals(FORM);
    }

    /** Whether files of the right size and time can be taken for complete. */
    boolean trustsComplete() {
        return known.isEmpty() || isSaved() && known.get(3).equals(PartState.thisBoot());
    }

    /** Whether the parts that are there belong to this version. */
    boolean trustsParts(HttpUrl url, String tag) {
        return isSaved()
                && !tag.isEmpty()
                && known.equals(List.of(FORM, url.toString(), tag, PartState.thisBoot()));
    }

    /** Before the first octet of a version is written. */
    void save(HttpUrl url, String tag) throws IOException {
        String lines = String.join("\n", FORM, url.toString(), tag, PartState.thisBoot()) + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(lines.getBytes(UTF_8)), 0);
        channel.force(true);
    }

    /** The tree is complete. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    /** Deletes the file if nothing was saved. */
    @Override
    public void close() throws IOException {
        if (channel.size() == 0) {
            delete();
        }
        channel.close();
    }
}
