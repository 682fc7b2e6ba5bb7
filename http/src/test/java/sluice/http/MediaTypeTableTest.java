package sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes media-types.tsv from the JSON of mime-db and holds the checked-in one against it. Rewrites
 * it with {@code -Dsluice.media-types=fix}.
 */
class MediaTypeTableTest {
    private static final Path TABLE = Path.of("src/main/resources/sluice/http/media-types.tsv");
    private static final String JSON = "META-INF/resources/webjars/mime-db/1.54.0/db.json";
    private static final Pattern TYPE = Pattern.compile(
            "^ {2}\"([^\"]+)\": \\{(.*?)^ {2}}", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern EXTENSIONS =
            Pattern.compile("\"extensions\": \\[(.*?)]", Pattern.DOTALL);

    /** Extensions that mime-db lacks, or gives to something that no web server ever had. */
    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("flac", "audio/flac"), // RFC 9639
            Map.entry("zst", "application/zstd"), // RFC 8878
            Map.entry("pom", "application/xml"),
            Map.entry("md5", "text/plain"),
            Map.entry("sha1", "text/plain"),
            Map.entry("sha256", "text/plain"),
            Map.entry("sha512", "text/plain"),
            Map.entry("py", "text/plain"),
            Map.entry("go", "text/plain"),
            Map.entry("rs", "text/plain"));

    /**
     * Of two types of one extension: anything is better than octet-stream; then who registered it;
     * then a common name before a vendor's; then the kind that a browser does most with; then the
     * shorter one.
     */
    private static final Comparator<Type> BEST = Comparator.comparing(
                    (Type type) -> type.name.equals("application/octet-stream"))
            .thenComparing(
                    type -> Arrays.asList("iana", "apache", "nginx", "").indexOf(type.source))
            .thenComparing(type -> type.name.contains("/vnd.") || type.name.contains("/x-"))
            .thenComparing(Type::kind)
            .thenComparing(type -> type.name.length())
            .thenComparing(type -> type.name);

    private record Type(String name, String source, boolean compressible, List<String> extensions) {
        int kind() {
            String kind = name.substring(0, name.indexOf('/'));
            return List.of("video", "audio", "image", "font", "model", "application", "text")
                    .indexOf(kind);
        }
    }

    @Test
    void theTableIsWhatMimeDbSays() throws IOException {
        String table = table(read());
        if ("fix".equals(System.getProperty("sluice.media-types"))) {
            Files.writeString(TABLE, table);
        }
        assertThat(Files.readString(TABLE)).isEqualTo(table);
    }

    private static Map<String, Type> read() throws IOException {
        Map<String, Type> types = new HashMap<>();
        try (InputStream stream = ClassLoader.getSystemResourceAsStream(JSON)) {
            assertThat(stream).as("mime-db on the class path").isNotNull();
            Matcher entries = TYPE.matcher(new String(stream.readAllBytes(), UTF_8));
            while (entries.find()) {
                Type type = type(entries.group(1), entries.group(2));
                types.put(type.name, type);
            }
        }
        return types;
    }

    private static Type type(String name, String body) {
        Matcher extensions = EXTENSIONS.matcher(body);
        List<String> list = extensions.find()
                ? List.of(extensions.group(1).replaceAll("[\"\\s]", "").split(","))
                : List.of();
        Matcher source = Pattern.compile("\"source\": \"(.*?)\"").matcher(body);
        boolean readable = name.matches("text/.*|.*\\+(xml|json|text)");
        boolean compressible = body.contains("\"compressible\": true")
                || readable && !body.contains("\"compressible\": false");
        return new Type(name, source.find() ? source.group(1) : "", compressible, list);
    }

    private static String table(Map<String, Type> types) {
        Map<String, Type> best = new HashMap<>();
        for (Type type : types.values()) {
            for (String extension : type.extensions) {
                best.merge(extension, type, (a, b) -> BEST.compare(a, b) <= 0 ? a : b);
            }
        }
        OURS.forEach(
                (extension, name) -> best.put(extension, types.getOrDefault(name, type(name, ""))));
        Map<String, TreeSet<String>> lines = new TreeMap<>();
        best.forEach((extension, type) -> lines.computeIfAbsent(
                        type.name + "\t" + (isWorthCompressing(type) ? "compress" : "-"),
                        line -> new TreeSet<>())
                .add(extension));
        StringBuilder table = new StringBuilder("# Made from mime-db 1.54.0 (see NOTICE) by")
                .append(" MediaTypeTableTest: type, compressible, extensions.\n");
        lines.forEach((line, extensions) -> table.append(line)
                .append('\t')
                .append(String.join(" ", extensions))
                .append('\n'));
        return table.toString();
    }

    /** What is known only as octets are mostly archives and programs, compressed already. */
    private static boolean isWorthCompressing(Type type) {
        return type.compressible && !type.name.equals("application/octet-stream");
    }
}
