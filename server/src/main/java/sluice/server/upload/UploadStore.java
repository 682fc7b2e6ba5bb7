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
import sluice.server.content.FileCache;
import sluice.server.content.Representation;
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
 * Changes the files of a root. What is received goes to a hidden file beside its target, is made
 * durable, and only then gets its name, by one rename: whatever happens, there is the old file or
 * the new one, whole. All of it may wait for a disk; any thread.
 */
public final class UploadStore {
    /** Names that are changed at one time without waiting for each other, mostly. */
    private static final int LOCKS = 64;

    private static final int PERMISSIONS = 0777;
    /** What the process's umask leaves of it is a new file's, as of all that programs make. */
    private static final int NEW_FILE = 0666;

    private final LinuxRoot root;
    private final FileCache cache;
    private final Uploads limits;
    private final ServedFiles options;
    private final UploadSlots slots;
    private final Kernel kernel;
    private final UploadSweep sweep;
    private final int newFile = NEW_FILE & ~Umask.ofProcess();
    private final Object[] locks = new Object[LOCKS];
    /** Uploads that are being received now, by the names of their files. */
    private final ConcurrentHashMap<PathKey, Upload> active = new ConcurrentHashMap<>();

    /**
     * @param slots one for each upload under way
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
        sweep = new UploadSweep(root, limits);
        Arrays.setAll(locks, _ -> new Object());
    }

    Kernel kernel() {
        return kernel;
    }

    public Uploads limits() {
        return limits;
    }

    public UploadSweep sweep() {
        return sweep;
    }

    /**
     * Does what a request asks for, as far as that takes no body.
     *
     * @param tear ends the connection, if another request takes the upload over
     */
    public UploadReply begin(UploadRequest request, Runnable tear) {
        Response refusal = UploadChecks.refusal(request, options);
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        int fd = root.openDirectory(request.path(), request.directoryEnd());
        if (fd < 0) {
            return new UploadReply.Answered(absent(request, fd));
        }
        WritableDirectory directory = new WritableDirectory(fd);
        UploadReply reply = switch (request.method()) {
            case DELETE ->
                request.isOfUpload()
                        ? resumed(directory, request, tear)
                        : new UploadReply.Answered(delete(directory, request));
            case HEAD, PATCH -> resumed(directory, request, tear);
            default -> receive(directory, request, tear);
        };
        if (reply instanceof UploadReply.Answered) {
            directory.close();
        }
        return reply;
    }

    private static Response absent(UploadRequest request, long error) {
        boolean writes = switch (request.method()) {
            case PUT, POST -> true;
            default -> false;
        };
        boolean missing = error == -Errno.ENOENT || error == -Errno.ENOTDIR;
        return missing && !writes
                ? Response.error(Status.NOT_FOUND)
                : UploadResponses.failed(error);
    }

    private UploadReply resumed(WritableDirectory directory, UploadRequest request, Runnable tear) {
        return new Resumption(this, directory, request).answer(tear);
    }

    /** The upload of this name that is going on in this process. */
    @Nullable
    Upload active(byte[] name) {
        return active.get(new PathKey().set(name, 0, name.length));
    }

    // Beginning

    private UploadReply receive(WritableDirectory directory, UploadRequest request, Runnable tear) {
        Response refusal = refusal(directory, request);
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        UploadFields fields = request.fields();
        boolean resumable = request.isResumable();
        boolean whole = request.isComplete() && request.bodyLength() >= 0;
        long told = resumable ? fields.length() : UploadFields.UNKNOWN;
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
        sweep.note(request.path(), request.directoryEnd());
        TempFile temp = TempFile.create(directory);
        long error = Math.min(0, temp.descriptor());
        UploadState state = null;
        if (error == 0 && resumable) {
            state = new UploadState(request.octets(), length, UploadFields.UNKNOWN);
            error = state.save(directory, temp.name(), kernel);
            if (error < 0) {
                directory.remove(UploadName.stateOf(temp.name()));
                temp.discard();
            }
        }
        if (error < 0) {
            slots.giveBack();
            return new UploadReply.Answered(UploadResponses.failed(error));
        }
        long bound = bound(resumable ? length : UploadFields.UNKNOWN);
        Upload.Part part = new Upload.Part(0, bound, true, request.isComplete());
        return started(request, temp, state, part, tear);
    }

    /** An upload under way, whose place was counted by {@link #admit}. */
    Upload started(
            UploadRequest request,
            TempFile temp,
            @Nullable UploadState state,
            Upload.Part part,
            Runnable tear) {
        Upload upload = new Upload(this, request, temp, state, part, tear);
        active.put(new PathKey().set(temp.name(), 0, temp.name().length), upload);
        return upload;
    }

    /** How long a file may become whose length was told, or was not. */
    long bound(long length) {
        return length < 0 ? limits.maxSize() : Math.min(length, limits.maxSize());
    }

    /** Counts an upload in, unless there are too many. */
    boolean admit() {
        return slots.take();
    }

    /** Counts an upload out. */
    void ended(Upload upload) {
        slots.giveBack();
        active.remove(new PathKey().set(upload.name(), 0, upload.name().length), upload);
    }

    /**
     * Why a file of which [0, from) has come is not wanted up to {@code to}, as far as that is
     * known: too large, or no space. What is told is asked for here, by the head alone: where a
     * body goes past the buffer, nobody counts it.
     */
    @Nullable
    Response noRoom(WritableDirectory directory, long from, long to) {
        if (to > limits.maxSize()) {
            return UploadResponses.tooLarge(limits);
        }
        // What cannot be asked shows in writing.
        long free = WriteCalls.freeBytes(directory.descriptor());
        return free >= 0 && to - from > free ? UploadResponses.failed(-Errno.ENOSPC) : null;
    }

    // The names

    /** Why the name may not be given to a new file; reads its stat into the thread's scratch. */
    private static @Nullable Response refusal(WritableDirectory directory, UploadRequest request) {
        int error = directory.look(request.name());
        if (error < 0 && error != -Errno.ENOENT) {
            return UploadResponses.failed(error);
        }
        FileStat stat = error < 0 ? null : FileStat.of(PathScratch.current().statx);
        if (stat != null && stat.kind() != FileKind.REGULAR) {
            return Response.error(Status.CONFLICT);
        }
        return request.holds(stat) ? null : Response.error(Status.PRECONDITION_FAILED);
    }

    /** Gives the file its name, if the conditions still hold. */
    Response commit(UploadRequest request, TempFile temp) {
        long synced = kernel.fsync(temp.descriptor());
        if (synced < 0) {
            return UploadResponses.failed(synced);
        }
        byte[] name = request.name();
        WritableDirectory directory = temp.directory();
        boolean replaces;
        synchronized (lock(name)) {
            Response refusal = refusal(directory, request);
            if (refusal != null) {
                return refusal;
            }
            // Asked once more: the answer above left nothing in the scratch if there is no file.
            replaces = directory.look(name) == 0;
            int old = Statx.mode(PathScratch.current().statx) & PERMISSIONS;
            WriteCalls.chmod(temp.descriptor(), replaces ? old : newFile);
            int error = rename(directory, temp.name(), name, !replaces && request.isConditional());
            if (error < 0) {
                return UploadResponses.failed(error);
            }
            cache.changed(request.path());
        }
        int durable = directory.sync(kernel);
        FileStat stat = WritableDirectory.stat(temp.descriptor());
        return durable < 0 || stat == null
                ? UploadResponses.failed(durable < 0 ? durable : -Errno.EIO)
                : UploadResponses.stored(!replaces, Representation.tag(stat));
    }

    /** Some file systems cannot refuse to replace; there the look before has to do. */
    private static int rename(
            WritableDirectory directory, byte[] from, byte[] to, boolean onlyNew) {
        int error =
                onlyNew ? directory.rename(from, to, WriteCalls.RENAME_NOREPLACE) : -Errno.EINVAL;
        return error == -Errno.EINVAL ? directory.rename(from, to, 0) : error;
    }

    private Response delete(WritableDirectory directory, UploadRequest request) {
        synchronized (lock(request.name())) {
            if (directory.look(request.name()) == -Errno.ENOENT) {
                return Response.error(Status.NOT_FOUND);
            }
            Response refusal = refusal(directory, request);
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

    /** By the last name alone: a link may give its directory two paths. */
    private Object lock(byte[] name) {
        return locks[Math.floorMod(Arrays.hashCode(name), LOCKS)];
    }

    /** Uploads under way. */
    int receiving() {
        return active.size();
    }

    /** Ends what is under way: no connection is left to do it. */
    public void close() {
        sweep.stop();
        active.values().forEach(Upload::interrupt);
    }
}
