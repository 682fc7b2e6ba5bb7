package sluice.server.upload;

import org.jspecify.annotations.Nullable;

import sluice.http.Status;
import sluice.http.UploadFields;
import sluice.linux.Errno;
import sluice.server.response.Response;
import sluice.server.root.FileStat;
import sluice.server.root.PathScratch;
import sluice.server.root.UploadName;

/** Handles a request for an existing upload: asks for its offset, appends to it, or cancels it. */
final class Resumption {
    private final UploadStore store;
    private final WritableDirectory directory;
    private final UploadRequest request;
    private final byte[] name;

    Resumption(UploadStore store, WritableDirectory directory, UploadRequest request) {
        this.store = store;
        this.directory = directory;
        this.request = request;
        name = request.name();
    }

    UploadReply answer(Runnable tear) {
        Upload before = store.active(name);
        if (before != null) {
            before.takeOver();
        }
        UploadState state = UploadState.load(directory, name);
        // Its target may be one that this server does not let anybody change any more.
        if (state == null || store.refuses(UploadRequest.parse(state.request()))) {
            return new UploadReply.Answered(Response.error(Status.NOT_FOUND));
        }
        return state.isComplete()
                ? new UploadReply.Answered(ofCompleted(state))
                : ofIncomplete(state, tear);
    }

    private Response ofCompleted(UploadState state) {
        return switch (request.method()) {
            case DELETE -> {
                discard();
                yield UploadResponses.deleted();
            }
            case PATCH -> UploadResponses.alreadyComplete();
            default ->
                UploadResponses.progress(
                        state, state.completed(), age(UploadName.stateOf(name)), store.limits());
        };
    }

    /** Seconds since the last write to a file. */
    private long age(byte[] file) {
        return directory.look(file) < 0
                ? 0
                : System.currentTimeMillis() / 1_000
                        - FileStat.of(PathScratch.current().statx).mtimeSeconds();
    }

    private UploadReply ofIncomplete(UploadState state, Runnable tear) {
        TempFile temp = TempFile.open(directory, name);
        if (temp.descriptor() == -Errno.ENOENT) {
            return new UploadReply.Answered(Response.error(Status.NOT_FOUND));
        }
        if (temp.descriptor() < 0) {
            return new UploadReply.Answered(UploadResponses.failed(temp.descriptor()));
        }
        boolean goesOn = false;
        try {
            UploadReply reply = switch (request.method()) {
                case DELETE -> {
                    discard();
                    yield new UploadReply.Answered(UploadResponses.deleted());
                }
                case PATCH -> append(temp, state, tear);
                default -> new UploadReply.Answered(progress(temp, state));
            };
            goesOn = reply instanceof Upload;
            return reply;
        } finally {
            if (!goesOn) {
                temp.close();
            }
        }
    }

    private void discard() {
        store.kept().remove(directory.pathOf(name));
        directory.remove(UploadName.stateOf(name));
        directory.remove(name);
    }

    /** Tells the offset. That is a promise, so all octets before it must survive a crash. */
    private Response progress(TempFile temp, UploadState state) {
        long synced = store.kernel().fsync(temp.descriptor());
        long size = temp.size();
        if (synced < 0) {
            discard();
        }
        if (synced < 0 || size < 0) {
            return UploadResponses.failed(Math.min(synced, size));
        }
        return UploadResponses.progress(state, size, age(name), store.limits());
    }

    private UploadReply append(TempFile temp, UploadState before, Runnable tear) {
        UploadFields fields = request.fields();
        long offset = temp.size();
        if (fields.offset() != offset) {
            return new UploadReply.Answered(UploadResponses.wrongOffset(offset, fields.offset()));
        }
        UploadState state = withLength(before, fields, offset);
        if (state == null) {
            return new UploadReply.Answered(UploadResponses.inconsistentLength());
        }
        Response refusal = store.noRoom(directory, offset, Math.max(state.length(), end(offset)));
        if (refusal != null) {
            return new UploadReply.Answered(refusal);
        }
        if (state.length() != before.length()) {
            long saved = state.save(directory, name, store.kernel());
            if (saved < 0) {
                return new UploadReply.Answered(UploadResponses.failed(saved));
            }
        }
        UploadRequest first = UploadRequest.parse(state.request());
        long bound = store.bound(state.length());
        Upload.Part part = Upload.Part.of(request, offset, bound, false, null);
        if (!store.admit()) {
            return new UploadReply.Answered(UploadResponses.busy());
        }
        return store.started(first, temp, state, part, tear);
    }

    /** The state with the length that this request tells; null if the lengths conflict. */
    private @Nullable UploadState withLength(UploadState state, UploadFields fields, long offset) {
        long length = state.length();
        boolean told = request.isComplete() && request.bodyLength() >= 0;
        long byBody = told ? end(offset) : UploadFields.UNKNOWN;
        for (long known : new long[] {fields.length(), byBody}) {
            if (known >= 0 && length >= 0 && known != length) {
                return null;
            }
            length = Math.max(length, known);
        }
        return length >= 0 && end(offset) > length ? null : state.withLength(length);
    }

    /** The least end offset of this request's body; one beyond a long is too large anyway. */
    private long end(long offset) {
        long body = Math.max(0, request.bodyLength());
        return body > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + body;
    }
}
