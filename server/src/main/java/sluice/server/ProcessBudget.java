package sluice.server;

import org.jspecify.annotations.Nullable;

import sluice.io.Block;
import sluice.io.Limits;
import sluice.io.Machinery;
import sluice.io.Model;
import sluice.io.TlsProvider;

/**
 * What the server takes of what the process may have. A pure function of {@link ProcessFacts}: each
 * resource has a share, and no more than it needs on a large machine.
 *
 * <p>The memory of the process is the sum of the Java heap (bodies of small files, entries of the
 * cache, listings), of what the JVM takes beside it ({@link #JVM}), and of the server's own memory
 * off the heap (blocks for input and output, buffers of uploads, and what connections hold).
 *
 * @param connections most connections open at one time
 * @param buffersPerLoop see {@link Limits#buffersPerLoop}
 * @param cache limits of cached files
 * @param uploads most uploads at one time
 * @param listings bytes of the heap for listings
 * @param loopsMax most loops, or workers of the design {@code workers}
 */
public record ProcessBudget(
        int connections,
        int buffersPerLoop,
        CacheLimits cache,
        int uploads,
        long listings,
        int loopsMax) {
    /** Classes, compiled code, the collector and stacks: 50 MB were measured, and a reserve. */
    static final long JVM = 56L << 20;
    /** The least that is planned with: below this the limit of memory cannot be kept anyway. */
    private static final long OWN_MIN = 4L << 20;

    /** Number of files that a busy site has. */
    private static final int OPEN_FILES_MAX = 2_048;
    /** Descriptors for all that opens later: listeners, epoll, pipes, the embedder's files. */
    private static final int RESERVED_DESCRIPTORS = 256;

    private static final long BODIES_MAX = 64L << 20;
    private static final int ENTRIES_MAX = 16_384;
    private static final int ENTRIES_MIN = 64;
    /** An entry takes about a kilobyte beside body or file. */
    private static final long BYTES_PER_ENTRY = 1 << 10;
    /** Objects of an idle connection; measured with 10,000 of them. */
    private static final long HEAP_PER_CONNECTION = 1_536;

    /**
     * A session of TLS while its connection is idle: 13.8 KiB of libssl, or 6.2 KiB of the heap by
     * the JDK (2,000 connections after one request each).
     */
    private static final long LIBSSL_PER_CONNECTION = 14 << 10;

    private static final long JDK_HEAP_PER_CONNECTION = 7 << 10;

    /** 16 MiB of buffers, enough to keep a small machine's disk busy. */
    private static final int UPLOADS_MAX = 256;
    /** The limit if sockets need the low descriptors that files and pipes get. */
    private static final int UPLOADS_MAX_AMONG_SOCKETS = 32;
    /** One for the directory, one for the file, two for a pipe. */
    public static final int DESCRIPTORS_PER_UPLOAD = 4;
    /** The buffer of a sink. */
    private static final long BYTES_PER_UPLOAD = 64 << 10;

    private static final int BUFFERS_MIN = 8;
    /** Receive buffers of an io_uring. */
    private static final long BYTES_PER_LOOP = 1 << 20;
    /** Threads of the JVM, workers and readers. */
    private static final int OTHER_TASKS = 48;

    /**
     * Divides what there is.
     *
     * @param wanted limits that the user wants; less is given if there is less
     * @param plan what the user wants of memory
     */
    public static ProcessBudget of(
            ProcessFacts facts, Machinery machinery, Limits wanted, MemoryPlan plan) {
        return of(facts, machinery, wanted, plan, null);
    }

    /**
     * The same with TLS.
     *
     * @param tls who encrypts; null if nobody does
     */
    public static ProcessBudget of(
            ProcessFacts facts,
            Machinery machinery,
            Limits wanted,
            MemoryPlan plan,
            @Nullable TlsProvider tls) {
        long memory = plan.total().orElse(facts.memory());
        long beside = Math.max(OWN_MIN, memory - facts.heap() - JVM);
        long own = Math.max(OWN_MIN, Math.min(beside, facts.addresses()));
        long tasks = Math.max(1, facts.tasks() - OTHER_TASKS);
        int loopsMax = bounded(Math.min(tasks, own / 8 / BYTES_PER_LOOP), Machinery.LOOPS_MAX);
        int loops = Math.min(machinery.loopCount(), loopsMax);

        long free = Math.max(0, facts.descriptors() - facts.open());
        int files = bounded(free / 8, OPEN_FILES_MAX);
        // A file may be open twice: once more as a channel, for transferTo.
        long sockets = free - 2L * files - Math.min(RESERVED_DESCRIPTORS, free / 3);
        Model model = machinery.cell().model();
        // The second one is for what is sent: see docs/io-models.md.
        long each = model == Model.POSIX_AIO ? 2 : 1;
        long heapEach =
                HEAP_PER_CONNECTION + (tls == TlsProvider.JDK ? JDK_HEAP_PER_CONNECTION : 0);
        long ownEach = bytesPerConnection(model)
                + (tls == TlsProvider.OPENSSL ? LIBSSL_PER_CONNECTION : 0);
        long connections = Math.min(sockets / each, facts.heap() / 4 / heapEach);
        connections = Math.min(connections, own / 4 / ownEach);
        if (hasThreadPerConnection(model)) {
            connections = Math.min(connections, tasks);
        }
        long blocks = own / 2 / Block.SIZE / 2 / loops;
        boolean amongSockets = model.lowestFile() > 0;
        long uploads = Math.min(files / DESCRIPTORS_PER_UPLOAD / 2, own / 8 / BYTES_PER_UPLOAD);
        return new ProcessBudget(
                bounded(connections, wanted.connections()),
                Math.clamp(
                        blocks,
                        Math.min(BUFFERS_MIN, wanted.buffersPerLoop()),
                        wanted.buffersPerLoop()),
                new CacheLimits(
                        plan.cache().orElse(Math.min(BODIES_MAX, facts.heap() / 4)),
                        Math.clamp(facts.heap() / 8 / BYTES_PER_ENTRY, ENTRIES_MIN, ENTRIES_MAX),
                        files),
                bounded(uploads, amongSockets ? UPLOADS_MAX_AMONG_SOCKETS : UPLOADS_MAX),
                facts.heap() / 8,
                loopsMax);
    }

    /** At least one, so that every use gets a share. */
    private static int bounded(long number, int most) {
        return Math.clamp(number, 1, most);
    }

    private static boolean hasThreadPerConnection(Model model) {
        return model == Model.BLOCKING || model == Model.POSIX_AIO;
    }

    /** Bytes off the heap that an idle connection holds, beside the kernel's. */
    private static long bytesPerConnection(Model model) {
        return switch (model) {
            // A stack, of which some pages are used, and a block.
            case BLOCKING, POSIX_AIO -> 128 << 10;
            case ASYNC_CHANNEL -> Block.RECEIVE_SIZE;
            default -> 1 << 10;
        };
    }

    /** A copy with another number of open files, and as many uploads as they allow. */
    ProcessBudget withOpenFiles(int files) {
        return new ProcessBudget(
                connections,
                buffersPerLoop,
                cache.withOpenFiles(files),
                bounded(files / DESCRIPTORS_PER_UPLOAD / 2, uploads),
                listings,
                loopsMax);
    }

    /** The user's limits, as far as there is enough for them. */
    Limits within(Limits wanted) {
        return wanted.withConnections(connections).withBuffersPerLoop(buffersPerLoop);
    }

    /**
     * The user's machinery, with fewer loops by default if there is not enough for them.
     *
     * @throws IllegalArgumentException if the user wants more loops than there can be
     */
    Machinery within(Machinery wanted) {
        if (wanted.loopCount() <= loopsMax) {
            return wanted;
        }
        if (wanted.loops().isPresent()) {
            throw new IllegalArgumentException("loops must be at most " + loopsMax
                    + " here, not " + wanted.loopCount()
                    + ": memory and threads of this process allow no more (sluice doctor)");
        }
        return wanted.withLoops(loopsMax);
    }
}
