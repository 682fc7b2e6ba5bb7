package sluice.lab.job;

import java.util.ArrayList;
import java.util.List;

/**
 * What a command begins with whose process is to end with this one, even if this one is killed and
 * can end nothing itself: the kernel sends it SIGTERM when the thread that started it has gone
 * (prctl(2), PR_SET_PDEATHSIG).
 */
final class EndsWithLab {
    private static final List<String> SETPRIV = List.of("setpriv", "--pdeathsig", "TERM");

    /** Tried once in a process. */
    private static final class Once {
        static final List<String> PREFIX = SmallProgram.succeeds(trial()) ? SETPRIV : List.of();
    }

    private EndsWithLab() {}

    private static List<String> trial() {
        List<String> command = new ArrayList<>(SETPRIV);
        command.add("true");
        return command;
    }

    /** Empty where setpriv(1) is not installed, or does not know of it. */
    static List<String> prefix() {
        return Once.PREFIX;
    }
}
