package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine.TypeConversionException;

import sluice.linux.PathBytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Arguments with all their octets. A name on Linux is octets that need not be UTF-8. Java replaces
 * those that it cannot decode by U+FFFD, and then no file has the name. The kernel still has them
 * (proc_pid_cmdline(5)). Here such an octet is a lone low surrogate, U+DC00 and its value, which no
 * decoder makes; {@link #path} turns it into the octet again.
 */
final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\uFFFD';
    private static final char OCTET = '\uDC00';
    private static final int OCTET_MASK = 0xFF;

    private Arguments() {}

    /** The same arguments; those that Java could not decode as the kernel has them. */
    static String[] exact(String[] decoded) {
        boolean lossy = false;
        for (String argument : decoded) {
            lossy |= argument.indexOf(REPLACEMENT) >= 0;
        }
        if (!lossy || !Files.isReadable(COMMAND_LINE)) {
            return decoded;
        }
        try {
            return exact(decoded, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            return decoded;
        }
    }

    /**
     * The same of a command line: each argument ends in a NUL octet, and the JVM's own come first.
     */
    static String[] exact(String[] decoded, byte[] commandLine) {
        List<String> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                all.add(text(ByteBuffer.wrap(commandLine, start, i - start)));
                start = i + 1;
            }
        }
        int first = all.size() - decoded.length;
        return first < 0 ? decoded : all.subList(first, all.size()).toArray(String[]::new);
    }

    private static String text(ByteBuffer octets) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(octets.remaining());
        while (true) {
            CoderResult result = decoder.decode(octets, text, true);
            if (!result.isError()) {
                return text.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.put((char) (OCTET | octets.get() & OCTET_MASK));
            }
            decoder.reset();
        }
    }

    /**
     * The path that an argument names.
     *
     * @throws TypeConversionException if it is empty: java.nio would take it for the current
     *     directory, and mostly a variable of a script was not set
     */
    static Path path(String argument) {
        if (argument.isEmpty()) {
            throw new TypeConversionException(
                    "it is empty; give a name, or . for the current directory");
        }
        if (argument.chars().noneMatch(Arguments::isOctet)) {
            try {
                return Path.of(argument);
            } catch (InvalidPathException e) {
                // The locale has no such character; a name on Linux may have it all the same.
            }
        }
        Path path = Path.of(argument.startsWith("/") ? "/" : "");
        for (String name : argument.split("/", -1)) {
            if (!name.isEmpty()) {
                path = path.resolve(PathBytes.name(octets(name)));
            }
        }
        return path;
    }

    private static boolean isOctet(int character) {
        return character >= OCTET && character <= (OCTET | OCTET_MASK);
    }

    private static byte[] octets(String name) {
        var octets = new ByteArrayOutputStream(name.length());
        name.codePoints().forEach(character -> {
            if (isOctet(character)) {
                octets.write(character);
            } else {
                octets.writeBytes(Character.toString(character).getBytes(UTF_8));
            }
        });
        return octets.toByteArray();
    }
}
