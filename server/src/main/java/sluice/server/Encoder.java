package sluice.server;

import sluice.http.ContentCoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Compresses into one content coding. The JDK brings gzip; a module that provides this service adds
 * another coding. Any number of threads may call at the same time.
 */
public interface Encoder {
    /** How much work a result is worth. */
    enum Effort {
        /** Once per version of a file, while a server runs. */
        BACKGROUND,
        /** Once per release, while somebody waits for the end. */
        BEST
    }

    /** The content coding of the output. */
    ContentCoding coding();

    /** Reads {@code content} to its end and writes it, coded, to {@code coded}; closes neither. */
    void encode(InputStream content, OutputStream coded, Effort effort) throws IOException;

    /**
     * All encoders that can be loaded, the best coding first; gzip always can. An encoder whose
     * native library cannot be loaded (a directory of temporary files that is mounted noexec) is
     * left out, and a warning of this class's log tells the reason, once per process.
     */
    static List<Encoder> all() {
        return LoadedEncoders.ALL;
    }
}
