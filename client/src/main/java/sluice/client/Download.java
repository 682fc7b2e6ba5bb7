package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.HttpDate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Downloads one file. After a broken connection it reconnects and requests the rest, if the file's
 * strong entity tag shows that the server still has the same version. If this run gives up, the
 * next run resumes the same way.
 */
public final class Download {
    /** RFC 9110 section 15.4: more redirects are probably a loop. */
    static final int REDIRECTS_MAX = 10;
    /** How often a download may start at the first byte, because the file keeps changing. */
    private static final int BEGINNINGS_MAX = 5;
    /** Most responses that each have a piece: 1 TiB of a cache that sends 16 MiB at a time. */
    private static final int PIECES_MAX = 1 << 16;

    private final HttpUrl url;
    /** Null is stdout. */
    private final @Nullable Path target;

    private final Transfer.Listener listener;
    private final Retries retries;
    private final Supplier<Caller> callers;
    private int beginnings;
    private boolean demanding;
    private boolean onlyIfOther;
    private Transfer.Options options = Transfer.Options.NONE;

    /**
     * The result of a download.
     *
     * @param octets of the whole file
     * @param resumedAt how many of them an earlier run had received
     * @param spliced how many went from socket to file without being copied into user space
     * @param verified whether the digest matched the server's; false if the server told none, or if
     *     nobody summed what went to stdout
     * @param current whether the file was here already, so that nothing was received
     */
    public record Summary(
            long octets, long resumedAt, long spliced, boolean verified, boolean current) {}

    /**
     * A download; {@link #run} may be called once.
     *
     * @param target the file, or null for stdout. That gets octets as they come, by splice(2) where
     *     the kernel can; with {@link #demandDigest} they pass through user space, to be summed
     */
    public Download(
            HttpUrl url, @Nullable Path target, Transfer.Listener listener, Transfer.Pause pause) {
        this(url, target, listener, pause, Caller::new);
    }

    Download(
            HttpUrl url,
            @Nullable Path target,
            Transfer.Listener listener,
            Transfer.Pause pause,
            Supplier<Caller> callers) {
        this.callers = callers;
        this.url = url;
        this.target = target;
        this.listener = listener;
        retries = new Retries(listener, pause);
    }

    /** Makes it an error if the server tells no digest of the file. */
    public Download demandDigest() {
        demanding = true;
        return this;
    }

    /** Receives nothing if the file here has the size and the time that the server tells. */
    public Download onlyIfOther() {
        onlyIfOther = true;
        return this;
    }

    /** Sends more fields, or receives slower. */
    public Download with(Transfer.Options chosen) {
        options = chosen;
        return this;
    }

    /**
     * Downloads the file.
     *
     * @throws IOException with a message for the user; keeps what the next run can resume from
     */
    public Summary run() throws IOException, InterruptedException {
        try (Caller caller = callers.get()) {
            caller.use(options, url);
            Path file = target;
            if (file == null) {
                return stream(caller);
            }
            if (onlyIfOther && new Freshness(caller, url).isCurrent(file, demanding)) {
                return new Summary(Files.size(file), 0, 0, demanding, true);
            }
            return download(caller, file);
        }
    }

    private Summary stream(Caller caller) throws IOException, InterruptedException {
        try (StreamTarget out = StreamTarget.stdout(demanding)) {
            DownloadAttempt last = receive(caller, out);
            out.end();
            byte[] sum = out.digest();
            byte[] promised = sum == null ? null : promised(caller, last);
            if (sum != null && promised != null && !MessageDigest.isEqual(sum, promised)) {
                throw new IOException("the SHA-256 of what is on stdout differs from the server's;"
                        + " discard it and try again");
            }
            return new Summary(out.size(), 0, out.spliced(), promised != null, false);
        }
    }

    private Summary download(Caller caller, Path file) throws IOException, InterruptedException {
        try (PartFile part = PartFile.open(file)) {
            long before = part.size();
            try {
                DownloadAttempt last = receive(caller, part);
                boolean verified = verify(caller, part, last);
                part.commit(modified(last.response()));
                boolean resumed = beginnings == 0;
                return new Summary(
                        part.size(), resumed ? before : 0, part.spliced(), verified, false);
            } catch (IOException | InterruptedException e) {
                keep(part, e);
                throw e;
            }
        }
    }

    private void keep(PartFile part, Exception why) {
        try {
            part.keep();
        } catch (IOException e) {
            why.addSuppressed(e);
            listener.note(e.getMessage()
                    + (part.size() > 0
                            ? "; the received bytes are kept, but a restart of this machine may"
                                    + " lose them"
                            : "; no received bytes were kept"));
        }
        if (part.size() > 0) {
            listener.note(
                    "kept %,d bytes; run the same command again to resume".formatted(part.size()));
        }
    }

    private DownloadAttempt receive(Caller caller, Destination part)
            throws IOException, InterruptedException {
        HttpUrl at = url;
        Pace pace = Pace.of(options.rate());
        int redirects = 0;
        int pieces = 0;
        boolean met = false;
        while (true) {
            DownloadAttempt attempt = new DownloadAttempt(part, at, listener, pace);
            Ending ending = caller.call(attempt.request(), attempt);
            retries.reached(part.size());
            if (attempt.begun() && ++beginnings > BEGINNINGS_MAX) {
                throw new IOException(at + ": the server sent the file from the start " + beginnings
                        + " times; try again when the file does not change");
            }
            if (ending.failure() != null) {
                throw ending.failure();
            }
            met |= ending.kind() != Ending.Kind.UNREACHABLE;
            if (!met) {
                throw new IOException(
                        "cannot connect to " + at.authority() + ": " + ending.words());
            }
            if (ending.kind() != Ending.Kind.WHOLE) {
                retries.again(ending.words(), -1);
                continue;
            }
            Response response = ending.response();
            if (attempt.isAccepted()) {
                if (!attempt.isComplete()) {
                    retries.again(attempt.shortfall(), -1);
                    continue;
                }
                if (!attempt.hasMore()) {
                    return attempt;
                }
                if (++pieces > PIECES_MAX) {
                    throw new IOException(at + ": the server sends the file in more than "
                            + PIECES_MAX + " pieces");
                }
                continue;
            }
            if (response.isRedirect() && redirects++ < REDIRECTS_MAX) {
                at = at.redirected(response.field("location"));
            } else if (response.isTransient()) {
                String why = "the server answered " + response.words();
                retries.again(why, response.number("retry-after"));
            } else {
                throw Refusals.ofDownload(at, response);
            }
        }
    }

    private boolean verify(Caller caller, PartFile part, DownloadAttempt last)
            throws IOException, InterruptedException {
        byte[] promised = promised(caller, last);
        if (promised == null) {
            return false;
        }
        listener.begins("verifying", 0, part.size());
        if (!MessageDigest.isEqual(part.digest(listener::moved), promised)) {
            part.drop();
            throw new IOException("the SHA-256 of the received file differs from the server's;"
                    + " the file was deleted, try again");
        }
        return true;
    }

    /**
     * The digest that the server tells, or null.
     *
     * @throws IOException if it tells none and the user demands one
     */
    private byte @Nullable [] promised(Caller caller, DownloadAttempt last)
            throws IOException, InterruptedException {
        byte[] promised = ServerDigest.withContent(last.response());
        String tag = last.response().strongTag();
        if (promised == null && !tag.isEmpty()) {
            promised = ServerDigest.ask(caller, last.url(), tag);
        }
        if (promised == null && demanding) {
            throw new IOException(
                    last.url() + ": the server told no digest, so the file was not verified"
                            + (target == null ? "" : " and did not get its name")
                            + "; it may tell one later, or do not use --verify");
        }
        return promised;
    }

    private static @Nullable FileTime modified(Response response) {
        long now = Instant.now().getEpochSecond();
        long seconds = response.date("last-modified", now);
        return seconds == HttpDate.INVALID ? null : FileTime.from(seconds, TimeUnit.SECONDS);
    }
}
