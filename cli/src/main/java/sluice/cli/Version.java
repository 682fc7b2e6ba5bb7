package sluice.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What runs here, in one line: the question that a report of a fault has to answer. */
final class Version implements IVersionProvider {
    /** Written by the build; its commit is empty if the build was not told one. */
    private static final String BUILD = "build.properties";

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    static String line() {
        Properties build = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(BUILD)) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + BUILD, e);
        }
        String commit = build.getProperty("commit", "");
        return "sluice " + build.getProperty("version", "of unknown version")
                + ", commit " + (commit.isEmpty() ? "unknown" : commit)
                + ", Java " + Runtime.version()
                + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + " " + System.getProperty("os.arch");
    }
}
