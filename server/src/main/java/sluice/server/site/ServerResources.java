package sluice.server.site;

import sluice.io.Cell;
import sluice.server.content.Ending;
import sluice.server.content.Eviction;
import sluice.server.listing.ListingBudget;
import sluice.server.upload.UploadSlots;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What all sites of a server have in common, and what is bounded for all of them together: files
 * kept open and contents kept in memory, listings, uploads, and one thread for what nobody waits
 * for. Made before the sites and closed with them, once. Any thread.
 *
 * <p>Workers and readers are the loops' own ({@link sluice.io.Reactors}), for all services.
 */
public final class ServerResources {
    /** At one time: 16 MiB of buffers, and what a small machine's disk can make use of. */
    private static final int UPLOADS_MAX = 256;
    /** The same where sockets need the low descriptors that files and pipes get. */
    private static final int UPLOADS_MAX_AMONG_SOCKETS = 32;
    /** Its directory, its file and a pipe. */
    private static final int DESCRIPTORS_PER_UPLOAD = 4;

    private final Cell cell;
    private final int openFilesMax;
    private final int uploadsMax;
    private final Eviction eviction;
    private final UploadSlots uploads;
    private final ListingBudget listings = new ListingBudget();
    private final ExecutorService background = new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("sluice-background").daemon().unstarted(task));

    /**
     * @param cell that files are sent by
     * @param openFilesMax descriptors that files may take
     */
    public ServerResources(Cell cell, int openFilesMax) {
        this.cell = cell;
        this.openFilesMax = openFilesMax;
        int share = openFilesMax / DESCRIPTORS_PER_UPLOAD / 2;
        boolean amongSockets = cell.model().lowestFile() > 0;
        uploadsMax = Math.clamp(share, 1, amongSockets ? UPLOADS_MAX_AMONG_SOCKETS : UPLOADS_MAX);
        eviction = new Eviction(openFilesMax);
        uploads = new UploadSlots(uploadsMax);
    }

    Cell cell() {
        return cell;
    }

    /** Of the files that are known, which stay. */
    Eviction eviction() {
        return eviction;
    }

    ListingBudget listings() {
        return listings;
    }

    /** For a site whose files may be changed: from now on fewer files are kept open. */
    UploadSlots uploads() {
        eviction.keepOpen(openFilesMax - uploadsMax * DESCRIPTORS_PER_UPLOAD);
        return uploads;
    }

    /**
     * Runs what nobody waits for. Bounded by its users: each thing is asked for once per version. A
     * server that has ended forgets it.
     */
    public void inBackground(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            System.getLogger("sluice.server").log(System.Logger.Level.DEBUG, "too late", e);
        }
    }

    /** Begins nothing more in the background; false if something is still at work there. */
    public boolean close() {
        return Ending.endsSoon(background);
    }
}
