package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * landlock(7): a thread gives up rights for itself and whatever it starts or becomes. A ruleset
 * handles all rights on files that the kernel knows: what no rule allows is refused. It also
 * refuses outgoing TCP connections and signals to other processes, where the kernel can.
 */
public final class Landlock implements AutoCloseable {
    /** To run a file. */
    public static final long EXECUTE = 1;
    /** To make a file shorter; newer than the headers of some distributions. */
    static final long TRUNCATE = 1 << 14;
    /** To write to a file that is there, and to make it shorter. */
    public static final long WRITE_FILE = 1 << 1 | TRUNCATE;
    /** To read a file. */
    public static final long READ_FILE = 1 << 2;
    /** To list a directory. */
    public static final long READ_DIR = 1 << 3;
    /** To remove or rename directories and files. */
    public static final long REMOVE = 1 << 4 | 1 << 5;
    /** To create directories and files. */
    public static final long MAKE = 1 << 7 | 1 << 8;
    /** To create sockets of unix(7). */
    public static final long MAKE_SOCKET = 1 << 9;
    /** To rename from one directory to another; before version 2 nobody may, once restricted. */
    public static final long REFER = 1 << 13;

    /** The first version that lets uploads be renamed ({@link #REFER}). */
    public static final int VERSION_OF_REFER = 2;

    /** Rights that a rule for a file may have; others are for directories (EINVAL). */
    private static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE;

    /** Which rights on files each version handles: it knows as many of the lowest bits. */
    private static final int[] BITS = {13, 14, 15, 15, 16};

    private static final int VERSION_OF_TCP = 4;
    private static final int VERSION_OF_SIGNALS = 6;
    private static final long CONNECT_TCP = 1 << 1;
    private static final long SCOPE_SIGNAL = 1 << 1;
    /** struct landlock_ruleset_attr, which grew with the versions. */
    private static final int ATTRIBUTES_SIZE = 24;

    private static final int RULE_PATH_BENEATH = 1;
    private static final int RULE_NET_PORT = 2;
    /** struct landlock_path_beneath_attr, packed: rights, then a descriptor. */
    private static final int RULE_SIZE = 12;

    private static final int PR_SET_NO_NEW_PRIVS = 38;

    private final int descriptor;
    private final long handled;
    private final boolean handlesTcp;

    private Landlock(int descriptor, long handled, boolean handlesTcp) {
        this.descriptor = descriptor;
        this.handled = handled;
        this.handlesTcp = handlesTcp;
    }

    /** The version of the kernel's landlock, 1 or more; {@code -errno} if it has none. */
    public static int version() {
        return (int) Native.call(
                SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, SystemProbes.LANDLOCK_VERSION);
    }

    /**
     * A ruleset without rules.
     *
     * @throws UnsupportedOperationException if the kernel has none, with the reason
     */
    public static Landlock create() {
        int version = version();
        if (version < 1) {
            throw new UnsupportedOperationException("no landlock: " + Errno.describe(version));
        }
        long handled = (1L << BITS[Math.min(version, BITS.length) - 1]) - 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, Long.BYTES);
            attributes.setAtIndex(JAVA_LONG, 0, handled);
            attributes.setAtIndex(JAVA_LONG, 1, version >= VERSION_OF_TCP ? CONNECT_TCP : 0);
            attributes.setAtIndex(JAVA_LONG, 2, version >= VERSION_OF_SIGNALS ? SCOPE_SIGNAL : 0);
            int created = (int) Native.call(
                    SystemCall.LANDLOCK_CREATE_RULESET,
                    attributes.address(),
                    version >= VERSION_OF_SIGNALS ? ATTRIBUTES_SIZE : size(version),
                    0);
            if (created < 0) {
                throw new UnsupportedOperationException("no landlock: " + Errno.describe(created));
            }
            return new Landlock(created, handled, version >= VERSION_OF_TCP);
        }
    }

    private static int size(int version) {
        return version >= VERSION_OF_TCP ? 2 * Long.BYTES : Long.BYTES;
    }

    /**
     * Allows rights on a file, or on a directory and all below it; those that this kernel does not
     * handle are allowed anyway.
     *
     * @return 0, or {@code -errno}: -ENOENT if there is nothing of this name
     */
    public int allow(Path path, long rights) {
        int file = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC, 0);
        if (file < 0) {
            return file;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rule = arena.allocate(RULE_SIZE, Long.BYTES);
            long wanted = rights & handled;
            rule.set(JAVA_INT, Long.BYTES, file);
            int added = add(rule, wanted);
            return added == -Errno.EINVAL ? add(rule, wanted & OF_FILES) : added;
        } finally {
            FileCalls.close(file);
        }
    }

    /**
     * Allows connections to a TCP port, of any machine: struct landlock_net_port_attr has no
     * address.
     *
     * @return 0, or {@code -errno}
     */
    public int allowConnect(int port) {
        if (!handlesTcp) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rule = arena.allocate(2 * Long.BYTES, Long.BYTES);
            rule.setAtIndex(JAVA_LONG, 0, CONNECT_TCP);
            rule.setAtIndex(JAVA_LONG, 1, port);
            return (int) Native.call(
                    SystemCall.LANDLOCK_ADD_RULE, descriptor, RULE_NET_PORT, rule.address(), 0);
        }
    }

    private int add(MemorySegment rule, long rights) {
        rule.set(JAVA_LONG_UNALIGNED, 0, rights);
        return (int) Native.call(
                SystemCall.LANDLOCK_ADD_RULE, descriptor, RULE_PATH_BENEATH, rule.address(), 0);
    }

    /**
     * Restricts this thread, and whatever it starts or becomes ({@link Exec}), for ever. Other
     * threads of the process stay as they are. No program that it runs gets more rights by its mode
     * (PR_SET_NO_NEW_PRIVS).
     *
     * @return 0, or {@code -errno}
     */
    public int restrictThisThread() {
        int result = (int) Native.call(SystemCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
        return result < 0
                ? result
                : (int) Native.call(SystemCall.LANDLOCK_RESTRICT_SELF, descriptor, 0);
    }

    @Override
    public void close() {
        FileCalls.close(descriptor);
    }
}
