package sluice.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;

/** Closing what is finished with: a failure then changes nothing for anybody. */
public final class Closing {
    /** One of the channel's own methods, which java.nio has in no common interface. */
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

    /** Takes a step towards the end; a channel that cannot is closed. */
    public static void after(Step step, Closeable channel) {
        try {
            step.run();
        } catch (IOException | NotYetConnectedException e) {
            quietly(channel);
        }
    }
}
