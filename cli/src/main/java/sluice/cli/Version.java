package sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What runs here, in one line: the question that a report of a fault has to answer. */
final class Version implements IVersionProvider {
    /** Written by the build. */
    private static final String BUILD = "build.properties";
    /** As well: the commit of the sources; empty if they came without their repository. */
    private static final String COMMIT = "commit";

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    static String line() {
        Properties build = new Properties();
        try {
            build.load(new StringReader(resource(BUILD)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + BUILD, e);
        }
        String commit = resource(COMMIT).strip();
        return "sluice " + build.getProperty("version", "of unknown version")
                + ", commit " + (commit.isEmpty() ? "unknown" : commit)
                + ", Java " + Runtime.version()
                + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + " " + System.getProperty("os.arch");
    }

    private static String resource(String name) {
        try (InputStream file = Version.class.getResourceAsStream(name)) {
            return file == null ? "" : new String(file.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
