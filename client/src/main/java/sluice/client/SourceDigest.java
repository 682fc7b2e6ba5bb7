package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.PromisedDigests;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/** The SHA-256 of a file to upload: the server gets it before the octets, and tells it after. */
final class SourceDigest {
    private final byte[] digest;

    private SourceDigest(byte[] digest) {
        this.digest = digest;
    }

    /** Reads the whole file. */
    static SourceDigest of(LocalFile file, Path path, Transfer.Listener listener)
            throws IOException {
        MessageDigest sum = ServerDigest.ALGORITHM.begin();
        listener.begins("hashing", 0, file.size());
        boolean read = file.file().readTo(file.size(), piece -> {
            int octets = piece.remaining();
            sum.update(piece);
            listener.moved(octets);
        });
        if (!read || !file.unchanged()) {
            throw new IOException(path + " changed while it was being read; try again");
        }
        return new SourceDigest(sum.digest());
    }

    /** The line that tells the server what will arrive. */
    String line() {
        return "Repr-Digest: " + PromisedDigests.value(ServerDigest.ALGORITHM, digest);
    }

    /**
     * Compares what the server stored.
     *
     * @param said the response to the upload; null if it was lost
     * @throws IOException with a message for the user if the server does not have these octets, or
     *     does not tell
     */
    void compare(Caller caller, HttpUrl url, @Nullable Response said)
            throws IOException, InterruptedException {
        byte[] told = said == null ? null : ServerDigest.in(said);
        if (told == null) {
            told = ServerDigest.ask(caller, url, said == null ? "" : said.strongTag());
        }
        if (told == null) {
            throw new IOException(url + ": the server has the file, but told no digest to verify it"
                    + " with; download and compare it, or do not use --verify");
        }
        if (!MessageDigest.isEqual(told, digest)) {
            throw new IOException(
                    url + ": the SHA-256 of the server's file differs from the source's;"
                            + " another client may have replaced it, try again");
        }
    }
}
