package sluice.server.tier;

import sluice.io.SparseLog;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.WriteCalls;
import sluice.server.ObjectHead;
import sluice.server.Origin;
import sluice.server.Tier;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of a tier: its files, its journal, its room, and the fetches that run. One process
 * at a time. Any thread.
 */
final class TierStore implements AutoCloseable {
    /** Connections to the store: as many as fill 10 Gbit/s at 30 ms. */
    private static final int FETCHES = 64;

    private static final int FILE_FLAGS =
            FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC | FileCalls.O_NOFOLLOW;

    private static final int OWNER_ONLY = 0600;
    /** What {@link #name} makes. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{2}/[0-9a-f]{8}");

    private static final long SYNC_SECONDS = 10;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Tier settings;
    private final int lowest;
    private final int lock;
    private final Budget budget;
    private final Journal journal;
    private final Semaphore fetches = new Semaphore(FETCHES, true);
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicLong fetched = new AtomicLong();
    private final Map<Integer, TierFile> files = new ConcurrentHashMap<>();
    private final Set<TierFile> dirty = ConcurrentHashMap.newKeySet();
    private final SparseLog trouble =
            new SparseLog(System.getLogger("sluice.server"), System::nanoTime);
    private final Thread syncer;
    private volatile boolean closed;

    private TierStore(Tier settings, int lowest, Earlier earlier, int lock, Journal journal) {
        this.settings = settings;
        this.lowest = lowest;
        this.lock = lock;
        this.journal = journal;
        budget = new Budget(settings.most());
        syncer = Thread.ofVirtual().name("sluice-tier-sync").unstarted(this::sync);
        ids.set(earlier.lastId());
    }

    /**
     * Opens the directory, which is created if it is missing.
     *
     * @param lowest see {@link sluice.io.Model#lowestFile}
     */
    static TierStore open(Tier settings, int lowest) throws IOException {
        Path directory = settings.directory();
        Files.createDirectories(directory);
        int lock = lock(directory);
        try {
            Earlier earlier = new Earlier();
            Journal journal = Journal.open(directory.resolve("journal"), earlier);
            TierStore store = new TierStore(settings, lowest, earlier, lock, journal);
            store.adopt(earlier);
            store.syncer.start();
            return store;
        } catch (IOException | RuntimeException e) {
            FileCalls.close(lock);
            throw e;
        }
    }

    private static int lock(Path directory) throws IOException {
        Path path = directory.resolve("lock");
        int fd = FileCalls.open(path, FILE_FLAGS, OWNER_ONLY);
        if (fd < 0) {
            throw new FileSystemException(path.toString(), null, Errno.describe(fd));
        }
        if (WriteCalls.flock(fd, WriteCalls.LOCK_EX | WriteCalls.LOCK_NB) < 0) {
            FileCalls.close(fd);
            throw new IOException("another server has its tier in " + directory
                    + "; choose another directory (--tier)");
        }
        return fd;
    }

    /** Takes over what an earlier process has left, and removes the rest. */
    private void adopt(Earlier earlier) throws IOException {
        String boot = Files.readString(BOOT_ID).strip();
        Set<String> names = new HashSet<>();
        for (Earlier.Version version : earlier.versions(boot)) {
            String name = name(version.id());
            TierFile file = new TierFile(this, version.id(), version.key(), name, version.head());
            long room = 0;
            for (Map.Entry<Integer, Integer> block : version.sums(boot).entrySet()) {
                if (block.getKey() < file.count()) {
                    room += file.room(block.getKey());
                }
            }
            if (room > 0 && budget.adopt(room)) {
                version.sums(boot).forEach((block, sum) -> {
                    file.found(block, sum);
                    budget.holds(file, block);
                });
                names.add(name);
                files.put(file.id(), file);
                file.checked(version.checkedMillis());
            }
        }
        removeAllBut(names);
        for (TierFile file : files.values()) {
            file.punchGaps();
        }
        journal.rewrite(() -> {
            journal.boot(boot);
            files.values().forEach(file -> file.tell(journal));
        });
    }

    /** Leaves alone what has no name of a tier: the directory may have been given by mistake. */
    private void removeAllBut(Set<String> names) throws IOException {
        for (int i = 0; i < 256; i++) {
            Path directory = settings.directory().resolve(HexFormat.of().toHexDigits((byte) i));
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> all = Files.list(directory)) {
                for (Path path : all.toList()) {
                    String name = directory.getFileName() + "/" + path.getFileName();
                    if (NAME.matcher(name).matches() && !names.contains(name)) {
                        Files.delete(path);
                    }
                }
            }
        }
    }

    /** All files of earlier processes. */
    Iterable<TierFile> files() {
        return files.values();
    }

    /** A new version, which no file has yet. */
    TierFile add(String key, ObjectHead head) {
        int id = ids.incrementAndGet();
        TierFile file = new TierFile(this, id, key, name(id), head);
        files.put(id, file);
        file.checked(System.currentTimeMillis());
        return file;
    }

    /** No two versions ever have one name, so what is done to one is not done to another. */
    private static String name(int id) {
        String hex = HexFormat.of().toHexDigits(id);
        return hex.substring(hex.length() - 2) + "/" + hex;
    }

    Budget budget() {
        return budget;
    }

    Journal journal() {
        return journal;
    }

    Origin origin() {
        return settings.origin();
    }

    Tier settings() {
        return settings;
    }

    /** Begins a fetch, as soon as there are not too many; {@link #end} ends it. */
    void begin() throws InterruptedException {
        fetches.acquire();
    }

    void end() {
        fetches.release();
    }

    void fetched(int octets) {
        fetched.addAndGet(octets);
    }

    /** Octets that the store has sent. */
    long fetchedOctets() {
        return fetched.get();
    }

    void tell(String words) {
        if (!closed) {
            trouble.warn(words);
        }
    }

    /** The file has blocks that may not be on the disk yet. */
    void dirty(TierFile file) {
        dirty.add(file);
    }

    /** A block that is on the disk survives a power failure; the journal says which are. */
    private void sync() {
        try {
            while (!closed) {
                TimeUnit.SECONDS.sleep(SYNC_SECONDS);
                for (TierFile file : Set.copyOf(dirty)) {
                    dirty.remove(file);
                    if (file.sync()) {
                        journal.synced(file.id());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens or makes the file of a version; blocks. */
    int open(String name, long size) throws IOException {
        Path path = settings.directory().resolve(name);
        int fd = FileCalls.open(path, FILE_FLAGS, OWNER_ONLY);
        if (fd == -Errno.ENOENT) {
            Files.createDirectories(path.getParent());
            fd = FileCalls.open(path, FILE_FLAGS, OWNER_ONLY);
        }
        if (fd < 0) {
            throw new FileSystemException(path.toString(), null, Errno.describe(fd));
        }
        int lifted = FileCalls.lift(fd, lowest);
        int error = FileCalls.ftruncate(lifted, size);
        if (error < 0) {
            FileCalls.close(lifted);
            throw new FileSystemException(path.toString(), null, Errno.describe(error));
        }
        return lifted;
    }

    /** A version that has nothing here, and that nobody asks for. */
    void forget(TierFile file) {
        if (files.remove(file.id()) != null) {
            journal.removed(file.id());
        }
    }

    /** Removes the file of a version that nobody has open; whether it is gone. */
    boolean remove(TierFile file) {
        dirty.remove(file);
        try {
            Files.deleteIfExists(settings.directory().resolve(file.name()));
            return true;
        } catch (IOException e) {
            tell("cannot remove a file of the tier: " + e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        syncer.interrupt();
        try {
            journal.close();
        } catch (IOException e) {
            System.getLogger("sluice.server")
                    .log(System.Logger.Level.DEBUG, "the journal does not close", e);
        }
        FileCalls.close(lock);
    }
}
