package sluice.io;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

import org.jspecify.annotations.Nullable;

/**
 * The way of one region of a file, for a Flight Recorder that asks: from its first try until it has
 * left, or never will. Where nobody records, nothing is made.
 */
@Name("sluice.FileRegionSent")
@Label("File Region Sent")
@Category("Sluice")
@Description("A region of a file that was sent, and how")
@StackTrace(false)
final class FileRegionSent extends Event {
    @Label("Copy Path")
    String copy = "";

    @Label("Model")
    String model = "";

    @Label("Bytes By The Kernel Alone")
    @DataAmount
    long kernelBytes;

    @Label("Bytes Through User Space")
    @DataAmount
    long userBytes;

    @Label("System Calls")
    long systemCalls;

    @Label("Cold Parts")
    @Description("Reads by a worker of bytes that were not in memory")
    long coldParts;

    @Label("Cold Stalls")
    @Description("Sends that blocked although their bytes seemed to be in memory")
    long coldStalls;

    @Label("Fallbacks")
    @Description("Fallbacks to another copy path: no pipe, no buffer, or ENOBUFS")
    long fallbacks;

    private transient boolean copies;
    private final transient TransferMeter meter = new TransferMeter();

    private FileRegionSent() {}

    /** One that has begun, or null when nobody records. */
    static @Nullable FileRegionSent begin(Cell cell) {
        if (!FlightRecorder.isInitialized()) {
            return null;
        }
        FileRegionSent event = new FileRegionSent();
        if (!event.isEnabled()) {
            return null;
        }
        event.copy = cell.effectiveCopy().label();
        event.model = cell.model().label();
        event.copies = cell.effectiveCopy().copies();
        event.begin();
        return event;
    }

    /** Where its tries are counted. */
    TransferMeter meter() {
        return meter;
    }

    /** Bytes of it have left. */
    void sent(long bytes) {
        meter.fileSent(bytes, !copies);
    }

    /** It has left, or never will. */
    void over() {
        TransferStats stats = meter.stats();
        kernelBytes = stats.kernelBytes();
        userBytes = stats.userBytes();
        systemCalls = stats.systemCalls();
        coldParts = stats.coldParts();
        coldStalls = stats.coldStalls();
        fallbacks = stats.fallbacks();
        commit();
    }
}
