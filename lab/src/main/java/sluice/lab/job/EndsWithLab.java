package sluice.lab.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a command begins with whose process is to end with this one, even if this one is killed and
 * can end nothing itself: the kernel sends it SIGTERM when the thread that started it has gone
 * (prctl(2), PR_SET_PDEATHSIG).
 */
final class EndsWithLab {
    private static final long SECONDS = 10;
    private static final List<String> SETPRIV = List.of("setpriv", "--pdeathsig", "TERM");

    /** Tried once in a process. */
    private static final class Once {
        static final List<String> PREFIX = works() ? SETPRIV : List.of();
    }

    private EndsWithLab() {}

    /** Empty where setpriv(1) is not installed, or does not know of it. */
    static List<String> prefix() {
        return Once.PREFIX;
    }

    private static boolean works() {
        List<String> command = new ArrayList<>(SETPRIV);
        command.add("true");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
