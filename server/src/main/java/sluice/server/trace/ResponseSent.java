package sluice.server.trace;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import org.jspecify.annotations.Nullable;

import sluice.io.AddressText;
import sluice.io.TransferStats;
import sluice.server.ResponseRecord;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A {@link ResponseRecord} as a Flight Recorder event, from the request until the response has left
 * or the connection broke. If no recording runs, the server makes no event.
 */
@Name("sluice.ResponseSent")
@Label("Response Sent")
@Category("Sluice")
@Description("A response that was sent, and how")
@StackTrace(false)
final class ResponseSent extends Event {
    /** What Flight Recorder shows as not available. */
    private static final long UNKNOWN = Long.MIN_VALUE;

    @Label("Remote")
    @Nullable
    String remote;

    @Label("Method")
    @Nullable
    String method;

    @Label("Target")
    @Nullable
    String target;

    @Label("Status")
    int status;

    @Label("Complete")
    boolean complete;

    @Label("Copy Path")
    String copy = "";

    @Label("Model")
    String model = "";

    @Label("Bytes Of The Head")
    @DataAmount
    long headBytes;

    @Label("Bytes By The Kernel Alone")
    @DataAmount
    long kernelBytes;

    @Label("Bytes Through User Space")
    @DataAmount
    long userBytes;

    @Label("System Calls")
    long systemCalls;

    @Label("Cold Parts")
    @Description("Times that a worker read what was not in memory")
    long coldParts;

    @Label("Cold Stalls")
    @Description("Sends that waited though their bytes seemed to be in memory")
    long coldStalls;

    @Label("Fallbacks")
    @Description("Times that bytes went another way")
    long fallbacks;

    @Label("Fallback Reason")
    @Nullable
    String fallbackReason;

    @Label("CPU Time")
    @Description("Its share in the CPU time of the loop's thread")
    @Timespan
    long cpu;

    @Label("Kernel Copies")
    @Description("Sends with MSG_ZEROCOPY that the kernel made a copy for")
    long kernelCopies;

    private ResponseSent() {}

    /** Loaded only if a recorder exists, so that a server without one loads no event class. */
    private static final class Type {
        static final EventType TYPE = EventType.getEventType(ResponseSent.class);
    }

    /** Whether a recording wants the event. */
    static boolean isWanted() {
        return FlightRecorder.isInitialized() && Type.TYPE.isEnabled();
    }

    /** An event that has begun, or null if no recording wants it. */
    static @Nullable ResponseSent beginIfWanted() {
        if (!isWanted()) {
            return null;
        }
        ResponseSent event = new ResponseSent();
        event.begin();
        return event;
    }

    /** Ends the event with this record. */
    void over(ResponseRecord response) {
        InetSocketAddress peer = response.remote();
        remote = peer == null ? null : AddressText.of(peer.getAddress());
        method = response.request().method();
        target = response.request().target();
        status = response.status();
        complete = response.complete();
        TransferStats stats = response.stats();
        copy = response.copyPath();
        model = response.model();
        headBytes = response.headBytes();
        kernelBytes = stats.kernelBytes();
        userBytes = stats.userBytes();
        systemCalls = stats.systemCalls();
        coldParts = stats.coldParts();
        coldStalls = stats.coldStalls();
        fallbacks = stats.fallbacks();
        fallbackReason = response.fallbackReason();
        kernelCopies = stats.kernelCopies();
        Duration share = response.cpu();
        cpu = share == null ? UNKNOWN : share.toNanos();
        commit();
    }
}
