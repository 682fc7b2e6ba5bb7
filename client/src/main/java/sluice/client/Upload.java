package sluice.client;

import org.jspecify.annotations.Nullable;

import sluice.http.Method;
import sluice.http.Status;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sends one file by PUT. A server that knows resumable uploads
 * (draft-ietf-httpbis-resumable-upload) names a resource for what it has received: after a broken
 * connection, or its restart, it is asked there how far it has come, and the rest is appended by
 * PATCH. With any other server it is a PUT, which begins anew.
 */
public final class Upload {
    /** How often a server may lose what was sent before it gets no more. */
    private static final int LOST_MAX = 4;

    /** Of a server that is told that it may forget what it has. */
    private static final Duration PARTING = Duration.ofSeconds(5);

    private static final String COMPLETE = "Upload-Complete: ?1";

    private final Path source;
    private final HttpUrl url;
    private final Transfer.Listener listener;
    private final Retries retries;
    private final Supplier<Caller> callers;
    private volatile long sent;
    private int lost;
    private @Nullable HttpUrl resource;
    private boolean met;
    private boolean inVain;

    /**
     * What was sent.
     *
     * @param octets of the file
     * @param status of the server's last answer: 201 if the file is new there, 204 if it replaces
     *     one; 0 if the answer was lost, and the server said when asked that it has all
     * @param resumable whether the server could have gone on after a broken connection
     */
    public record Summary(long octets, int status, boolean resumable) {}

    /** An upload to be run once. */
    public Upload(Path source, HttpUrl url, Transfer.Listener listener, Transfer.Pause pause) {
        this(source, url, listener, pause, Caller::new);
    }

    Upload(
            Path source,
            HttpUrl url,
            Transfer.Listener listener,
            Transfer.Pause pause,
            Supplier<Caller> callers) {
        this.callers = callers;
        this.source = source;
        this.url = url;
        this.listener = listener;
        retries = new Retries(listener, pause);
    }

    /**
     * Does it.
     *
     * @throws IOException with words for a person
     */
    public Summary run() throws IOException, InterruptedException {
        try (LocalFile file = LocalFile.open(source);
                Caller caller = callers.get()) {
            try {
                return transfer(caller, file);
            } catch (IOException e) {
                if (inVain) {
                    letGo(caller);
                }
                throw e;
            }
        }
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

    /** No run can use what the server has: it need not keep that for a day. */
    private void letGo(Caller caller) {
        HttpUrl known = resource;
        // To name the file itself, or another server's, is not to say that it may be deleted.
        boolean ours = known != null
                && known.authority().equals(url.authority())
                && !known.target().equals(url.target());
        if (known == null || !ours) {
            return;
        }
        try {
            Request delete = new Request(Method.DELETE, known, List.of());
            caller.call(delete, head -> new Discard(), PARTING);
        } catch (IOException e) {
            // It will be forgotten in time.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Watches for the name of the resource, and tells how far it is. */
    private final class Watch implements Exchange.Owner {
        private final Problem problem = new Problem();
        private volatile boolean answered;

        /** Whether anything was said. */
        boolean isAnswered() {
            return answered;
        }

        /**
         * Whether a PATCH that goes on at this offset was refused for its offset alone: with the
         * right one, or because the file is whole. A file that is whole and cannot be put in its
         * place is refused with Upload-Complete too.
         */
        boolean hasAnotherPart(Response said, long offset) {
            long right = said.number("upload-offset");
            return said.status() == Status.CONFLICT && right >= 0 && right != offset
                    || problem.is("mismatching-upload-offset")
                    || problem.is("completed-upload");
        }

        @Override
        public void interim(Response head) {
            answered = true;
            if (head.status() == Status.UPLOAD_RESUMPTION_SUPPORTED) {
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
        }
    }

    private void learn(Response head) {
        String location = head.field("location");
        if (!location.isEmpty()) {
            try {
                resource = url.resolve(location);
            } catch (IllegalArgumentException e) {
                listener.note("the server names no place to go on: " + e.getMessage());
            }
        }
    }

    private @Nullable Summary begin(Caller caller, LocalFile file)
            throws IOException, InterruptedException {
        if (sent > 0 && ++lost > LOST_MAX) {
            throw new IOException("the server loses what it gets, again and again");
        }
        sent = 0;
        List<String> fields = List.of(COMPLETE, "Upload-Length: " + file.size());
        Request.Body body = new Request.Body(file, 0, file.size());
        listener.begins("sending", 0, file.size());
        return send(caller, new Request(Method.PUT, url, fields, body), body);
    }

    private @Nullable Summary goOn(Caller caller, LocalFile file, HttpUrl at)
            throws IOException, InterruptedException {
        Watch watch = new Watch();
        Ending ending = caller.call(new Request(Method.HEAD, at, List.of()), watch);
        Response said = answer(ending, watch);
        if (said == null) {
            return null;
        }
        if (said.status() == Status.NOT_FOUND || said.status() == Response.GONE) {
            listener.note("the server has dropped what it had: it is sent from the start");
            resource = null;
            return null;
        }
        if (!said.isSuccess()) {
            throw refused(at, said);
        }
        long offset = said.number("upload-offset");
        if (said.field("upload-complete").equals("?1")) {
            return new Summary(file.size(), 0, true);
        }
        if (offset < 0 || offset > file.size()) {
            throw new IOException(at + ": the server does not say how far it has come");
        }
        retries.reached(offset);
        listener.begins("sending", offset, file.size());
        List<String> fields = List.of(
                COMPLETE, "Upload-Offset: " + offset, "Content-Type: application/partial-upload");
        Request.Body rest = new Request.Body(file, offset, file.size() - offset);
        return send(caller, new Request(Method.PATCH, at, fields, rest), rest);
    }

    /** Null if it is to go on. */
    private @Nullable Summary send(Caller caller, Request request, Request.Body body)
            throws IOException, InterruptedException {
        Watch watch = new Watch();
        Ending ending = caller.call(request, watch);
        if (body.file().hasChanged()) {
            inVain = true;
            throw new IOException(source + " was changed while it was sent; try again");
        }
        Response said = answer(ending, watch);
        if (said == null) {
            return null;
        }
        if (said.isSuccess() && !said.field("upload-complete").equals("?0")) {
            return new Summary(body.file().size(), said.status(), resource != null);
        }
        boolean append = request.method() == Method.PATCH;
        if (said.isSuccess() || append && watch.hasAnotherPart(said, body.offset())) {
            retries.again("the server has another part of the file than it was sent", -1);
            return null;
        }
        throw refused(url, said);
    }

    private IOException refused(HttpUrl at, Response said) {
        inVain = true;
        return Refusals.ofUpload(at, said);
    }

    /** The answer that came, or null if it is to be tried again. */
    private @Nullable Response answer(Ending ending, Watch watch)
            throws IOException, InterruptedException {
        if (ending.failure() != null) {
            throw ending.failure();
        }
        met |= ending.kind() != Ending.Kind.UNREACHABLE;
        if (!met) {
            throw new IOException("nobody answers at " + url.authority() + ": " + ending.words());
        }
        if (ending.kind() != Ending.Kind.WHOLE) {
            // A server that knows them says so before anything else: one that has said nothing
            // may know them or not.
            boolean knowsNone = resource == null && watch.isAnswered();
            String words = knowsNone
                    ? "; this server knows no resumable uploads, so it is sent from the start"
                    : "";
            retries.again(ending.words() + words, -1);
            return null;
        }
        Response response = ending.response();
        if (response.isPassing()) {
            String why = "the server answers " + response.words();
            retries.again(why, response.number("retry-after"));
            return null;
        }
        return response;
    }
}
