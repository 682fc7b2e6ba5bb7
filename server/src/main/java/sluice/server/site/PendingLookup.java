package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.http.Request;

/**
 * What a request needs before it can be answered: the question that a worker answers now, or the
 * answer; or the digest of its file, or the word of an application. It waits for a digest once.
 * Loop thread only.
 *
 * <pre>
 *   NONE --ask--> PENDING --the worker has ended--> HAS A RESOLUTION --used, or asks again--> ...
 *                    |
 *                    +--the other wait is over--> NONE, and has waited
 * </pre>
 */
public final class PendingLookup {
    private @Nullable Inquiry inquiry;
    private @Nullable Resolution resolution;
    private @Nullable Waiting wait;
    private boolean waited;
    private boolean asked;

    /** Whether the request waits. */
    public boolean isPending() {
        return inquiry != null || wait != null;
    }

    /** Whether the request can wait for a digest. */
    public boolean isPatient() {
        return !waited;
    }

    /** Whether the request has waited for another thread, or does. */
    public boolean hasAsked() {
        return asked;
    }

    /** The worker's answer, or null if there is none. */
    public @Nullable Resolution resolution() {
        return resolution;
    }

    /** The response has the answer from now on, and releases it. */
    public void used() {
        resolution = null;
        waited = false;
        asked = false;
    }

    /**
     * Waits for what the site needs to answer the request. Lets a worker answer a question; a
     * thread that may block answers a short one itself. A question that nobody waits for any more
     * is not answered.
     *
     * @param resolved runs on the loop afterwards, unless this was closed
     */
    public void ask(LoopSite site, Request request, Runnable resolved) {
        asked = true;
        Waiting needed = site.takeWait();
        if (needed == null) {
            release();
            inquire(site, request, resolved);
            return;
        }
        resolution = null;
        waited = true;
        wait = needed;
        needed.begin(site, () -> {
            wait = null;
            resolution = needed.resolution();
            resolved.run();
        });
    }

    private void inquire(LoopSite site, Request request, Runnable resolved) {
        Resolution.Question question = site.question(request);
        Inquiry asked = new Inquiry();
        inquiry = asked;
        site.offload(
                site.site().kind(question),
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

    /**
     * Nobody wants the answer any more, and whoever asked is told when no thread works on it.
     *
     * @return false if none does now: nothing will be told
     */
    public boolean abandon() {
        if (inquiry == null) {
            close();
            return false;
        }
        inquiry.abandon();
        return true;
    }

    /** Nobody waits for an answer any more. */
    public void close() {
        if (inquiry != null) {
            inquiry.abandon();
            inquiry = null;
        }
        if (wait != null) {
            wait.close();
            wait = null;
        }
        release();
    }
}
