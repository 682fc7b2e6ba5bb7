package sluice.copy;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What an unfinished copy is created with: the source may be a secret, and until the copy has its
 * mode, or for ever if the process is killed, nobody but its owner reads it.
 */
enum Private {
    FILE("rw-------"),
    DIRECTORY("rwx------");

    private final FileAttribute<?> permissions;

    Private(String permissions) {
        this.permissions =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Nothing where there are no such modes. */
    FileAttribute<?>[] attributes(Path path) {
        boolean modes = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return modes ? new FileAttribute<?>[] {permissions} : new FileAttribute<?>[0];
    }
}
