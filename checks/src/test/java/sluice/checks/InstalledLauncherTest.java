package sluice.checks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The launcher of packages builds nothing, and else does what that of the sources does. */
class InstalledLauncherTest {
    /** Of the JVM; the case patterns for options of the environment, too. */
    private static final Pattern OPTION = Pattern.compile("-[XD][\\w.:+*=\\[\\]-]+");

    private static final Pattern NATIVE = Pattern.compile("(?m)^native=(.*)$");

    @Test
    void itGivesTheJvmTheOptionsOfTheOtherAndTellsItWhereNativeLibrariesAre() throws IOException {
        String sources = script("sluice");
        sources = sources.substring(sources.indexOf("# What calls foreign code"));
        sources = sources.replaceAll("(?ms)^build\\(\\) .*?^}$", "");
        String installed = script("packaging/bin/sluice");
        Set<String> more = options(installed);
        more.removeAll(options(sources));
        assertThat(more).containsExactly("-DZstdNativePath=", "-Dbrotli4j.library.path=");
        Set<String> less = options(sources);
        less.removeAll(options(installed));
        // Where its own archive is not there, it takes the JDK's; and a package has no stores.
        assertThat(less).containsExactly("-Dsluice.stores=", "-Xshare:auto");
        assertThat(found(NATIVE, installed)).isNotEmpty().isEqualTo(found(NATIVE, sources));
    }

    private static Set<String> options(String script) {
        return found(OPTION, script);
    }

    private static Set<String> found(Pattern pattern, String script) {
        return pattern.matcher(script)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String script(String path) throws IOException {
        return Files.readString(Repository.ROOT.resolve(path));
    }
}
