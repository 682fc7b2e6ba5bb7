package sluice.server.tier;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import sluice.server.ObjectHead;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * What of which object is in a tier, as a file that only grows, so that a start reads it and not
 * the tier. A record says a block is there after its octets are written, and that it is gone
 * before they are given back. A record whose checksum is wrong ends the file. Any thread.
 */
final class Journal implements AutoCloseable {
    private static final byte BOOT = 1;
    private static final byte VERSION = 2;
    private static final byte BLOCK = 3;
    private static final byte GONE = 4;
    private static final byte SYNCED = 5;
    private static final byte REMOVED = 6;

    /** Length and checksum. */
    private static final int FRAME = 2 * Integer.BYTES;
    /** A key has 1,024 octets at most, and the fields of a head are short. */
    private static final int RECORD_MAX = 16 << 10;

    /** What a journal tells, in its order. */
    interface Reader {
        void boot(String id);

        void version(int id, String key, ObjectHead head, long checkedMillis);

        void block(int id, int block, int sum);

        void gone(int id, int block);

        void synced(int id);

        void removed(int id);
    }

    private final Path path;
    private FileChannel channel;
    private boolean broken;

    private Journal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Reads what is there, and goes on behind the last good record. */
    static Journal open(Path path, Reader reader) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long good = read(channel, reader);
        channel.truncate(good);
        channel.position(good);
        return new Journal(path, channel);
    }

    private static long read(FileChannel channel, Reader reader) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        long good = 0;
        boolean more = true;
        while (more) {
            more = channel.read(buffer) >= 0;
            buffer.flip();
            int length;
            while ((length = record(buffer)) > 0) {
                ByteBuffer record = buffer.slice(buffer.position() + Integer.BYTES, length);
                buffer.position(buffer.position() + FRAME + length);
                good += FRAME + length;
                tell(record, reader);
            }
            if (length < 0) {
                break;
            }
            buffer.compact();
        }
        return good;
    }

    /** The length of the next record; 0 if it is not whole, negative if it is not one. */
    private static int record(ByteBuffer buffer) {
        if (buffer.remaining() < FRAME) {
            return 0;
        }
        int at = buffer.position();
        int length = buffer.getInt(at);
        if (length <= 0 || length > RECORD_MAX) {
            return -1;
        }
        if (buffer.remaining() < FRAME + length) {
            return 0;
        }
        int sum = sum(buffer.slice(at + Integer.BYTES, length));
        return buffer.getInt(at + Integer.BYTES + length) == sum ? length : -1;
    }

    private static int sum(ByteBuffer record) {
        CRC32C sum = new CRC32C();
        sum.update(record);
        return (int) sum.getValue();
    }

    private static void tell(ByteBuffer record, Reader reader) {
        byte kind = record.get();
        switch (kind) {
            case BOOT -> reader.boot(text(record));
            case VERSION -> {
                int id = record.getInt();
                long checked = record.getLong();
                long size = record.getLong();
                long modified = record.getLong();
                String key = text(record);
                String tag = text(record);
                String type = orNull(record);
                String coding = orNull(record);
                String control = orNull(record);
                reader.version(
                        id,
                        key,
                        new ObjectHead(size, tag, modified, type, coding, control),
                        checked);
            }
            case BLOCK -> reader.block(record.getInt(), record.getInt(), record.getInt());
            case GONE -> reader.gone(record.getInt(), record.getInt());
            case SYNCED -> reader.synced(record.getInt());
            case REMOVED -> reader.removed(record.getInt());
            default -> {}
        }
    }

    private static String text(ByteBuffer record) {
        byte[] octets = new byte[record.getShort()];
        record.get(octets);
        return new String(octets, UTF_8);
    }

    private static @Nullable String orNull(ByteBuffer record) {
        String text = text(record);
        return text.isEmpty() ? null : text;
    }

    private static void put(ByteBuffer record, @Nullable String text) {
        byte[] octets = text == null ? new byte[0] : text.getBytes(UTF_8);
        record.putShort((short) octets.length).put(octets);
    }

    /** Begins what this process tells; blocks of another boot of the machine may be lost. */
    void boot(String id) {
        ByteBuffer record = begin(BOOT);
        put(record, id);
        end(record);
    }

    void version(TierFile file, long checkedMillis) {
        ObjectHead head = file.head();
        ByteBuffer record = begin(VERSION)
                .putInt(file.id())
                .putLong(checkedMillis)
                .putLong(head.size())
                .putLong(head.modified());
        put(record, file.key());
        put(record, head.tag());
        put(record, head.type());
        put(record, head.coding());
        put(record, head.cacheControl());
        end(record);
    }

    void block(int id, int block, int sum) {
        end(begin(BLOCK).putInt(id).putInt(block).putInt(sum));
    }

    void gone(int id, int block) {
        end(begin(GONE).putInt(id).putInt(block));
    }

    void synced(int id) {
        end(begin(SYNCED).putInt(id));
    }

    void removed(int id) {
        end(begin(REMOVED).putInt(id));
    }

    private static ByteBuffer begin(byte kind) {
        int room = kind == VERSION || kind == BOOT ? RECORD_MAX : 4 * Integer.BYTES;
        return ByteBuffer.allocate(FRAME + room).putInt(0).put(kind);
    }

    private void end(ByteBuffer record) {
        int length = record.position() - Integer.BYTES;
        record.putInt(0, length);
        record.putInt(sum(record.slice(Integer.BYTES, length))).flip();
        append(record);
    }

    /** What cannot be written is only lost for the next start. */
    private synchronized void append(ByteBuffer record) {
        if (broken) {
            return;
        }
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            broken = true;
            System.getLogger("sluice.server")
                    .log(
                            System.Logger.Level.WARNING,
                            "cannot write " + path + ": " + e.getMessage()
                                    + "; what is fetched from now on is lost at the next start");
        }
    }

    /** Replaces the journal by a shorter one that {@code writer} writes. */
    synchronized void rewrite(Runnable writer) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        FileChannel before = channel;
        Files.deleteIfExists(fresh);
        channel = FileChannel.open(
                fresh,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        writer.run();
        channel.force(false);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        before.close();
    }

    @Override
    public synchronized void close() throws IOException {
        broken = true;
        channel.close();
    }
}
