package sluice.copy;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Permissions of an unfinished copy. The source may be secret: until the copy gets the mode of the
 * source, or for ever if the process is killed, only its owner can read it.
 */
enum OwnerOnly {
    FILE("rw-------"),
    DIRECTORY("rwx------");

    private final FileAttribute<?> permissions;

    OwnerOnly(String permissions) {
        this.permissions =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** The attributes to create a file with; none on file systems without POSIX permissions. */
    FileAttribute<?>[] attributes(Path path) {
        boolean modes = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return modes ? new FileAttribute<?>[] {permissions} : new FileAttribute<?>[0];
    }
}
