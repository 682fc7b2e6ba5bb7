package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.io.TlsTrust;

import java.io.PrintWriter;
import java.nio.file.Path;

/** Options for https, of commands that are clients. */
final class TrustOptions {
    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "of https: trust the certificates in this file (PEM) and what they sign,"
                    + " and no others (default: whom the system trusts)")
    private @Nullable Path authorities;

    @Option(
            names = {"-k", "--insecure"},
            description = "of https: let anybody pass for the server; whoever is on the way can"
                    + " read and change what is sent")
    private boolean insecure;

    /** Whether one of them was given. */
    boolean isChosen() {
        return insecure || authorities != null;
    }

    /**
     * Whom to trust; says loudly if that is everyone.
     *
     * @throws IllegalArgumentException if both were given
     */
    TlsTrust trust(PrintWriter err) {
        if (insecure && authorities != null) {
            throw new IllegalArgumentException(
                    "--cacert has no effect with --insecure; leave one of them out");
        }
        if (insecure) {
            err.println("sluice: --insecure: nobody checks who the server is; whoever is on the way"
                    + " can read and change what is sent");
            return TlsTrust.EVERYONE;
        }
        return authorities == null ? TlsTrust.SYSTEM : TlsTrust.of(authorities);
    }
}
