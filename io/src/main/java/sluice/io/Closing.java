package sluice.io;

import java.io.Closeable;
import java.io.IOException;

/** Closing what is finished with: a failure then changes nothing for anybody. */
final class Closing {
    private Closing() {}

    static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            System.getLogger("sluice.io").log(System.Logger.Level.DEBUG, "close failed", e);
        }
    }
}
