package sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs {@link Report} in JVMs that pretend to be elsewhere. */
class LinuxTest {
    @Test
    void isAvailableOnAKnownMachine() throws Exception {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        assertThat(report("--enable-native-access=ALL-UNNAMED")).startsWith("true||ENOENT");
    }

    @Test
    void saysWhenTheSystemIsNotLinux() throws Exception {
        assertThat(report("-Dos.name=Plan 9")).startsWith("false|this is Plan 9, not Linux|ENOSYS");
    }

    @Test
    void saysWhenTheMachineIsUnknown() throws Exception {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        var reason = "Sluice does not know the system call numbers of vax";
        assertThat(report("-Dos.arch=vax")).startsWith("false|" + reason + "|ENOSYS");
    }

    @Test
    void saysWhenNativeCallsAreForbidden() throws Exception {
        assumeTrue(Linux.available(), Linux.unavailableReason());
        assertThat(report("--illegal-native-access=deny"))
                .startsWith("false|native calls are not possible: ")
                .contains("|ENOSYS");
    }

    @Test
    void probesNothingWhereNothingCanBeCalled() throws Exception {
        var features = report("-Dos.name=Plan 9").split("\\|", -1)[3];
        assertThat(features)
                .contains("Feature[name=epoll, available=false, detail=this is Plan 9, not Linux]")
                .doesNotContain("available=true");
    }

    private static String report(String... flags) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", where(Linux.class) + ":" + where(Report.class)));
        command.add(Report.class.getName());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        }
    }

    /** The directory that a class was loaded from. */
    private static String where(Class<?> type) {
        var file = type.getName().replace('.', '/') + ".class";
        var path = Objects.requireNonNull(type.getResource("/" + file)).getPath();
        return path.substring(0, path.length() - file.length());
    }

    static final class Report {
        private Report() {}

        public static void main(String[] arguments) {
            int result = FileCalls.open("/no such file", 0, 0);
            System.out.print(Linux.available() + "|" + Linux.unavailableReason());
            System.out.print("|" + Errno.name(result) + "|");
            System.out.print(Linux.available() ? "" : Probe.run().features());
        }
    }
}
