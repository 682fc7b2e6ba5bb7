package sluice.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Converts bytes of a name to a Java path, and back. It goes through URIs, because the URI of a
 * Unix path keeps all bytes; its string loses those that are invalid in the JVM's encoding.
 */
public final class PathBytes {
    private PathBytes() {}

    /** The bytes of an absolute path, without a trailing slash; "/" for the root directory. */
    public static byte[] of(Path absolute) {
        String uri = absolute.toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            char character = uri.charAt(i);
            if (character == '%') {
                bytes.write(HexFormat.fromHexDigits(uri, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(character);
            }
        }
        byte[] path = bytes.toByteArray();
        int length = path.length;
        while (length > 1 && path[length - 1] == '/') {
            length--;
        }
        return Arrays.copyOf(path, length);
    }

    /** Whether [from, to) is "." or "..", which are not names of files. */
    public static boolean isDots(byte[] path, int from, int to) {
        int length = to - from;
        return length == 1 && path[from] == '.'
                || length == 2 && path[from] == '.' && path[from + 1] == '.';
    }

    /** The bytes of a path's last name. */
    public static byte[] ofName(Path path) {
        byte[] whole = of(path.toAbsolutePath());
        int slash = whole.length - 1;
        while (slash >= 0 && whole[slash] != '/') {
            slash--;
        }
        return Arrays.copyOfRange(whole, slash + 1, whole.length);
    }

    /** The path in the same directory whose name has more before or after it, in ASCII. */
    public static Path sibling(String before, Path file, String after) {
        byte[] name = ofName(file);
        var whole = new ByteArrayOutputStream(before.length() + name.length + after.length());
        whole.writeBytes(before.getBytes(US_ASCII));
        whole.writeBytes(name);
        whole.writeBytes(after.getBytes(US_ASCII));
        return file.resolveSibling(name(whole.toByteArray()));
    }

    /**
     * A relative path with one name.
     *
     * @throws IllegalArgumentException if no file can have this name
     */
    public static Path name(byte[] name) {
        Path path = below("file:///", name);
        if (path.getNameCount() != 1) {
            throw new IllegalArgumentException("not one name");
        }
        return path.getFileName();
    }

    /**
     * An absolute path.
     *
     * @param path begins with a slash
     */
    static Path absolute(byte[] path) {
        return below("file://", path);
    }

    private static Path below(String start, byte[] path) {
        var uri = new StringBuilder(start);
        for (byte octet : path) {
            if (octet == '/') {
                uri.append('/');
            } else {
                HexFormat.of().toHexDigits(uri.append('%'), octet);
            }
        }
        return Path.of(URI.create(uri.toString()));
    }
}
