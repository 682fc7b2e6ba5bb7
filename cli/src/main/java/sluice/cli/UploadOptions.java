package sluice.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import sluice.server.Uploads;

/** Options for what clients may change. */
final class UploadOptions {
    @Option(
            names = "--writable",
            description = "let any client write and delete any file, by PUT and DELETE,"
                    + " and make directories by MKCOL")
    private boolean writable;

    @Option(
            names = "--max-upload",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "maximum upload size, e.g. 500M or 10G (default: free disk space)")
    private @Nullable Long maxUpload;

    @Option(
            names = "--max-unfinished",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "maximum size of all uploads together that wait to be resumed; beyond it"
                    + " the oldest are deleted (default: three quarters of the disk space that"
                    + " would be free without them)")
    private @Nullable Long maxUnfinished;

    /**
     * What clients may change; null if nothing.
     *
     * @throws IllegalArgumentException for an impossible size
     */
    @Nullable
    Uploads uploads() {
        if (!writable) {
            return null;
        }
        Uploads uploads = Uploads.defaults();
        uploads = maxUpload == null ? uploads : uploads.withMaxSize(maxUpload);
        return maxUnfinished == null ? uploads : uploads.withMaxUnfinished(maxUnfinished);
    }
}
