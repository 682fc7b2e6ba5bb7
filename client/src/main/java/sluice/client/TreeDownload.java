package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.BodyLength;
import sluice.http.Method;
import sluice.http.Status;
import sluice.io.FileSink;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Downloads a directory as a tar and unpacks it while it arrives. After a broken connection it
 * requests the rest of the same version. A file that is there already, of the same size and time,
 * is not requested again; nor are the octets of one that an earlier run has begun.
 */
public final class TreeDownload {
    private static final String TYPE = "application/x-tar";
    private static final int REDIRECTS_MAX = 10;
    /** How often a download may start at the first byte, because the directory keeps changing. */
    private static final int BEGINNINGS_MAX = 5;
    /** Octets that are there already and worth a new connection: more than some round trips. */
    private static final long JUMP_MIN = 4 << 20;
    /** Least rest of a file that goes to it without being copied. */
    private static final long MOVE_MIN = 256 << 10;

    private final HttpUrl url;
    private final Transfer.Options options;
    private final Transfer.Listener listener;
    private final Pace pace;
    private final Retries retries;
    private final Supplier<Caller> callers;
    private int beginnings;
    private String tag = "";
    private long length = -1;
    private long received;
    private TarReader reader;
    private final TreeWriter writer;
    private final TreeState state;

    /**
     * The result of a download.
     *
     * @param octets received
     * @param files of the directory
     * @param present how many of them were there already
     * @param spliced octets that went from socket to file without being copied into user space
     */
    public record Summary(long octets, long files, long present, long spliced) {}

    private TreeDownload(
            HttpUrl url,
            Path top,
            Transfer.Options options,
            Transfer.Listener listener,
            Transfer.Pause pause,
            Supplier<Caller> callers,
            TreeState state) {
        this.url = url;
        this.options = options;
        pace = Pace.of(options.rate());
        this.listener = listener;
        this.callers = callers;
        this.state = state;
        retries = new Retries(listener, pause);
        writer = new TreeWriter(top, state.trustsComplete());
        reader = new TarReader(writer);
    }

    /**
     * Downloads the directory that a URL names.
     *
     * @param top the directory to write to, which need not exist
     * @throws IOException with a message for the user; what was received stays for the next run
     */
    public static Summary run(
            HttpUrl url,
            Path top,
            Transfer.Options options,
            Transfer.Listener listener,
            Transfer.Pause pause)
            throws IOException, InterruptedException {
        return run(url, top, options, listener, pause, Caller::new);
    }

    static Summary run(
            HttpUrl url,
            Path top,
            Transfer.Options options,
            Transfer.Listener listener,
            Transfer.Pause pause,
            Supplier<Caller> callers)
            throws IOException, InterruptedException {
        if (Files.exists(top) && !Files.isDirectory(top)) {
            throw new IOException(top + " exists and is no directory");
        }
        Path real = Files.exists(top) ? top.toRealPath() : top.toAbsolutePath();
        try (TreeState state = TreeState.open(real)) {
            var download = new TreeDownload(
                    url.withQuery("tar"), real, options, listener, pause, callers, state);
            try {
                return download.run();
            } catch (IOException e) {
                if (download.received > 0) {
                    listener.note("what was received stays; run the same command again to resume");
                }
                throw e;
            }
        }
    }

    private Summary run() throws IOException, InterruptedException {
        try (writer;
                Caller caller = callers.get()) {
            caller.use(options, url);
            receive(caller);
            writer.finish();
            state.delete();
            return new Summary(received, writer.files(), writer.present(), writer.spliced());
        }
    }

    private void receive(Caller caller) throws IOException, InterruptedException {
        HttpUrl at = url;
        int redirects = 0;
        boolean met = false;
        while (length < 0 || reader.position() < length) {
            Attempt attempt = new Attempt(at);
            Ending ending = caller.call(attempt.request(), attempt);
            retries.reached(received);
            if (attempt.jumps) {
                reader.skipKnown();
                continue;
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
            if (attempt.accepted) {
                if (reader.position() < length) {
                    retries.again("the server ended its response early", -1);
                }
            } else if (response.isRedirect() && redirects++ < REDIRECTS_MAX) {
                at = at.redirected(response.field("location"));
            } else if (response.isTransient()) {
                retries.again(
                        "the server answered " + response.words(), response.number("retry-after"));
            } else {
                throw Refusals.ofTree(at, response);
            }
        }
        if (!reader.hasEnded()) {
            throw new IOException(url + ": the server sent a tar without an end");
        }
    }

    /** One request for the tar, or for the rest of it. */
    private final class Attempt implements Exchange.Owner, Sink {
        private final HttpUrl at;
        private final long offset = tag.isEmpty() ? 0 : reader.position();
        /** Whether the body is that of the tar. */
        private boolean accepted;
        /** Whether the octets that come next are there already. */
        private boolean jumps;

        Attempt(HttpUrl at) {
            this.at = at;
        }

        Request request() {
            List<String> fields = new ArrayList<>(List.of(ServerDigest.IDENTITY));
            if (offset > 0) {
                fields.add("Range: bytes=" + offset + "-");
                fields.add("If-Range: " + tag);
            }
            return new Request(Method.GET, at, fields);
        }

        @Override
        public Sink answered(Response response) throws IOException {
            if (response.status() == Status.OK) {
                begin(response);
            } else if (response.status() == Status.PARTIAL_CONTENT && offset > 0) {
                String range = "bytes " + offset + "-" + (length - 1) + "/" + length;
                if (!response.field("content-range").equals(range)
                        || !response.strongTag().equals(tag)) {
                    throw new IOException(url + ": the server sent a range that was not requested");
                }
            } else {
                return new Discard();
            }
            accepted = true;
            listener.begins("receiving", offset, length);
            return this;
        }

        private void begin(Response response) throws IOException {
            if (!response.field("content-type").equals(TYPE)
                    || response.body() != BodyLength.FIXED) {
                throw new IOException(url + ": the server sends no tar of this directory (it sent "
                        + response.field("content-type") + "); a directory with an index.html has"
                        + " none, and not every server makes them");
            }
            if (++beginnings > BEGINNINGS_MAX) {
                throw new IOException(url + ": the server sent the directory from the start "
                        + beginnings + " times; try again when it does not change");
            }
            if (offset > 0) {
                listener.note("the directory changed on the server; starting over");
            }
            String now = response.strongTag();
            boolean same = beginnings == 1 ? state.trustsParts(url, now) : now.equals(tag);
            tag = now;
            length = response.length();
            writer.begin(same && !now.isEmpty());
            reader = new TarReader(writer);
            state.save(url, now);
        }

        @Override
        public void write(MemorySegment bytes, int from, int to) throws IOException {
            if (reader.position() + to - from > length) {
                throw new IOException(url + ": the server sent more than it had announced");
            }
            reader.read(bytes, from, to);
            if (reader.known() >= JUMP_MIN && !tag.isEmpty()) {
                jumps = true;
                throw new IOException("the next bytes are there already");
            }
        }

        @Override
        public @Nullable FileSink file() {
            return reader.contentLeft() >= MOVE_MIN ? writer.sink() : null;
        }

        @Override
        public long wanted() {
            return reader.contentLeft();
        }

        @Override
        public long writeCollected() throws IOException {
            long moved = writer.writeCollected();
            reader.moved(moved);
            return moved;
        }

        @Override
        public void received(long octets) {
            if (accepted) {
                received += octets;
                listener.moved(octets);
                pace.moved(octets);
            }
        }

        @Override
        public long piece() {
            return pace.piece();
        }
    }
}
