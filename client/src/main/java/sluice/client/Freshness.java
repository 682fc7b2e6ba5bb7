package sluice.client;

import sluice.http.Method;
import sluice.http.Status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether a file here is what the server has, as far as size and time tell: a download gives the
 * file the server's time. An older file in its place counts as another one, which a request with
 * If-Modified-Since would not find. A HEAD tells both without moving an octet of the file.
 */
final class Freshness {
    private static final int READ_SIZE = 1 << 20;

    private final Caller caller;
    private final HttpUrl url;

    Freshness(Caller caller, HttpUrl url) {
        this.caller = caller;
        this.url = url;
    }

    /**
     * Asks the server.
     *
     * @param summing whether the SHA-256 has to be the same as well
     * @return false, too, if the server cannot be asked: the download says why
     */
    boolean isCurrent(Path file, boolean summing) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        Response said = ask(summing);
        long seconds = Files.getLastModifiedTime(file).to(TimeUnit.SECONDS);
        return said.status() == Status.OK
                && said.number("content-length") == Files.size(file)
                && said.date("last-modified", Instant.now().getEpochSecond()) == seconds
                && (!summing || hasSum(file, said));
    }

    private Response ask(boolean summing) throws IOException, InterruptedException {
        List<String> fields = summing
                ? List.of(ServerDigest.IDENTITY, ServerDigest.WANT)
                : List.of(ServerDigest.IDENTITY);
        HttpUrl at = url;
        for (int redirects = 0; ; redirects++) {
            Request head = new Request(Method.HEAD, at, fields);
            Ending ending = caller.call(head, _ -> new Discard());
            if (ending.kind() != Ending.Kind.WHOLE) {
                return Response.NONE;
            }
            Response said = ending.response();
            if (!said.isRedirect() || redirects == Download.REDIRECTS_MAX) {
                return said;
            }
            at = at.redirected(said.field("location"));
        }
    }

    private static boolean hasSum(Path file, Response said) throws IOException {
        byte[] told = ServerDigest.in(said);
        return told != null && MessageDigest.isEqual(told, sum(file));
    }

    private static byte[] sum(Path file) throws IOException {
        MessageDigest sum = ServerDigest.ALGORITHM.begin();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_SIZE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                sum.update(buffer.flip());
            }
        }
        return sum.digest();
    }
}
