package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.Status;
import sluice.http.UploadFields;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.linux.Statx;
import sluice.linux.WriteCalls;
import sluice.server.ServedFiles;
import sluice.server.Uploads;
import sluice.server.content.EntityTag;
import sluice.server.content.FileCache;
import sluice.server.response.Response;
import sluice.server.root.FileKind;
import sluice.server.root.FileStat;
import sluice.server.root.LinuxRoot;
import sluice.server.root.PathKey;
import sluice.server.root.PathScratch;
import sluice.server.root.Umask;
import sluice.server.root.UploadName;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes the files of a root. A worker writes received octets to a hidden file ({@link
 * UploadPlace}), syncs that file, and only then renames it to the target. So a crash leaves the
 * complete old file or the complete new one. Every method may block on a disk; any thread may call.
 */
public final class UploadStore {
    /** Number of locks: changes of that many names mostly do not wait for each other. */
    private static final int LOCKS = 64;

    private static final int PERMISSIONS = 0777;
    /** Mode of a new file before the process's umask, as programs usually create files. */
    private static final int NEW_FILE = 0666;

    private final LinuxRoot root;
    private final FileCache cache;
    private final Uploads limits;
    private final ServedFiles options;
    private final UploadSlots slots;
    private final Kernel kernel;
    private final UploadPlace place;
    private final KeptUploads kept;
    private final UploadSweep sweep;
    private final int newFile = NEW_FILE & ~Umask.ofProcess();
    private final Object[] locks = new Object[LOCKS];
    /** Active uploads by the names of their files. */
    private final ConcurrentHashMap<PathKey, Upload> active = new ConcurrentHashMap<>();

    /**
     * @param slots one for each active upload
     */
    public UploadStore(
            LinuxRoot root,
            FileCache cache,
            Uploads limits,
            ServedFiles options,
            UploadSlots slots,
            Kernel kernel) {
        this.root = root;
        this.cache = cache;
        this.limits = limits;
        this.options = options;
        this.slots = slots;
        this.kernel = kernel;
        place = new UploadPlace(root);
        kept = new KeptUploads(root, limits);
        sweep = new UploadSweep(root, limits, kept);
        Arrays.setAll(locks, _ -> new Object());
    }

    Kernel kernel() {
        return kernel;
    }

    public Uploads limits() {
        return limits;
    }

    KeptUploads kept() {
        return kept;
    }

    public UploadSweep sweep() {
        return sweep;
    }

    /**
     * Executes a request up to the point where it needs the body.
     *
     * @param tear ends the connection if another request takes the upload over
     */
    public UploadReply begin(UploadRequest request, Runnable tear) {
        Response refusal = UploadChecks.refusal(request, options);
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        if (!cache.hasRoot()) {
            return new UploadReply.Answered(UploadResponses.busy());
        }
        int fd = root.openDirectory(request.path(), request.directoryEnd());
        if (fd < 0) {
            return new UploadReply.Answered(absent(request, fd));
        }
        WritableDirectory directory = new WritableDirectory(fd, request.directoryPath());
        boolean stays = false;
        try {
            UploadReply reply = switch (request.method()) {
                case DELETE ->
                    request.isOfUpload()
                            ? resumed(directory, request, tear)
                            : new UploadReply.Answered(delete(directory, request));
                case MKCOL ->
                    new UploadReply.Answered(NewDirectory.make(directory, request, kernel));
                case HEAD, PATCH -> resumed(directory, request, tear);
                default -> receive(directory, request, tear);
            };
            stays = reply instanceof Upload upload && upload.has(directory);
            return reply;
        } finally {
            if (!stays) {
                directory.close();
            }
        }
    }

    private static Response absent(UploadRequest request, long error) {
        boolean writes = switch (request.method()) {
            case PUT, POST, MKCOL -> true;
            default -> false;
        };
        boolean missing = error == -Errno.ENOENT || error == -Errno.ENOTDIR;
        return missing && !writes
                ? Response.error(Status.NOT_FOUND)
                : UploadResponses.failed(error);
    }

    /** Whether the head of a request alone is reason to refuse it. */
    boolean refuses(UploadRequest request) {
        return UploadChecks.refusal(request, options) != null;
    }

    private UploadReply resumed(WritableDirectory directory, UploadRequest request, Runnable tear) {
        return new Resumption(this, directory, request).answer(tear);
    }

    /** The active upload of this name in this process. */
    @Nullable
    Upload active(byte[] name) {
        return active.get(new PathKey().set(name, 0, name.length));
    }

    // Beginning

    private UploadReply receive(WritableDirectory directory, UploadRequest request, Runnable tear) {
        Response refusal = refusal(directory.look(request.name()), request);
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        UploadFields fields = request.fields();
        boolean whole = request.isComplete() && request.bodyLength() >= 0;
        long told = request.isResumable() ? fields.length() : UploadFields.UNKNOWN;
        long length = whole ? request.bodyLength() : told;
        if (told >= 0 && (told != length || request.bodyLength() > told)) {
            return new UploadReply.Answered(UploadResponses.inconsistentLength());
        }
        refusal = noRoom(directory, 0, Math.max(length, request.bodyLength()));
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        if (!admit()) {
            return new UploadReply.Answered(UploadResponses.busy());
        }
        boolean started = false;
        try {
            UploadReply reply = create(directory, request, length, tear);
            started = reply instanceof Upload;
            return reply;
        } finally {
            if (!started) {
                slots.giveBack();
            }
        }
    }

    /** Creates the files of an upload. */
    private UploadReply create(
            WritableDirectory target, UploadRequest request, long length, Runnable tear) {
        boolean resumable = request.isResumable();
        WritableDirectory directory = place.open(target);
        sweep.note(directory.path(), directory.path().length);
        TempFile temp = TempFile.create(directory);
        boolean started = false;
        try {
            long error = Math.min(0, temp.descriptor());
            UploadState state = null;
            if (error == 0 && resumable) {
                state = new UploadState(request.octets(), length, UploadFields.UNKNOWN);
                error = state.save(directory, temp.name(), kernel);
            }
            if (error < 0) {
                return new UploadReply.Answered(UploadResponses.failed(error));
            }
            long bound = bound(resumable ? length : UploadFields.UNKNOWN);
            FileStat to = WritableDirectory.stat(target.descriptor());
            Upload.Part part = Upload.Part.of(request, 0, bound, true, to);
            Upload upload = started(request, temp, state, part, tear);
            started = true;
            return upload;
        } finally {
            if (!started) {
                discard(temp);
                if (directory != target) {
                    directory.close();
                }
            }
        }
    }

    private static void discard(TempFile temp) {
        if (temp.descriptor() >= 0) {
            temp.directory().remove(UploadName.stateOf(temp.name()));
            temp.discard();
        }
    }

    /** Makes an active upload, which {@link #admit} has counted. */
    Upload started(
            UploadRequest request,
            TempFile temp,
            @Nullable UploadState state,
            Upload.Part part,
            Runnable tear) {
        Upload upload = new Upload(this, request, temp, state, part, tear);
        kept.remove(temp.directory().pathOf(temp.name()));
        active.put(new PathKey().set(temp.name(), 0, temp.name().length), upload);
        return upload;
    }

    /** The largest size of a file, whether its length is known or not. */
    long bound(long length) {
        return length < 0 ? limits.maxSize() : Math.min(length, limits.maxSize());
    }

    /** Takes a slot for an upload, unless all are taken. */
    boolean admit() {
        return slots.take();
    }

    /** Gives an upload's slot back. */
    void ended(Upload upload) {
        slots.giveBack();
        active.remove(new PathKey().set(upload.name(), 0, upload.name().length), upload);
    }

    // Waiting to be resumed

    /**
     * Keeps the state of a finished upload, so that a client that missed the response may still ask
     * for it. Beside a file that is served nothing stays.
     */
    boolean remember(UploadState state, TempFile temp) {
        byte[] directory = temp.directory().path();
        if (!UploadName.isDirectoryPath(directory, directory.length)
                || state.save(temp.directory(), temp.name(), kernel) < 0) {
            return false;
        }
        return kept.keep(temp, 0);
    }

    /**
     * Refuses a file of which [0, from) has arrived if its end {@code to}, as far as it is known,
     * exceeds the size limit or the free space. The worker checks an announced length here, by the
     * head alone, because nobody counts a body that bypasses the buffer.
     */
    @Nullable
    Response noRoom(WritableDirectory directory, long from, long to) {
        if (to > limits.maxSize()) {
            return UploadResponses.tooLarge(limits);
        }
        // If the kernel does not tell the free space, a write fails later.
        long free = WriteCalls.freeBytes(directory.descriptor());
        return free >= 0 && to - from > free ? UploadResponses.failed(-Errno.ENOSPC) : null;
    }

    // The names

    /**
     * Refuses a target that may not be replaced.
     *
     * @param looked result of {@link WritableDirectory#look}, whose stat is in the thread's scratch
     */
    private @Nullable Response refusal(int looked, UploadRequest request) {
        if (looked < 0 && looked != -Errno.ENOENT) {
            return UploadResponses.failed(looked);
        }
        FileStat stat = looked < 0 ? null : FileStat.of(PathScratch.current().statx);
        if (stat != null && stat.kind() != FileKind.REGULAR) {
            return Response.error(Status.CONFLICT);
        }
        return request.holds(stat, options.tags())
                ? null
                : Response.error(Status.PRECONDITION_FAILED);
    }

    /** Renames the file to its target if the conditions still hold. */
    Response commit(UploadRequest request, TempFile temp, @Nullable FileStat begun) {
        long synced = kernel.fsync(temp.descriptor());
        if (synced < 0) {
            return UploadResponses.failed(synced);
        }
        // This also looks where the name of the root leads now.
        if (!cache.hasRoot()) {
            return Response.error(Status.CONFLICT);
        }
        int fd = root.openDirectory(request.path(), request.directoryEnd());
        if (fd < 0) {
            return UploadResponses.failed(fd);
        }
        try (WritableDirectory directory = new WritableDirectory(fd, request.directoryPath())) {
            return directory.isAnotherThan(begun)
                    ? Response.error(Status.CONFLICT)
                    : commit(request, temp, directory);
        }
    }

    private Response commit(UploadRequest request, TempFile temp, WritableDirectory directory) {
        byte[] name = request.name();
        boolean replaces;
        synchronized (lock(name)) {
            // One look decides both: a file that appears after it was not part of the condition.
            int looked = directory.look(name);
            Response refusal = refusal(looked, request);
            if (refusal != null) {
                return refusal;
            }
            replaces = looked == 0;
            int old = Statx.mode(PathScratch.current().statx) & PERMISSIONS;
            temp.takeGroup(directory); // Reads another stat into the scratch.
            WriteCalls.chmod(temp.descriptor(), replaces ? old : newFile);
            boolean onlyNew = !replaces && request.isConditional();
            int error = temp.rename(directory, name, onlyNew, kernel);
            if (error == -Errno.EXDEV) {
                place.cannotRename(temp.directory(), directory);
                return UploadResponses.busy();
            }
            if (error < 0) {
                return UploadResponses.failed(error);
            }
            cache.changed(request.path());
        }
        int durable = directory.sync(kernel);
        FileStat stat = WritableDirectory.stat(temp.descriptor());
        long now = System.currentTimeMillis() / 1_000;
        return durable < 0 || stat == null
                ? UploadResponses.failed(durable < 0 ? durable : -Errno.EIO)
                : UploadResponses.stored(!replaces, EntityTag.of(stat, options.tags(), now));
    }

    private Response delete(WritableDirectory directory, UploadRequest request) {
        synchronized (lock(request.name())) {
            int looked = directory.look(request.name());
            if (looked == -Errno.ENOENT) {
                return Response.error(Status.NOT_FOUND);
            }
            Response refusal = refusal(looked, request);
            if (refusal != null) {
                return refusal;
            }
            int error = directory.remove(request.name());
            if (error < 0) {
                return UploadResponses.failed(error);
            }
            cache.changed(request.path());
        }
        int durable = directory.sync(kernel);
        return durable < 0 ? UploadResponses.failed(durable) : UploadResponses.deleted();
    }

    /** Chooses the lock by the last name alone, since a link may give a directory two paths. */
    private Object lock(byte[] name) {
        return locks[Math.floorMod(Arrays.hashCode(name), LOCKS)];
    }

    /** Number of active uploads. */
    int receiving() {
        return active.size();
    }

    /** Ends all active uploads, since no connection is left to end them. */
    public void close() {
        sweep.stop();
        active.values().forEach(Upload::interrupt);
    }
}
