package sluice.server.http1;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;
import sluice.server.site.Inquiry;
import sluice.server.site.LoopSite;
import sluice.server.site.Resolution;

/**
 * What a request needs from a worker before it can be answered: the question that a worker answers
 * now, or the answer. Loop thread only.
 *
 * <pre>
 *   NONE --ask--> PENDING --the worker has ended--> HAS A RESOLUTION --used, or asks again--> ...
 * </pre>
 */
final class PendingLookup {
    private @Nullable Inquiry inquiry;
    private @Nullable Resolution resolution;

    /** Whether a worker has not answered yet. */
    boolean isPending() {
        return inquiry != null;
    }

    /** The worker's answer, or null if there is none. */
    @Nullable
    Resolution resolution() {
        return resolution;
    }

    /** The response has the answer from now on, and releases it. */
    void used() {
        resolution = null;
    }

    /**
     * Lets a worker answer the question that the site has about the request; a thread that may
     * block answers a short one itself. A question that nobody waits for any more is not answered.
     *
     * @param resolved runs on the loop afterwards, unless this was closed
     */
    void ask(LoopSite site, Request request, Runnable resolved) {
        release();
        Resolution.Question question = site.question(request);
        Inquiry asked = new Inquiry();
        inquiry = asked;
        site.offload(
                question.kind(),
                () -> {
                    if (asked.isWanted()) {
                        asked.found(site.site().resolve(question, asked::isWanted));
                    }
                },
                () -> {
                    if (inquiry != null) {
                        inquiry = null;
                        resolution = asked.take();
                        resolved.run();
                    }
                });
    }

    private void release() {
        if (resolution != null) {
            resolution.release();
            resolution = null;
        }
    }

    /** Nobody waits for an answer any more. */
    void close() {
        if (inquiry != null) {
            inquiry.abandon();
            inquiry = null;
        }
        release();
    }
}
