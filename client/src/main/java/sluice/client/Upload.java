package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.Status;
import sluice.http.UploadFields;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Uploads one file by PUT. A server that supports resumable uploads
 * (draft-ietf-httpbis-resumable-upload) creates an upload resource for what it has received. After
 * a broken connection, or a restart of the server, the client asks this resource for its offset and
 * appends the rest by PATCH. With other servers the client repeats the PUT from the start.
 */
public final class Upload {
    /** How often the server may lose what was sent before the upload fails. */
    private static final int LOST_MAX = 4;

    /** Time limit of the DELETE for an upload that will not be resumed. */
    private static final Duration PARTING = Duration.ofSeconds(5);

    private static final String COMPLETE = "Upload-Complete: ?1";
    /** The draft's version: without it a server may not send 104. */
    private static final String INTEROP =
            "Upload-Draft-Interop-Version: " + UploadFields.INTEROP_VERSION;

    private final Path source;
    private final HttpUrl url;
    private final Transfer.Listener listener;
    private final Retries retries;
    private final Supplier<Caller> callers;
    private final @Nullable Path memories;
    private volatile long sent;
    private int lost;
    private @Nullable HttpUrl resource;
    private boolean met;
    private boolean inVain;
    /** Whether the upload resource is that of an earlier run. */
    private boolean earlier;

    private @Nullable UploadMemory memory;
    private boolean verifying;
    /** Whether the server is asked to keep what it received of an upload that breaks. */
    private boolean resuming = true;

    private Transfer.Options options = Transfer.Options.NONE;
    private Pace pace = Pace.of(0);
    private @Nullable SourceDigest digest;
    /** The response that ended the upload, if it arrived. */
    private @Nullable Response last;

    /**
     * The result of an upload.
     *
     * @param octets of the file
     * @param status of the server's last response: 201 if the file is new, 204 if it replaced one;
     *     0 if the response was lost and the server reported the upload as complete when asked
     * @param resumable whether the server supports resuming this upload
     * @param verified whether the server told that it has these octets; false if not asked to
     */
    public record Summary(long octets, int status, boolean resumable, boolean verified) {}

    /**
     * An upload; {@link #run} may be called once.
     *
     * @param memories a directory of the user that tells later runs where to resume; null for none
     */
    public Upload(
            Path source,
            HttpUrl url,
            Transfer.Listener listener,
            Transfer.Pause pause,
            @Nullable Path memories) {
        this(source, url, listener, pause, memories, Caller::new);
    }

    Upload(
            Path source,
            HttpUrl url,
            Transfer.Listener listener,
            Transfer.Pause pause,
            @Nullable Path memories,
            Supplier<Caller> callers) {
        this.memories = memories;
        this.callers = callers;
        this.source = source;
        this.url = url;
        this.listener = listener;
        retries = new Retries(listener, pause);
    }

    /** Reads the file once more before, and makes the server check what arrives. */
    public Upload verify() {
        verifying = true;
        return this;
    }

    /** Starts over if the connection breaks: a server syncs several files to be able to resume. */
    Upload withoutResumption() {
        resuming = false;
        return this;
    }

    /** Sends more fields, or slower. */
    public Upload with(Transfer.Options chosen) {
        options = chosen;
        pace = Pace.of(chosen.rate());
        return this;
    }

    /**
     * Uploads the file.
     *
     * @throws IOException with a message for the user
     */
    public Summary run() throws IOException, InterruptedException {
        try (Caller caller = callers.get()) {
            return run(caller);
        }
    }

    /** As one of several uploads by the same caller. */
    Summary run(Caller caller) throws IOException, InterruptedException {
        try (LocalFile file = LocalFile.open(source);
                UploadMemory remembered = remember(file)) {
            caller.use(options, url);
            memory = remembered;
            resource = remembered.resource();
            earlier = resource != null;
            digest = verifying ? SourceDigest.of(file, source, listener) : null;
            try {
                Summary done = transfer(caller, file);
                forget();
                if (digest != null) {
                    digest.compare(caller, url, last);
                }
                if (file.hasGrown()) {
                    listener.note(source + " grew while it was being sent; the server has its"
                            + " first " + file.size() + " octets");
                } else if (file.mayHaveChanged()) {
                    listener.note(source + " got another mode, owner or name while it was being"
                            + " sent; if its content changed as well, send it again");
                }
                return done;
            } catch (IOException e) {
                if (inVain) {
                    letGo(caller);
                    forget();
                } else if (resource != null && remembered.remembers()) {
                    listener.note("run the same command again to resume");
                }
                throw e;
            }
        }
    }

    private UploadMemory remember(LocalFile file) throws IOException {
        String version = file.version();
        try {
            return UploadMemory.open(memories, source, url, version);
        } catch (IOException e) {
            listener.note("this upload cannot be resumed by a later run: cannot write to "
                    + memories + ": " + e.getMessage());
            return UploadMemory.open(null, source, url, version);
        }
    }

    private void forget() {
        try {
            Objects.requireNonNull(memory, "running").forget();
        } catch (IOException e) {
            listener.note("cannot write to " + memories + ": " + e.getMessage());
        }
    }

    /** Gives up the upload resource that is known. */
    private void startOver(String why) {
        listener.note(why + "; starting over");
        resource = null;
        earlier = false;
        forget();
    }

    private Summary transfer(Caller caller, LocalFile file)
            throws IOException, InterruptedException {
        while (true) {
            HttpUrl known = resource;
            Summary done = known == null ? begin(caller, file) : goOn(caller, file, known);
            if (done != null) {
                return done;
            }
        }
    }

    /** Deletes an upload that no run can resume: the server would keep it for a day. */
    private void letGo(Caller caller) {
        HttpUrl known = resource;
        // If the location is the file itself or on another server, DELETE would destroy a file.
        boolean ours = known != null
                && known.origin().equals(url.origin())
                && !known.target().equals(url.target());
        if (known == null || !ours) {
            return;
        }
        try {
            Request delete = new Request(Method.DELETE, known, List.of());
            caller.call(delete, head -> new Discard(), PARTING);
        } catch (IOException e) {
            // The server deletes the upload when it expires.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Learns the upload resource from 1xx responses, and reports progress. */
    private final class Watch implements Exchange.Owner {
        private final Problem problem = new Problem();
        private volatile boolean answered;

        /** Whether the server has sent any response. */
        boolean isAnswered() {
            return answered;
        }

        @Override
        public void interim(Response head) {
            answered = true;
            // The draft has a client ignore a 104 of another version.
            if (head.status() == Status.UPLOAD_RESUMPTION_SUPPORTED
                    && head.number("upload-draft-interop-version")
                            == UploadFields.INTEROP_VERSION) {
                learn(head);
            }
        }

        @Override
        public Sink answered(Response head) {
            answered = true;
            return problem;
        }

        @Override
        public void sent(long octets) {
            sent = octets;
            listener.moved(octets);
            pace.moved(octets);
        }

        @Override
        public long piece() {
            return pace.piece();
        }
    }

    private void learn(Response head) {
        String location = head.field("location");
        if (!location.isEmpty()) {
            try {
                HttpUrl at = url.resolve(location);
                resource = at;
                if (at.origin().equals(url.origin())) {
                    Objects.requireNonNull(memory, "running").save(at);
                }
            } catch (IllegalArgumentException e) {
                listener.note(
                        "the server sent an invalid location to resume at: " + e.getMessage());
            } catch (IOException e) {
                listener.note("this upload cannot be resumed by a later run: cannot write to "
                        + memories + ": " + e.getMessage());
            }
        }
    }

    private @Nullable Summary begin(Caller caller, LocalFile file)
            throws IOException, InterruptedException {
        if (sent > 0 && ++lost > LOST_MAX) {
            throw new IOException("the server lost what it had received " + lost + " times");
        }
        sent = 0;
        List<String> fields = new ArrayList<>();
        if (resuming) {
            fields.addAll(List.of(COMPLETE, INTEROP, "Upload-Length: " + file.size()));
        }
        if (digest != null) {
            fields.add(digest.line());
        }
        Request.Body body = new Request.Body(file, 0, file.size());
        listener.begins("sending", 0, file.size());
        return send(caller, new Request(Method.PUT, url, fields, body), body);
    }

    private @Nullable Summary goOn(Caller caller, LocalFile file, HttpUrl at)
            throws IOException, InterruptedException {
        Watch watch = new Watch();
        Ending ending = caller.call(new Request(Method.HEAD, at, List.of(INTEROP)), watch);
        Response said = answer(ending, watch);
        if (said == null) {
            return null;
        }
        if (said.status() == Status.NOT_FOUND || said.status() == Response.GONE) {
            startOver("the server dropped what it had received");
            return null;
        }
        if (earlier && !UploadMemory.isResumable(said, file.size())) {
            startOver("the server cannot resume the upload of an earlier run");
            return null;
        }
        if (!said.isSuccess()) {
            throw refused(at, said);
        }
        long offset = said.number("upload-offset");
        if (said.field("upload-complete").equals("?1")) {
            return new Summary(file.size(), 0, true, verifying);
        }
        if (offset < 0 || offset > file.size()) {
            throw new IOException(at + ": the server did not send a valid Upload-Offset");
        }
        retries.reached(offset);
        listener.begins("sending", offset, file.size());
        List<String> fields = List.of(
                COMPLETE,
                INTEROP,
                "Upload-Offset: " + offset,
                "Content-Type: application/partial-upload");
        Request.Body rest = new Request.Body(file, offset, file.size() - offset);
        return send(caller, new Request(Method.PATCH, at, fields, rest), rest);
    }

    /** Sends a request; null if the upload must continue. */
    private @Nullable Summary send(Caller caller, Request request, Request.Body body)
            throws IOException, InterruptedException {
        Watch watch = new Watch();
        Ending ending = caller.call(request, watch);
        if (body.file().hasChanged()) {
            inVain = true;
            throw new IOException(source + " changed while it was being sent; try again");
        }
        Response said = answer(ending, watch);
        if (said == null) {
            return null;
        }
        if (said.isSuccess() && !said.field("upload-complete").equals("?0")) {
            last = said;
            return new Summary(body.file().size(), said.status(), resource != null, verifying);
        }
        boolean append = request.method() == Method.PATCH;
        if (said.isSuccess() || append && watch.problem.isAnotherPart(said, body.offset())) {
            retries.again("the server has a different Upload-Offset than expected", -1);
            return null;
        }
        if (watch.problem.is("digest-mismatched-values")) {
            inVain = true;
            throw new IOException(url + ": what arrived differs from " + source
                    + "; the server stored nothing, try again (" + said.words() + ")");
        }
        throw refused(url, said);
    }

    private IOException refused(HttpUrl at, Response said) {
        inVain = true;
        return Refusals.ofUpload(at, said);
    }

    /** The final response, or null if the request must be repeated. */
    private @Nullable Response answer(Ending ending, Watch watch)
            throws IOException, InterruptedException {
        if (ending.failure() != null) {
            throw ending.failure();
        }
        met |= ending.kind() != Ending.Kind.UNREACHABLE;
        if (!met) {
            throw new IOException("cannot connect to " + url.authority() + ": " + ending.words());
        }
        if (ending.kind() != Ending.Kind.WHOLE) {
            // A server that supports resumable uploads says so first: one that has not responded
            // at all may support them or not.
            boolean notResumable = resuming && resource == null && watch.isAnswered();
            String words = notResumable
                    ? "; the server does not support resumable uploads, so this starts over"
                    : "";
            retries.again(ending.words() + words, -1);
            return null;
        }
        Response response = ending.response();
        if (response.isTransient()) {
            String why = "the server answered " + response.words();
            retries.again(why, response.number("retry-after"));
            return null;
        }
        return response;
    }
}
