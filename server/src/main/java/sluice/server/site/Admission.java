package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.CrossOrigin;
import sluice.http.Fields;
import sluice.http.Request;
import sluice.http.RequestTarget;
import sluice.http.Status;
import sluice.io.EventLoop;
import sluice.server.content.Lookup;
import sluice.server.response.Response;
import sluice.server.rules.Guard;
import sluice.server.rules.Hooks;

/** A loop's view of who may use a site: by host, by origin, by password, by the program's word. */
final class Admission {
    /** Tells the owner what to do, since a visitor of a page cannot do anything. */
    private static final Response MISDIRECTED = Response.error(
            Status.MISDIRECTED_REQUEST,
            Fields.NONE,
            "this server answers to localhost, IP addresses and names that it was told to"
                    + " allow (--allow-host)");

    private static final Response CROSS_ORIGIN = Response.error(
            Status.FORBIDDEN, Fields.NONE, "a page of another origin may not change anything here");

    private static final Response NOT_PERMITTED = Response.error(Status.FORBIDDEN);

    private final Guard guard;
    private final Hooks hooks;
    /** Only for a site whose program is asked: it has room for the longest path. */
    private final @Nullable RequestTarget target;

    private final AllowedHosts hosts;
    private final EventLoop loop;
    /** Credentials of the present request that a worker must check. */
    private byte @Nullable [] unchecked;

    Admission(SiteRules rules, AllowedHosts hosts, EventLoop loop) {
        guard = rules.guard();
        hooks = rules.hooks();
        target = hooks.hasPermission() ? new RequestTarget() : null;
        this.hosts = hosts;
        this.loop = loop;
    }

    /** Refuses what a web page sends through its visitor's browser to a server not its own. */
    @Nullable
    Response stray(Request request) {
        if (!hosts.allows(request)) {
            return MISDIRECTED;
        }
        return !request.method().isSafe() && CrossOrigin.sent(request) ? CROSS_ORIGIN : null;
    }

    /**
     * What a request gets that may not come in; null if it may, or if a worker must check {@link
     * #unchecked} first.
     */
    @Nullable
    Response refusal(Request request, @Nullable Resolution resolution) {
        unchecked = null;
        if (resolution != null && resolution.verdict() == Guard.Verdict.REFUSED) {
            return guard.refusal();
        }
        return switch (guard.look(request, loop.now())) {
            case ADMITTED -> isPermitted(request) ? null : NOT_PERMITTED;
            case REFUSED -> guard.refusal();
            case UNCHECKED -> unchecked(request, resolution);
        };
    }

    /** A path that cannot be decoded leads nowhere, and is answered later. */
    private boolean isPermitted(Request request) {
        return target == null
                || request.pathFrom() < 0
                || target.decode(request.bytes(), request.pathFrom(), request.pathTo()) < 0
                || hooks.permits(request, target);
    }

    /** A check that has failed is not made again and again for one request. */
    private @Nullable Response unchecked(Request request, @Nullable Resolution resolution) {
        if (resolution != null && resolution.lookup() == Lookup.Missing.FAILED) {
            return Response.error(Status.SERVICE_UNAVAILABLE);
        }
        boolean admitted = resolution != null && resolution.verdict() == Guard.Verdict.ADMITTED;
        unchecked = admitted ? null : guard.credentials(request);
        return admitted && !isPermitted(request) ? NOT_PERMITTED : null;
    }

    /** The credentials that a worker must check; null if there are none. */
    byte @Nullable [] unchecked() {
        return unchecked;
    }

    /** Whether nothing speaks against a request, as far as is known without a check. */
    boolean isAdmitted(Request request) {
        return stray(request) == null
                && guard.look(request, loop.now()) == Guard.Verdict.ADMITTED
                && isPermitted(request);
    }
}
