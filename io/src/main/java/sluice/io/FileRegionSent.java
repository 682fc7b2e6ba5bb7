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
 * Flight Recorder event for one region of a file: from the first try until the region was sent or
 * dropped. Without a recording no event is created.
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

    private transient @Nullable Cell cell;
    private final transient TransferMeter meter = new TransferMeter();

    private FileRegionSent() {}

    /** A started event, or null if there is no recording. */
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
        event.cell = cell;
        event.begin();
        return event;
    }

    /** Sets the meter that counts its tries. */
    TransferMeter meter() {
        return meter;
    }

    /** Bytes of the region were sent. */
    void sent(long bytes, FileChunk region) {
        if (cell != null) {
            CopyMode path = region.copy(cell);
            meter.fileSent(bytes, path, region.isDetour(cell));
            copy = path.label();
        }
    }

    /** The region was sent or dropped. */
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
