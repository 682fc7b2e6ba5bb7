package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.HttpDate;
import sluice.http.Method;
import sluice.http.Status;
import sluice.linux.PathBytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Uploads a directory: makes each directory by MKCOL, and sends each file as {@link Upload} does,
 * one after another, so that a large one which breaks resumes. Skips a file if the server has one
 * of its name and size that is not older: an upload gets the time of its end. Links and hidden
 * names stay behind, because a server shows none by default.
 */
public final class TreeUpload {
    /**
     * Most octets that are sent again rather than resumed: a tenth of a second at 5 Mbit/s. Our
     * server syncs twice for an upload, and six times for one that it can resume.
     */
    private static final long AGAIN_MAX = 64 << 10;

    private final Path source;
    private final HttpUrl url;
    private final Transfer.Options options;
    private final Transfer.Listener listener;
    private final Transfer.Pause pause;
    private final @Nullable Path memories;
    private final Caller caller;
    private long files;
    private long present;
    private long left;
    private long octets;

    /**
     * The result of an upload.
     *
     * @param files of the directory
     * @param present how many of them the server had already
     * @param left names that stayed behind
     * @param octets sent
     */
    public record Summary(long files, long present, long left, long octets) {}

    private TreeUpload(
            Path source,
            HttpUrl url,
            Transfer.Options options,
            Transfer.Listener listener,
            Transfer.Pause pause,
            @Nullable Path memories,
            Caller caller) {
        this.source = source;
        this.url = url;
        this.options = options;
        this.listener = listener;
        this.pause = pause;
        this.memories = memories;
        this.caller = caller;
    }

    /**
     * Uploads a directory.
     *
     * @param url of the directory on the server, with a slash at its end; the one above it exists
     * @param memories as of {@link Upload}
     * @throws IOException with a message for the user
     */
    public static Summary run(
            Path source,
            HttpUrl url,
            Transfer.Options options,
            Transfer.Listener listener,
            Transfer.Pause pause,
            @Nullable Path memories)
            throws IOException, InterruptedException {
        try (Caller caller = new Caller()) {
            caller.use(options, url);
            var upload = new TreeUpload(source, url, options, listener, pause, memories, caller);
            upload.send(upload.source, upload.url);
            return new Summary(upload.files, upload.present, upload.left, upload.octets);
        }
    }

    private void send(Path directory, HttpUrl to) throws IOException, InterruptedException {
        boolean isNew = make(to);
        for (Path path : entries(directory)) {
            byte[] name = PathBytes.ofName(path);
            if (name[0] == '.' || Files.isSymbolicLink(path)) {
                left++;
            } else if (Files.isDirectory(path)) {
                send(path, to.directory(name));
            } else if (Files.isRegularFile(path)) {
                sendFile(path, to.file(name), isNew);
            } else {
                left++;
            }
        }
    }

    /** The names in a directory, in the order of their octets. */
    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted(Comparator.comparing(PathBytes::ofName, Arrays::compareUnsigned))
                    .toList();
        }
    }

    /** Makes a directory on the server; false if it was there. */
    private boolean make(HttpUrl directory) throws IOException, InterruptedException {
        Response said = ask(Method.MKCOL, directory);
        if (said.isSuccess()) {
            return true;
        }
        // RFC 4918 section 9.3: something has the name; if it is no directory, a PUT will tell.
        if (said.status() == Status.METHOD_NOT_ALLOWED && said.field("allow").contains("PUT")) {
            return false;
        }
        throw Refusals.ofUpload(directory, said);
    }

    private void sendFile(Path path, HttpUrl to, boolean isNew)
            throws IOException, InterruptedException {
        files++;
        if (!isNew && isThere(path, to)) {
            present++;
            return;
        }
        Upload upload = Files.size(path) > AGAIN_MAX
                ? new Upload(path, to, listener, pause, memories)
                : new Upload(path, to, listener, pause, null).withoutResumption();
        octets += upload.with(options).run(caller).octets();
    }

    private boolean isThere(Path path, HttpUrl to) throws IOException, InterruptedException {
        Response said = ask(Method.HEAD, to);
        long now = Instant.now().getEpochSecond();
        long theirs = said.date("last-modified", now);
        return said.isSuccess()
                && said.number("content-length") == Files.size(path)
                && theirs != HttpDate.INVALID
                && theirs > Files.getLastModifiedTime(path).to(TimeUnit.SECONDS);
    }

    private Response ask(Method method, HttpUrl at) throws IOException, InterruptedException {
        Retries retries = new Retries(listener, pause);
        while (true) {
            Ending ending = caller.call(
                    new Request(method, at, List.of(ServerDigest.IDENTITY)), _ -> new Discard());
            if (ending.failure() != null) {
                throw ending.failure();
            }
            if (ending.kind() == Ending.Kind.UNREACHABLE) {
                throw new IOException(
                        "cannot connect to " + at.authority() + ": " + ending.words());
            }
            if (ending.kind() != Ending.Kind.WHOLE) {
                retries.again(ending.words(), -1);
            } else if (ending.response().isTransient()) {
                Response said = ending.response();
                retries.again("the server answered " + said.words(), said.number("retry-after"));
            } else {
                return ending.response();
            }
        }
    }
}
