package sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** Calls on terminals. Any thread may call. */
public final class TerminalCalls {
    /** Fills a struct winsize: rows, columns and two fields of pixels, 16 bits each. */
    private static final int TIOCGWINSZ = 0x5413;

    private TerminalCalls() {}

    /**
     * TIOCGWINSZ (ioctl_tty(2)): columns of the terminal, 0 if nobody has told it how many;
     * {@code -ENOTTY} if the descriptor is no terminal.
     */
    public static int columns(int fd) {
        return size(fd, 1);
    }

    /** Like {@link #columns}: rows of the terminal. */
    public static int rows(int fd) {
        return size(fd, 0);
    }

    private static int size(int fd, int field) {
        var scratch = Scratch.current();
        long size = scratch.at(Scratch.CELL);
        int result = (int) Native.call(SystemCall.IOCTL, fd, TIOCGWINSZ, size);
        return result < 0
                ? result
                : Short.toUnsignedInt(
                        scratch.memory.get(JAVA_SHORT, Scratch.CELL + (long) field * Short.BYTES));
    }
}
