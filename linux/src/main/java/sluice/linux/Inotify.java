package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * inotify(7): reports changes of directories and files. Events are hints: after {@link
 * #IN_Q_OVERFLOW} some are missing, and changes that other machines make to a network file system
 * are never reported.
 */
public final class Inotify {
    public static final int IN_ACCESS = 0x1;
    public static final int IN_MODIFY = 0x2;
    public static final int IN_ATTRIB = 0x4;
    public static final int IN_CLOSE_WRITE = 0x8;
    public static final int IN_OPEN = 0x20;
    public static final int IN_MOVED_FROM = 0x40;
    public static final int IN_MOVED_TO = 0x80;
    public static final int IN_CREATE = 0x100;
    public static final int IN_DELETE = 0x200;
    public static final int IN_DELETE_SELF = 0x400;
    public static final int IN_MOVE_SELF = 0x800;
    public static final int IN_UNMOUNT = 0x2000;
    public static final int IN_Q_OVERFLOW = 0x4000;
    public static final int IN_IGNORED = 0x8000;
    public static final int IN_ONLYDIR = 0x1000000;
    public static final int IN_DONT_FOLLOW = 0x2000000;
    public static final int IN_EXCL_UNLINK = 0x4000000;
    public static final int IN_MASK_CREATE = 0x10000000;
    public static final int IN_MASK_ADD = 0x20000000;
    public static final int IN_ISDIR = 0x40000000;
    public static final int IN_ONESHOT = 0x80000000;

    /** Size of an event with the longest name: the smallest buffer for a read (inotify(7)). */
    public static final int MIN_BUFFER_SIZE = 16 + 256;

    static final int WATCH = 0;
    static final int MASK = 4;
    static final int COOKIE = 8;
    static final int LENGTH = 12;
    static final int NAME = 16;

    private static final int IN_FLAGS = FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;

    private Inotify() {}

    /** A new descriptor, non-blocking. */
    public static int init() {
        return (int) Native.call(SystemCall.INOTIFY_INIT1, IN_FLAGS);
    }

    /**
     * A watch number for {@code path}, in UTF-8; {@code -ENOSPC} at the limit of watches per user.
     */
    public static int addWatch(int fd, String path, int mask) {
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            return (int) Native.call(SystemCall.INOTIFY_ADD_WATCH, fd, name, mask);
        }
    }

    /**
     * A watch for an open file or directory: resolves no name, so the file cannot be swapped.
     */
    public static int addWatch(int fd, int openFile, int mask) {
        return addWatch(fd, "/proc/self/fd/" + openFile, mask);
    }

    /** inotify_rm_watch(2). An IN_IGNORED event follows. */
    public static int rmWatch(int fd, int watch) {
        return (int) Native.call(SystemCall.INOTIFY_RM_WATCH, fd, watch);
    }

    /**
     * Reads events into {@code buffer}, which has at least {@link #MIN_BUFFER_SIZE} bytes. Returns
     * bytes, to be read by the accessors below, or {@code -EAGAIN} if there was no event.
     */
    public static long read(int fd, MemorySegment buffer) {
        return FileCalls.read(fd, buffer.address(), buffer.byteSize());
    }

    /** Offset of the event after the one at {@code offset}. */
    public static long next(MemorySegment events, long offset) {
        return offset + NAME + events.get(JAVA_INT, offset + LENGTH);
    }

    /** The watch that fired; -1 for an overflow. */
    public static int watchAt(MemorySegment events, long offset) {
        return events.get(JAVA_INT, offset + WATCH);
    }

    /** The IN_ flags of the event. */
    public static int maskAt(MemorySegment events, long offset) {
        return events.get(JAVA_INT, offset + MASK);
    }

    /** The same number in both events of a rename. */
    public static int cookieAt(MemorySegment events, long offset) {
        return events.get(JAVA_INT, offset + COOKIE);
    }

    /**
     * The name within the watched directory as it is on disk; empty for the watched file itself.
     */
    public static byte[] nameAt(MemorySegment events, long offset) {
        var padded = events.asSlice(offset + NAME, events.get(JAVA_INT, offset + LENGTH));
        int length = 0;
        while (length < padded.byteSize() && padded.get(JAVA_BYTE, length) != 0) {
            length++;
        }
        return padded.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** One event; a name that is not UTF-8 gets replacement characters. */
    public record Event(int watch, int mask, int cookie, String name) {}

    /** The first {@code length} bytes of {@code events}, as objects. */
    public static List<Event> decode(MemorySegment events, long length) {
        var list = new ArrayList<Event>();
        for (long at = 0; at < length; at = next(events, at)) {
            int watch = watchAt(events, at);
            var name = new String(nameAt(events, at), StandardCharsets.UTF_8);
            list.add(new Event(watch, maskAt(events, at), cookieAt(events, at), name));
        }
        return list;
    }
}
