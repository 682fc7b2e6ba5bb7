package sluice.server.site;

import org.jspecify.annotations.Nullable;

import sluice.server.app.AppAnswer;
import sluice.server.content.FileEntry;
import sluice.server.content.Lookup;
import sluice.server.root.PathKey;

/**
 * What an application has answered.
 *
 * @param application its place among those of the site
 * @param path of the file that it named
 * @param file the look-up of that; null if it named none
 */
record Decision(
        int application,
        AppAnswer answer,
        @Nullable PathKey path,
        @Nullable Lookup file) {
    /** Releases what nobody needs any more. */
    void release() {
        if (file instanceof FileEntry entry) {
            entry.release();
        }
        answer.response().release();
    }
}
