package sluice.server.root;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names of an upload's temporary files, and of the directory of the root that they lie in. The
 * server never serves or lists them, and never uses such a name for another file, even if it serves
 * dotfiles.
 */
public final class UploadName {
    private static final byte[] RESERVED = ascii(".sluice-upload");
    private static final byte[] PREFIX = ascii(".sluice-upload-");
    private static final byte[] DIRECTORY = ascii(".sluice-uploads");
    private static final byte[] DIRECTORY_PATH = ascii(".sluice-uploads/");
    private static final byte[] STATE = ascii(".state");
    /** 128 bits in hexadecimal, so that nobody can guess a name. */
    private static final int DIGITS = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private UploadName() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The name of the directory in the root that has the unfinished uploads. */
    public static byte[] directory() {
        return DIRECTORY.clone();
    }

    /** The path of that directory, with its slash. */
    public static byte[] directoryPath() {
        return DIRECTORY_PATH.clone();
    }

    /** Whether [0, to) of a path is that directory, with its slash. */
    public static boolean isDirectoryPath(byte[] path, int to) {
        return Arrays.equals(path, 0, to, DIRECTORY_PATH, 0, DIRECTORY_PATH.length);
    }

    /** Whether a directory has the name of that directory, wherever it is. */
    public static boolean isDirectory(byte[] name) {
        return Arrays.equals(name, DIRECTORY);
    }

    /** A random name that no other file has. */
    public static byte[] random() {
        byte[] bits = new byte[DIGITS / 2];
        RANDOM.nextBytes(bits);
        return join(PREFIX, ascii(HexFormat.of().formatHex(bits)));
    }

    /** The name of a resumable upload's state file. */
    public static byte[] stateOf(byte[] name) {
        return join(name, STATE);
    }

    /** Whether {@link #stateOf} could have made this name. */
    public static boolean isState(byte[] name) {
        int at = name.length - STATE.length;
        return at > 0 && Arrays.equals(name, at, name.length, STATE, 0, STATE.length);
    }

    /** The name of the upload whose state file has this name. */
    public static byte[] ofState(byte[] name) {
        return Arrays.copyOf(name, name.length - STATE.length);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Whether {@link #random} could have made this name. */
    public static boolean isUpload(byte[] name) {
        if (name.length != PREFIX.length + DIGITS || !startsWith(name, 0, name.length, PREFIX)) {
            return false;
        }
        for (int i = PREFIX.length; i < name.length; i++) {
            if (!(name[i] >= '0' && name[i] <= '9' || name[i] >= 'a' && name[i] <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Whether a file of this name belongs to an upload. */
    public static boolean isReserved(byte[] name, int from, int to) {
        return startsWith(name, from, to, RESERVED);
    }

    private static boolean startsWith(byte[] name, int from, int to, byte[] start) {
        return to - from >= start.length
                && Arrays.equals(name, from, from + start.length, start, 0, start.length);
    }

    /** Whether a file of this decoded name belongs to an upload. */
    static boolean isReserved(String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        return isReserved(octets, 0, octets.length);
    }

    /** Whether any name in a path is reserved. */
    public static boolean leadsThrough(byte[] path, int from, int to) {
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || path[i] == '/') {
                if (isReserved(path, start, i)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }
}
