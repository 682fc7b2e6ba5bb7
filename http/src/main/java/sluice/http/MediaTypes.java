package sluice.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Media types by the extension of a name, ignoring case. MediaTypeTableTest generates the table
 * media-types.tsv from mime-db, and defines which type wins if an extension has two.
 *
 * <p>Text types get charset=utf-8, which mime-db leaves open: without a charset browsers guess one
 * from the user's language. XML, SVG and JSON declare their encoding themselves and get none.
 */
public final class MediaTypes {
    /** The type of unknown bytes. */
    public static final MediaType UNKNOWN =
            new MediaType("application/octet-stream", false, ContentCoding.IDENTITY, true);

    /** The type of a file that is text by its content: no name makes it a page that runs. */
    public static final MediaType TEXT = new MediaType("text/plain; charset=utf-8", true);

    /**
     * Extensions that mean a program's file to the registry, which a browser downloads, and mostly
     * a text to people: .ts is TypeScript or a video. The content decides.
     */
    private static final Set<String> AMBIGUOUS = Set.of(
            "asc", "bat", "crt", "key", "org", "pem", "php", "pl", "sh", "sig", "sql", "srt", "tex",
            "toml", "ts");

    private static final String TABLE = "media-types.tsv";
    /**
     * Extensions of files that are coded already, whose media type is that of the content: a
     * browser decodes them only if Content-Encoding says so (SVG 1.1 section G.7, svgz). Others
     * have a type of their own, as application/gzip or application/x-ms-wmz, and no coding.
     */
    private static final Map<String, ContentCoding> CODED = Map.of("svgz", ContentCoding.GZIP);

    private static final Map<String, MediaType> BY_EXTENSION = load();

    private MediaTypes() {}

    /** The type of a file with this name, or {@link #UNKNOWN}. */
    public static MediaType of(String name) {
        return BY_EXTENSION.getOrDefault(extension(name), UNKNOWN);
    }

    /** The extension of a name or path in lower case; empty if it has none. */
    static String extension(String name) {
        int dot = name.lastIndexOf('.');
        // A leading dot marks a hidden file, not an extension.
        return dot <= name.lastIndexOf('/') + 1
                ? ""
                : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    static int count() {
        return BY_EXTENSION.size();
    }

    private static Map<String, MediaType> load() {
        Map<String, MediaType> types = new HashMap<>(4096);
        try (InputStream table = MediaTypes.class.getResourceAsStream(TABLE)) {
            if (table == null) {
                throw new IllegalStateException(TABLE + " is missing");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(table, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    add(types, line.split("\t"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return types;
    }

    /** Type, "compress" or "-", extensions. */
    private static void add(Map<String, MediaType> types, String[] columns) {
        String text = columns[0].startsWith("text/") ? columns[0] + "; charset=utf-8" : columns[0];
        MediaType type = new MediaType(text, columns[1].equals("compress"));
        for (String extension : columns[2].split(" ")) {
            ContentCoding coding = CODED.get(extension);
            boolean unsure = AMBIGUOUS.contains(extension);
            types.put(
                    extension,
                    coding == null && !unsure
                            ? type
                            : new MediaType(
                                    text,
                                    coding == null && type.compressible(),
                                    coding == null ? ContentCoding.IDENTITY : coding,
                                    unsure));
        }
    }
}
