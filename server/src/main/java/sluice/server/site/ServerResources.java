package sluice.server.site;

import sluice.io.Cell;
import sluice.server.ProcessBudget;
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
 * The resources that all sites of a server share, with limits for all of them together: open files,
 * contents in memory, listings, uploads, and one background thread. The server makes it before the
 * sites and closes it with them, once. Any thread may call.
 *
 * <p>Workers and readers belong to the loops ({@link sluice.io.Reactors}), for all services.
 */
public final class ServerResources {
    private final Cell cell;
    private final int openFilesMax;
    private final int uploadsMax;
    private final Eviction eviction;
    private final UploadSlots uploads;
    private final ListingBudget listings;
    private final ExecutorService background = new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("sluice-background").daemon().unstarted(task));

    /**
     * @param cell the model and copy mode that send the files
     */
    public ServerResources(Cell cell, ProcessBudget budget) {
        this.cell = cell;
        openFilesMax = budget.cache().openFiles();
        uploadsMax = budget.uploads();
        eviction = new Eviction(budget.cache());
        uploads = new UploadSlots(uploadsMax);
        listings = new ListingBudget(budget.listings());
    }

    Cell cell() {
        return cell;
    }

    /** Limits the entries of all sites' caches. */
    Eviction eviction() {
        return eviction;
    }

    ListingBudget listings() {
        return listings;
    }

    /** Slots for a site that accepts uploads; from now on the caches keep fewer files open. */
    UploadSlots uploads() {
        eviction.keepOpen(openFilesMax - uploadsMax * ProcessBudget.DESCRIPTORS_PER_UPLOAD);
        return uploads;
    }

    /**
     * Runs a task that nobody waits for. The callers limit the queue: each asks once per version. A
     * closed server drops the task.
     */
    public void inBackground(Runnable task) {
        try {
            background.execute(task);
        } catch (RejectedExecutionException e) {
            System.getLogger("sluice.server")
                    .log(
                            System.Logger.Level.DEBUG,
                            "background task dropped: the server is closed",
                            e);
        }
    }

    /** Begins no more background tasks; false if one still runs. */
    public boolean close() {
        return Ending.endsSoon(background);
    }
}
