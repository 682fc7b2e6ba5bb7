package sluice.server.upload;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import sluice.http.RequestHead;
import sluice.http.UploadFields;
import sluice.linux.Errno;
import sluice.linux.FileCalls;
import sluice.linux.Kernel;
import sluice.server.root.UploadName;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server must know to resume an upload after a restart. It is stored in a file beside the
 * upload's octets, and each change replaces that file as a whole. The offset is the size of the
 * file with the octets.
 *
 * @param request the request that began the upload; it names the target
 * @param length of the whole file, or {@link UploadFields#UNKNOWN}
 * @param completed the size if the upload is complete, else {@link UploadFields#UNKNOWN}
 */
record UploadState(byte[] request, long length, long completed) {
    private static final Pattern FORM =
            Pattern.compile("sluice-upload 1 (-?\\d{1,18}) (-?\\d{1,18})\n(.*)", Pattern.DOTALL);
    private static final int SIZE_MAX = RequestHead.MAX_HEAD + 64;

    boolean isComplete() {
        return completed != UploadFields.UNKNOWN;
    }

    UploadState withLength(long known) {
        return new UploadState(request, known, completed);
    }

    /** The state of a complete upload whose file has its name. */
    UploadState completedAt(long size) {
        return new UploadState(request, size, size);
    }

    private byte[] encoded() {
        String line = "sluice-upload 1 " + length + " " + completed + "\n";
        byte[] start = line.getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(start, start.length + request.length);
        System.arraycopy(request, 0, all, start.length, request.length);
        return all;
    }

    /** Writes the state of the named upload durably, its name too: 0 or {@code -errno}. */
    long save(WritableDirectory directory, byte[] name, Kernel kernel) {
        TempFile file = TempFile.create(directory);
        if (file.descriptor() < 0) {
            return file.descriptor();
        }
        boolean saved = false;
        try {
            long result = save(directory, name, file, kernel);
            saved = result >= 0;
            return result;
        } finally {
            if (!saved) {
                directory.remove(file.name());
            }
            file.close();
        }
    }

    private long save(WritableDirectory directory, byte[] name, TempFile file, Kernel kernel) {
        byte[] bytes = encoded();
        int fd = file.descriptor();
        long result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(bytes.length);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            result = kernel.pwrite(fd, memory.address(), bytes.length, 0);
        }
        if (result >= 0) {
            result = result < bytes.length ? -Errno.ENOSPC : kernel.fsync(fd);
        }
        if (result >= 0) {
            result = directory.rename(file.name(), UploadName.stateOf(name), kernel);
        }
        // This also makes the name of the octets' file durable, which was created before.
        return result < 0 ? result : directory.sync(kernel);
    }

    private static boolean isHead(byte[] octets) {
        RequestHead head = new RequestHead();
        return head.parse(MemorySegment.ofArray(octets), 0, octets.length) > 0;
    }

    /** Reads the state of an upload; null if it is missing or malformed. */
    static @Nullable UploadState load(WritableDirectory directory, byte[] name) {
        int fd = directory.open(UploadName.stateOf(name));
        if (fd < 0) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(SIZE_MAX);
            long size = FileCalls.pread(fd, memory.address(), SIZE_MAX, 0);
            byte[] bytes = memory.asSlice(0, Math.max(0, size)).toArray(JAVA_BYTE);
            Matcher form = FORM.matcher(new String(bytes, ISO_8859_1));
            return form.matches() && isHead(form.group(3).getBytes(ISO_8859_1))
                    ? new UploadState(
                            form.group(3).getBytes(ISO_8859_1),
                            Long.parseLong(form.group(1)),
                            Long.parseLong(form.group(2)))
                    : null;
        } finally {
            FileCalls.close(fd);
        }
    }
}
