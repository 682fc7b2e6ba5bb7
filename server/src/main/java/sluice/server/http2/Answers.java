package sluice.server.http2;

import org.jspecify.annotations.Nullable;

import sluice.http.Field;
import sluice.http.Method;
import sluice.http.Priority;
import sluice.http.RequestBody;
import sluice.http.RequestHead;
import sluice.http.Status;
import sluice.io.EventLoop;
import sluice.io.Work;
import sluice.server.response.InformationalResponse;
import sluice.server.response.Response;
import sluice.server.response.TimingLine;
import sluice.server.site.LoopSite;
import sluice.server.site.LoopSites;
import sluice.server.site.Sender;
import sluice.server.trace.StreamTraces;
import sluice.server.upload.UploadReceiver;
import sluice.server.upload.UploadStore;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Finds the responses to the requests of a connection, at once or by a worker. */
final class Answers implements Sender {
    /** Goes on when another thread has found out. */
    interface Owner {
        EventLoop loop();

        /** The other end of the connection; null if it is not known. */
        @Nullable
        InetSocketAddress peer();

        /** Goes on with what may be sent now. */
        void resume();

        /** Resets a stream that another client has taken an upload from. */
        void tear(Http2Stream stream);

        /** The stream has its response, or may look again. */
        void resolved(Http2Stream stream);
    }

    private final LoopSites sites;
    private final RequestReader reader;
    private final Owner owner;
    /** Who sent the request that is answered now; null for the other end of the connection. */
    private @Nullable InetSocketAddress sender;

    Answers(LoopSites sites, RequestReader reader, Owner owner) {
        this.sites = sites;
        this.reader = reader;
        this.owner = owner;
    }

    /**
     * Takes the request that the reader has read.
     *
     * @param sender who sent it, if a proxy told; or null
     * @param refusal its response if it is one too many, or null
     */
    void begin(
            Http2Stream stream,
            @Nullable StreamTraces traces,
            @Nullable InetSocketAddress sender,
            @Nullable Response refusal) {
        RequestHead head = reader.head();
        LoopSite site = sites.enter(head);
        stream.site = site;
        stream.sender = sender;
        stream.explains = site.site().options().explain();
        stream.headOnly = head.method() == Method.HEAD;
        stream.announced = head.contentLength();
        if (stream.explains) {
            stream.lookupSince = System.nanoTime();
        }
        if (traces != null) {
            stream.trace = traces.requested(head, sender);
        }
        if (refusal != null) {
            stream.respond(refusal);
            return;
        }
        int line = head.find(Field.PRIORITY);
        if (line >= 0) {
            stream.priority =
                    Priority.parse(head.bytes(), head.valueFrom(line), head.valueTo(line));
        }
        UploadStore uploads = site.site().uploads();
        if (uploads != null && !head.unknownExpectation() && site.wantsChange(head)) {
            change(stream, uploads, head);
        } else if (stream.inputEnded || head.expectContinue()) {
            answer(stream, head);
        } else {
            // Clients get on better with a response that comes after they have sent their body.
            stream.kept = reader.keep();
            stream.bodyDue = true;
        }
    }

    private void change(Http2Stream stream, UploadStore uploads, RequestHead head) {
        RequestBody body = new RequestBody();
        // It ends with its stream: only then it is known whether it has the announced length.
        body.beginUnframed(stream.inputEnded ? 0 : Long.MAX_VALUE);
        UploadReceiver upload = new UploadReceiver(
                uploads,
                new StreamLine(stream, stream.id, owner),
                new UploadOwner(stream),
                new UploadReceiver.Incoming(body, !stream.inputEnded, true, head.expectContinue()));
        stream.upload = upload;
        upload.begin(reader.upload());
    }

    /** The stream whose body an upload is: only as long as it is open it has one. */
    private record UploadOwner(Http2Stream stream) implements UploadReceiver.Owner {
        @Override
        public void offload(Work kind, Runnable work, Runnable then) {
            Objects.requireNonNull(stream.site, "entered").offload(kind, work, then);
        }

        @Override
        public void inform(List<InformationalResponse> responses) {
            List<InformationalResponse> before = stream.informational;
            List<InformationalResponse> all =
                    before == null ? new ArrayList<>() : new ArrayList<>(before);
            all.addAll(responses);
            stream.informational = all.isEmpty() ? null : all;
        }

        @Override
        public void answered(Response response, boolean intact) {
            UploadReceiver done = stream.upload;
            stream.upload = null;
            boolean follows = !stream.inputEnded
                    && intact
                    && stream.announced <= BodyInput.SKIPPED_MAX
                    && (done == null || !done.isAwaited());
            if (follows) {
                stream.early = response;
                stream.bodyDue = true;
            } else {
                stream.respond(response);
            }
        }
    }

    /** The body has come, or so much of it that nobody wants more. */
    void bodyEnded(Http2Stream stream) {
        stream.bodyDue = false;
        if (!stream.respondEarly()) {
            answerKept(stream);
        }
    }

    private void answerKept(Http2Stream stream) {
        answer(stream, reader.readAgain(Objects.requireNonNull(stream.kept, "kept")));
    }

    private void answer(Http2Stream stream, RequestHead head) {
        LoopSite site = Objects.requireNonNull(stream.site, "entered");
        sender = stream.sender;
        Response response =
                site.answer(head, stream.lookup.resolution(), stream.lookup.isPatient(), this);
        if (response == null) {
            if (stream.kept == null) {
                stream.kept = reader.keep();
            }
            stream.lookup.ask(site, head, () -> owner.resolved(stream));
            return;
        }
        boolean byWorker = stream.lookup.hasAsked();
        stream.lookup.used();
        stream.kept = null;
        if (stream.explains) {
            stream.timing = new TimingLine.Lookup(System.nanoTime() - stream.lookupSince, byWorker);
        }
        stream.respond(response);
    }

    @Override
    public @Nullable InetSocketAddress address() {
        return sender == null ? owner.peer() : sender;
    }

    /** Another thread has found out what the stream waited for. */
    void goOn(Http2Stream stream) {
        answerKept(stream);
    }

    /** A response to a request that cannot be read. */
    void refuse(Http2Stream stream, Response refusal, @Nullable StreamTraces traces) {
        LoopSite site = sites.enterAny();
        stream.site = site;
        stream.explains = site.site().options().explain();
        if (traces != null) {
            stream.trace = traces.unread();
        }
        stream.respond(refusal);
    }

    /** The body did not come in time. */
    void late(Http2Stream stream) {
        stream.bodyDue = false;
        stream.kept = null;
        if (!stream.respondEarly()) {
            stream.respond(Response.error(Status.REQUEST_TIMEOUT));
        }
    }
}
