package sluice.cli;

import sluice.linux.ProcessCalls;
import sluice.linux.SignalForwarding;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * What a server does on signals, beside TERM and INT, which begin the shutdown of the JVM:
 *
 * <ul>
 *   <li>HUP reads the settings again, and reopens the log.
 *   <li>USR1 reopens the log.
 *   <li>QUIT, by which containers stop nginx and others, is as TERM if {@value #ON_QUIT} is
 *       "drain". The launcher says so together with -XX:+StartAttachListener: otherwise jcmd and
 *       jstack send QUIT to attach, and would end the server.
 * </ul>
 */
final class Signals {
    private static final String ON_QUIT = "sluice.quit";
    /** Its number on every Unix: signal(7). */
    private static final int SIGHUP = 1;

    private Signals() {}

    /** Reacts to them from now on; each reaction gets the name of the signal. */
    static void handle(Consumer<String> reload, Consumer<String> reopen) {
        on("HUP", () -> reload.accept("SIGHUP"));
        on("USR1", () -> reopen.accept("SIGUSR1"));
        if ("drain".equals(System.getProperty(ON_QUIT))) {
            SignalForwarding.forward(ProcessCalls.SIGQUIT, ProcessCalls.SIGTERM);
        }
    }

    /** Whether a signal ended a measurement early, and which. */
    static final class Ended {
        /** What shells add to the number of a signal. */
        private static final int BY_SIGNAL = 128;

        private volatile int signal;

        private void by(int number, Thread thread) {
            signal = number;
            thread.interrupt();
        }

        /** As of a process that the signal ended, so that a script stops, too. */
        int code(int otherwise) {
            return signal == 0 ? otherwise : BY_SIGNAL + signal;
        }
    }

    /**
     * Ends a measurement early on Ctrl-C, TERM, and HUP, which a terminal sends when it is closed:
     * what was measured is still told, and no server is left.
     */
    static Ended interrupt(Thread thread) {
        Ended ended = new Ended();
        on("INT", () -> ended.by(ProcessCalls.SIGINT, thread));
        on("TERM", () -> ended.by(ProcessCalls.SIGTERM, thread));
        on("HUP", () -> ended.by(SIGHUP, thread));
        return ended;
    }

    /**
     * By reflection: the classes are exported by jdk.unsupported, nothing has replaced them (JEP
     * 260), and javac warns of each use in a way that no annotation suppresses. Does nothing where
     * the JVM leaves signals alone (-Xrs) or the system has no such signal.
     */
    private static void on(String name, Runnable reaction) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object reacting = Proxy.newProxyInstance(
                    handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                        reaction.run();
                        return null;
                    });
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, reacting);
        } catch (ReflectiveOperationException e) {
            // The signal keeps its default action.
        }
    }
}
