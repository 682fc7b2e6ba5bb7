package sluice.io.tls;

import org.jspecify.annotations.Nullable;

import sluice.io.Socket;

import java.io.IOException;
import java.util.List;

/** Begins sessions of a server, with its certificates. Any thread. */
interface Sessions {
    /** What makes them of certificates, again when these have changed. */
    @FunctionalInterface
    interface Maker {
        /**
         * @param certificates the first is for clients that ask for no name, or for one that none
         *     has
         * @param tickets keys of session tickets; null for random ones
         * @throws IOException if one cannot be used, with the reason
         */
        Sessions of(List<LoadedCertificate> certificates, byte @Nullable [] tickets)
                throws IOException;
    }

    /** The server's side of a session over a connected socket; null without memory. */
    @Nullable
    Session accept(Socket socket);
}
