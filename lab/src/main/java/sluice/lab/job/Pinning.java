package sluice.lab.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the server and this client on processors of their own, where there are two or more and
 * taskset(1) is installed: else each would measure the other.
 *
 * @param processors in all; 1 where nothing is pinned
 */
record Pinning(int processors) {
    private static final long SECONDS = 10;

    /** Once in a process: afterwards the JVM knows only the processors that it has left. */
    private static final class Once {
        static final int ALL = Runtime.getRuntime().availableProcessors();
        static final Pinning PINNING = pin(ALL);
    }

    /** Pins the threads that this process has, and those that they start. */
    static Pinning begin() {
        return Once.PINNING;
    }

    /** The processors that this process had at first. */
    static int all() {
        return Once.ALL;
    }

    private static Pinning pin(int all) {
        boolean pinned = all > 1
                && taskset(
                        "-a",
                        "-p",
                        "-c",
                        list(all / 2, all - 1),
                        Long.toString(ProcessHandle.current().pid()));
        return new Pinning(pinned ? all : 1);
    }

    private static boolean taskset(String... arguments) {
        List<String> command = new ArrayList<>(List.of("taskset"));
        command.addAll(List.of(arguments));
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

    /** Numbers of the processors, as taskset reads them. */
    private static String list(int first, int last) {
        return first + "-" + last;
    }

    boolean isPinned() {
        return processors > 1;
    }

    /** What a command of a server begins with. */
    List<String> prefix() {
        return isPinned() ? List.of("taskset", "-c", list(0, processors / 2 - 1)) : List.of();
    }

    /** How many processors the server has. */
    int ofServer() {
        return isPinned() ? processors / 2 : all();
    }

    String words() {
        return isPinned()
                ? "server on CPUs " + list(0, processors / 2 - 1) + ", clients on "
                        + list(processors / 2, processors - 1)
                : "not pinned";
    }
}
