package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.Accept;
import sluice.http.AcceptEncoding;
import sluice.http.Conditions;
import sluice.http.ContentCoding;
import sluice.http.Field;
import sluice.http.Fields;
import sluice.http.HttpDate;
import sluice.http.Request;
import sluice.http.RequestHead;
import sluice.http.RequestTarget;
import sluice.http.Status;
import sluice.io.EventLoop;
import sluice.io.Work;
import sluice.server.archive.Archive;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.listing.Listing;
import sluice.server.listing.ListingBudget;
import sluice.server.listing.ListingOptions;
import sluice.server.response.HttpClock;
import sluice.server.response.Response;
import sluice.server.root.PathKey;
import sluice.server.root.UploadName;
import sluice.server.rules.FieldRules;
import sluice.server.rules.PathRules;
import sluice.server.upload.UploadResponses;
import sluice.server.upload.UploadStore;

import java.util.Arrays;

/** A loop's view of a site. The loop's connections share it, since only one runs at a time. */
public final class LoopSite {
    /** Retry after a second: the listings in progress end sooner than that, or take long. */
    private static final Fields COME_AGAIN = Fields.of(Field.RETRY_AFTER, "1");

    /** A listing depends on two fields beside its path and query; it is made anew each time. */
    private static final Fields OF_LISTING = Fields.of(
                    Field.VARY, Field.ACCEPT + ", " + Field.ACCEPT_ENCODING)
            .with(Field.CACHE_CONTROL, "no-cache");

    private static final Fields ALLOW = Fields.of(Field.ALLOW, "GET, HEAD, OPTIONS");
    private static final Response OPTIONS = Response.of(Status.NO_CONTENT, ALLOW);
    private static final Response NOT_ALLOWED = Response.error(Status.METHOD_NOT_ALLOWED, ALLOW);
    /** The codings of a listing. */
    private static final int CODINGS = ContentCoding.GZIP.bit() | ContentCoding.IDENTITY.bit();

    private final Site site;
    private final EventLoop loop;
    private final HttpClock clock;
    private final int counter;
    private final boolean secure;
    private final RequestTarget target = new RequestTarget();
    private final PathKey key = new PathKey();
    private final byte[] indexPath;
    private final FileAnswers files;
    private final AcceptEncoding codings = new AcceptEncoding();
    private final ArchiveAnswers archives;
    private final Admission admission;
    private final Finish finish;
    /** Null for a site without applications. */
    private final @Nullable AppAnswers applications;
    /** Whether the request that {@link #answer} has just seen needs a listing. */
    private boolean lists;
    /** Whether that request can wait for a digest. */
    private boolean patient;
    /** Whether its response is about a file, and has the fields that rules add. */
    private boolean file;
    /** Whether the program made it, and an error has the form that it chose. */
    private boolean whole;
    /** The name under which that file was found, if not its own. */
    private @Nullable PathKey instead;

    /**
     * @param hosts that a request for this site may name
     * @param counter of {@link UseCount} that counts this loop's uses
     * @param secure whether requests come over TLS
     */
    LoopSite(
            Site site,
            AllowedHosts hosts,
            EventLoop loop,
            HttpClock clock,
            int counter,
            boolean secure) {
        this.site = site;
        this.loop = loop;
        this.clock = clock;
        this.counter = counter;
        this.secure = secure;
        files = new FileAnswers(site, clock);
        archives = new ArchiveAnswers(this);
        admission = new Admission(site.rules(), hosts, loop);
        finish = new Finish(site);
        applications = AppAnswers.of(this);
        indexPath = new byte[RequestHead.MAX_REQUEST_LINE + site.index().length];
    }

    public EventLoop loop() {
        return loop;
    }

    public HttpClock clock() {
        return clock;
    }

    public Site site() {
        return site;
    }

    boolean isSecure() {
        return secure;
    }

    /** Counts a request in, until it {@link #leave leaves}; false if the site was replaced. */
    boolean enter() {
        return site.uses().retain(counter);
    }

    /** Counts a request out, which has its response or never will. */
    public void leave() {
        site.uses().release(counter);
    }

    /** Counts one more use, by a request in progress; the result counts it out, on any thread. */
    Runnable hold() {
        UseCount uses = site.uses();
        uses.share(counter);
        return () -> uses.release(counter);
    }

    /** Offloads work that uses the site and may outlive its request. */
    public void offload(Work kind, Runnable work, Runnable then) {
        Runnable release = hold();
        loop.offload(
                kind,
                () -> {
                    try {
                        work.run();
                    } finally {
                        release.run();
                    }
                },
                then);
    }

    /**
     * The response to a request that changes no file, or that may not change one here.
     *
     * @param resolution a worker's result for this request, if the loop has asked one
     * @param patient whether the request can wait for a digest
     * @param sender who sent it
     * @return null if the request must wait: for what {@link #takeWait} returns, which then has
     *     the resolution's file; else for a worker's answer to {@link #question}, for a listing
     *     after a look-up again
     */
    public @Nullable Response answer(
            Request request, @Nullable Resolution resolution, boolean patient, Sender sender) {
        this.patient = patient;
        file = false;
        if (applications != null && resolution != null && resolution.decided() != null) {
            return finish.ofProgram(request, applications.answer(request, resolution.decided()));
        }
        whole = false;
        Response response = response(request, resolution, sender);
        if (response == null) {
            return null;
        }
        return whole ? finish.ofProgram(request, response) : finish.of(request, response, file);
    }

    private @Nullable Response response(
            Request request, @Nullable Resolution resolution, Sender sender) {
        Response refusal = admission.stray(request);
        if (refusal != null) {
            return refusal;
        }
        if (FieldRules.isPreflight(request, site.options().rules())) {
            return options().with(FieldRules.preflight());
        }
        Response unwelcome = admission.refusal(request, resolution);
        if (unwelcome != null || admission.unchecked() != null) {
            return unwelcome;
        }
        if (request.unknownExpectation()) {
            return Response.error(Status.EXPECTATION_FAILED);
        }
        if (applications != null && applications.takes(request)) {
            return applications.ask(request, sender);
        }
        return switch (request.method()) {
            case GET, HEAD -> get(request, Resolution.ofLookup(resolution));
            case OPTIONS -> options();
            case OTHER -> Response.error(Status.NOT_IMPLEMENTED);
            default -> site.uploads() == null ? NOT_ALLOWED : UploadResponses.notAllowed();
        };
    }

    private Response options() {
        UploadStore uploads = site.uploads();
        return uploads == null ? OPTIONS : UploadResponses.options(uploads.limits());
    }

    private @Nullable Response get(Request request, @Nullable Resolution resolution) {
        int length = decode(request);
        if (length < 0) {
            return Response.error(-length);
        }
        Response made = site.rules().hooks().answer(request, target);
        if (made != null) {
            whole = true;
            return made;
        }
        PathRules paths = site.rules().paths();
        if (paths != null) {
            Response redirect = paths.redirect(request, target);
            if (redirect != null) {
                return redirect;
            }
            byte[] other = paths.rewrite(target);
            length = other == null ? length : PathRules.decode(other, target);
            if (length < 0) {
                return Response.error(-length);
            }
        }
        if (target.hasDotfile() && isHidden(length)) {
            return Response.error(Status.NOT_FOUND);
        }
        if (resolution != null && resolution.listed()) {
            return listed(request, resolution);
        }
        Lookup lookup = lookup(request, resolution, length);
        lists = lookup.isNoFile() && listable();
        return lookup == Lookup.Missing.COLD || lists ? null : found(request, lookup);
    }

    private Lookup lookup(Request request, @Nullable Resolution resolution, int length) {
        instead = resolution == null ? null : resolution.instead();
        if (resolution != null) {
            return resolution.lookup();
        }
        OtherNames names = site.rules().names();
        if (names.areNone()) {
            return site.cache().find(path(length), loop.now(), false);
        }
        OtherNames.Found found = names.find(path(length), ask(request), loop.now(), false);
        instead = found.instead();
        return found.lookup();
    }

    private OtherNames.Ask ask(Request request) {
        boolean page = site.rules().names().hasFallback() && Accept.names(request, "text/html");
        if (target.endsWithSlash()) {
            return page ? OtherNames.Ask.INDEX_PAGE : OtherNames.Ask.NONE;
        }
        return page ? OtherNames.Ask.PAGE : OtherNames.Ask.FILE;
    }

    private int decode(Request request) {
        return target.decode(request.bytes(), request.pathFrom(), request.pathTo());
    }

    private boolean isHidden(int length) {
        boolean hidden = target.hasHiddenDotfile() && !site.options().dotfiles();
        return hidden || UploadName.leadsThrough(target.bytes(), 1, length);
    }

    /** Whether {@link UploadStore} must answer a request. */
    public boolean wantsChange(Request request) {
        if (applications != null && applications.takes(request)) {
            return false;
        }
        return switch (request.method()) {
            case PUT, POST, PATCH, DELETE, MKCOL -> admission.isAdmitted(request);
            case HEAD -> {
                int length = decode(request);
                yield length > 0
                        && target.hasDotfile()
                        && UploadName.leadsThrough(target.bytes(), 1, length)
                        && admission.isAdmitted(request);
            }
            default -> false;
        };
    }

    /** The path to look up, without its leading slash; for a directory the path of its index. */
    private PathKey path(int length) {
        if (!target.endsWithSlash()) {
            return key.set(target.bytes(), 1, length);
        }
        byte[] index = site.index();
        System.arraycopy(target.bytes(), 0, indexPath, 0, length);
        System.arraycopy(index, 0, indexPath, length, index.length);
        return key.set(indexPath, 1, length + index.length);
    }

    private boolean listable() {
        return target.endsWithSlash() && site.options().listing();
    }

    /**
     * The question for a worker about the request that {@link #answer} has just seen. It copies
     * the request's bytes, since they will have moved when the worker reads them.
     */
    public Resolution.Question question(Request request) {
        byte[] credentials = admission.unchecked();
        if (credentials != null) {
            return Resolution.Question.about(credentials);
        }
        int length = target.length();
        if (!lists) {
            return Resolution.Question.of(path(length).copy(), ask(request));
        }
        byte[] directory = Arrays.copyOf(target.bytes(), length);
        byte[] tag = archives.wanted(request);
        ListingOptions options = tag == null ? ListingOptions.of(request) : ListingOptions.DEFAULT;
        codings.parse(request);
        boolean gzip = tag == null && codings.best(CODINGS) == ContentCoding.GZIP;
        return new Resolution.Question(
                path(length).copy(), OtherNames.Ask.NONE, null, directory, options, gzip, tag);
    }

    /** What the request that {@link #answer} has just seen must wait for; null if for a worker. */
    public @Nullable Waiting takeWait() {
        Waiting application = applications == null ? null : applications.takeWait();
        return application == null ? files.takeWait() : application;
    }

    private @Nullable Response listed(Request request, Resolution resolution) {
        ListingBudget.Held listing = resolution.listing();
        if (listing != null) {
            return listed(request, listing);
        }
        Archive archive = resolution.archive();
        return archive == null
                ? found(request, resolution.lookup())
                : archives.answer(request, archive);
    }

    private @Nullable Response found(Request request, Lookup lookup) {
        return switch (lookup) {
            case FileEntry entry -> file(request, entry);
            case Lookup.Missing missing ->
                switch (missing) {
                    case NOT_FOUND -> Response.error(Status.NOT_FOUND);
                    case DIRECTORY ->
                        target.endsWithSlash()
                                ? Response.error(Status.NOT_FOUND)
                                : redirect(request);
                    case FORBIDDEN -> Response.error(Status.FORBIDDEN);
                    case TOO_MANY -> ArchiveAnswers.TOO_MANY;
                    case BUSY, NO_ROOT -> Response.error(Status.SERVICE_UNAVAILABLE, COME_AGAIN);
                    case UNREACHABLE -> Response.error(Status.BAD_GATEWAY, COME_AGAIN);
                    case LATE -> Response.error(Status.GATEWAY_TIMEOUT, COME_AGAIN);
                    case COLD, FAILED -> Response.error(Status.SERVICE_UNAVAILABLE);
                };
        };
    }

    private @Nullable Response file(Request request, FileEntry entry) {
        PathKey name = instead;
        if (name == null) {
            name = path(target.length());
        }
        Response response = files.answer(request, entry, name, patient);
        file = true;
        return response != null && site.rules().names().isFallback(instead)
                ? FieldRules.varyingByAccept(response)
                : response;
    }

    private Response listed(Request request, ListingBudget.Held held) {
        Listing listing = held.listing();
        Fields validators = Fields.of(Field.ETAG, listing.tag()).and(OF_LISTING);
        Conditions.Outcome outcome = Conditions.evaluate(
                request, true, listing.tag(), HttpDate.INVALID, clock.seconds());
        if (outcome != Conditions.Outcome.PROCEED) {
            held.release();
            return outcome == Conditions.Outcome.NOT_MODIFIED
                    ? Response.of(Status.NOT_MODIFIED, validators)
                    : Response.error(Status.PRECONDITION_FAILED, validators);
        }
        Fields fields = Fields.of(Field.CONTENT_TYPE, listing.contentType()).and(validators);
        if (listing.isCompressed()) {
            fields = fields.with(Field.CONTENT_ENCODING, ContentCoding.GZIP.token());
        }
        return Response.of(Status.OK, fields.and(listing.policy()), held);
    }

    private Response redirect(Request request) {
        Fields location = Fields.of(Field.LOCATION, target.withSlash(request));
        return Response.of(Status.MOVED_PERMANENTLY, location);
    }
}
