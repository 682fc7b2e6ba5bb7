package sluice.linux;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Java paths from the bytes of a name, and back. Through URIs, because there a Unix path keeps its
 * bytes; its string has lost those that are not text in the JVM's encoding.
 */
public final class PathBytes {
    private PathBytes() {}

    /** The bytes of an absolute path, without a slash at the end; "/" for the root of all. */
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

    /** Whether [from, to) is "." or "..", which name no file of their own. */
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

    /**
     * A path of one name.
     *
     * @throws IllegalArgumentException if no file of this system can have it
     */
    public static Path name(byte[] name) {
        var uri = new StringBuilder("file:///");
        for (byte octet : name) {
            HexFormat.of().toHexDigits(uri.append('%'), octet);
        }
        var path = Path.of(URI.create(uri.toString()));
        if (path.getNameCount() != 1) {
            throw new IllegalArgumentException("not one name");
        }
        return path.getFileName();
    }
}
