package sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sluice.server.testing.Coded;
import sluice.server.testing.RawClient;
import sluice.server.testing.Tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same raw requests, to Sluice and to nginx as Debian 12 has it. Where the two differ is
 * written down in nginx-differences.tsv, with the reason; nothing else may differ.
 */
class NginxDifferenceTest {
    /** Others may answer otherwise: the table speaks of this one. */
    private static final String VERSION = "nginx/1.22.";

    private static final FileTime MODIFIED = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    private static final FileTime OLDER = FileTime.from(Instant.parse("2019-01-01T00:00:00Z"));
    private static final String SECRET = "content outside of the root";
    private static final Pattern TAG = Pattern.compile("\r\nETag: (\"[^\"]*\")\r\n");

    private final Map<String, String> bodies = new HashMap<>();

    @Test
    void sluiceDiffersFromNginxExactlyWhereTheTableSaysSo(@TempDir Path root, @TempDir Path own)
            throws Exception {
        Path program = Nginx.find();
        assumeTrue(program != null, "nginx is not installed");
        String version = Nginx.version(program);
        assumeTrue(version.contains(VERSION), () -> version + " is not " + VERSION + "x");
        plant(root, own);
        List<String> found = new ArrayList<>();
        var settings = Sluice.builder()
                .port(0)
                .allowHost("*")
                .files(ServedFiles.in(root).withListing(false));
        try (var nginx = Nginx.start(program, root, own);
                var sluice = settings.build().start()) {
            String nginxTag = tag(nginx.port());
            String sluiceTag = tag(sluice.port());
            for (RawRequest request : RawRequest.all()) {
                String theirs = Outcome.of(nginx.port(), request.octets(nginxTag), bodies);
                String ours = Outcome.of(sluice.port(), request.octets(sluiceTag), bodies);
                if (!theirs.equals(ours)) {
                    found.add(String.join("\t", request.id(), theirs, ours));
                }
            }
        }
        assertThat(found).as("differences").containsExactlyInAnyOrderElementsOf(table());
    }

    @Test
    void everyDifferenceInTheTableHasARequestAndAReason() {
        List<String> ids = RawRequest.all().stream().map(RawRequest::id).toList();
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(150);
        assertThat(rows()).allSatisfy(row -> {
            assertThat(row).as(String.join("|", row)).hasSize(4);
            assertThat(ids).contains(row[0]);
            assertThat(row[3]).isNotBlank();
        });
        assertThat(rows().map(row -> row[0])).doesNotHaveDuplicates();
    }

    private static Stream<String[]> rows() {
        return RawRequest.resource("/nginx-differences.tsv")
                .lines()
                .skip(1)
                .map(line -> line.split("\t"));
    }

    /** Without the reasons. */
    private static List<String> table() {
        return rows().map(row -> String.join("\t", row[0], row[1], row[2])).toList();
    }

    private static String tag(int port) throws IOException {
        byte[] request = RawClient.request("GET", "/hello.txt").getBytes(ISO_8859_1);
        Matcher tag = TAG.matcher(new String(Outcome.exchange(port, request), ISO_8859_1));
        assertThat(tag.find()).as("an entity tag").isTrue();
        return tag.group(1);
    }

    private void plant(Path root, Path own) throws IOException {
        Tree.plant(root);
        for (String name : List.of("a b.txt", "a+b.txt", "50%.txt")) {
            Files.writeString(root.resolve(name), "content of " + name);
        }
        Files.writeString(root.resolve("coded.txt"), "not coded");
        // What they are like must not depend on a library.
        Files.write(root.resolve("coded.txt.gz"), Coded.gzip("not coded"));
        Files.write(root.resolve("packed.txt.gz"), Coded.gzip("packed"));
        Files.writeString(root.resolve("older.txt"), "newer");
        Files.writeString(root.resolve("older.txt.gz"), "older in gzip");
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(path, MODIFIED);
                String name = root.relativize(path).toString();
                bodies.put(Files.readString(path, ISO_8859_1), name);
            }
        }
        bodies.remove("");
        Files.setLastModifiedTime(root.resolve("older.txt.gz"), OLDER);
        Files.createSymbolicLink(root.resolve("inside"), Path.of("hello.txt"));
        Files.createSymbolicLink(
                root.resolve("outside"), Files.writeString(own.resolve("secret"), SECRET));
        bodies.put(SECRET, "the secret");
    }
}
