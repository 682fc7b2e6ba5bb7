package sluice.server.upload;

import sluice.http.Status;
import sluice.linux.Errno;
import sluice.linux.Kernel;
import sluice.server.EntityTags;
import sluice.server.response.Response;

/** Makes a directory for a client, RFC 4918 section 9.3. May block on a disk. */
final class NewDirectory {
    /** Mode before the process's umask, as programs usually create directories. */
    private static final int MODE = 0777;

    private NewDirectory() {}

    /** Makes it, durably before the answer, as every change of a name. */
    static Response make(WritableDirectory parent, UploadRequest request, Kernel kernel) {
        byte[] name = request.name();
        int error = parent.look(name);
        if (error == 0) {
            return UploadResponses.exists();
        }
        if (error != -Errno.ENOENT) {
            return UploadResponses.failed(error);
        }
        if (!request.holds(null, EntityTags.STAT)) {
            return Response.error(Status.PRECONDITION_FAILED);
        }
        error = parent.makeDirectory(name, MODE);
        if (error == -Errno.EEXIST) {
            return UploadResponses.exists();
        }
        if (error == 0) {
            error = parent.sync(kernel);
        }
        return error < 0 ? UploadResponses.failed(error) : UploadResponses.made();
    }
}
