package sluice.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;

/** Closes channels that are no longer needed, so that failures do not matter. */
public final class Closing {
    /** A method of a channel: java.nio has no common interface for them. */
    public interface Step {
        void run() throws IOException;
    }

    private Closing() {}

    public static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            System.getLogger("sluice.io").log(System.Logger.Level.DEBUG, "close failed", e);
        }
    }

    /** Runs a step of shutting down; closes the channel if that fails. */
    public static void after(Step step, Closeable channel) {
        try {
            step.run();
        } catch (IOException | NotYetConnectedException e) {
            quietly(channel);
        }
    }
}
