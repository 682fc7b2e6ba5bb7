package sluice.lab.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A server that is a library: Maven fetches it when it is first asked for, and javac compiles the
 * small program that starts it. Both are kept, so that the next run needs neither.
 */
final class JavaPeer {
    private static final String COPY =
            "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";
    /** Some twenty megabytes over a slow line. */
    private static final long FETCH_SECONDS = 300;

    private static final long COMPILE_SECONDS = 120;

    private JavaPeer() {}

    /**
     * The class path of a peer.
     *
     * @throws IOException with the reason, if it can be neither found nor fetched
     */
    static String classPath(List<String> artifacts, String main) throws IOException {
        String source = PeerForm.text(main + ".java");
        CRC32C mark = new CRC32C();
        mark.update((artifacts + source + Runtime.version().feature())
                .getBytes(StandardCharsets.UTF_8));
        Path kept = cache().resolve(main + "-" + Long.toHexString(mark.getValue()));
        if (!Files.exists(kept)) {
            Files.createDirectories(cache());
            Path fresh = Files.createTempDirectory(cache(), "new-");
            fetch(artifacts, fresh);
            compile(main, source, fresh);
            Files.move(fresh, kept);
        }
        return kept.resolve("classes") + File.pathSeparator + kept.resolve("lib") + "/*";
    }

    /** As the XDG base directory specification says. */
    private static Path cache() {
        String given = System.getenv("XDG_CACHE_HOME");
        Path base = given == null || given.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(given);
        return base.resolve("sluice").resolve("peers");
    }

    private static void fetch(List<String> artifacts, Path into) throws IOException {
        Optional<Path> maven = Programs.find("mvn");
        if (maven.isEmpty()) {
            throw new IOException("Maven, which fetches it, is not installed");
        }
        Path pom = Files.writeString(into.resolve("pom.xml"), pom(artifacts));
        List<String> command = List.of(
                maven.get().toString(),
                "-B",
                "-q",
                "-Dstyle.color=never",
                "-f",
                pom.toString(),
                COPY,
                "-DincludeScope=runtime",
                "-DoutputDirectory=" + into.resolve("lib"));
        try {
            Programs.run(command, into.resolve("maven.log"), FETCH_SECONDS);
        } catch (IOException e) {
            throw new IOException("Maven could not fetch it: " + e.getMessage(), e);
        }
    }

    private static String pom(List<String> artifacts) {
        StringBuilder pom = new StringBuilder("""
            <project>
              <modelVersion>4.0.0</modelVersion>
              <groupId>sluice</groupId>
              <artifactId>sluice-lab-peer</artifactId>
              <version>1</version>
              <packaging>pom</packaging>
              <dependencies>
            """);
        for (String artifact : artifacts) {
            String[] parts = artifact.split(":");
            pom.append("    <dependency><groupId>").append(parts[0]).append("</groupId>");
            pom.append("<artifactId>").append(parts[1]).append("</artifactId>");
            pom.append("<version>").append(parts[2]).append("</version>");
            if (parts.length > 3) {
                pom.append("<classifier>").append(parts[3]).append("</classifier>");
            }
            pom.append("</dependency>\n");
        }
        return pom.append("  </dependencies>\n</project>\n").toString();
    }

    private static void compile(String main, String source, Path into) throws IOException {
        Path javac = Path.of(System.getProperty("java.home"), "bin", "javac");
        if (!Files.isExecutable(javac)) {
            throw new IOException("this Java has no javac, which compiles what starts it");
        }
        Path file = Files.writeString(into.resolve(main + ".java"), source);
        List<String> command = List.of(
                javac.toString(),
                "-nowarn",
                "-d",
                into.resolve("classes").toString(),
                "-cp",
                into.resolve("lib") + "/*",
                file.toString());
        Programs.run(command, into.resolve("javac.log"), COMPILE_SECONDS);
    }
}
